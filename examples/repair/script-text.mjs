// Where a recipe has its build script, and changes of single lines of it. Works on text, so that comments, quoting and
// layout of the recipe stay.

/** The build script's place: a file, or the lines of `script:` in the recipe. */
export async function scriptPlace(folder) {
  const text = await folder.read("recipe.yaml");
  const lines = text.split("\n");
  const at = lines.findIndex((line) => /^\s+script:/.test(line));
  if (at < 0) return { file: "build.sh", inline: false };
  const value = lines[at].replace(/^\s+script:\s*/, "").replace(/\s+#.*$/, "");
  const named = /^['"]?([\w./-]+\.(?:sh|bash))['"]?$/.exec(value);
  if (named && (await folder.exists(named[1]))) return { file: named[1], inline: false };
  if (/^['"]?build['"]?$/.test(value)) return { file: "build.sh", inline: false };
  let end = at + 1;
  const indent = lines[at].search(/\S/);
  while (end < lines.length) {
    const line = lines[end];
    const depth = line.search(/\S/);
    if (depth >= 0 && (depth < indent || (depth === indent && !line.trimStart().startsWith("- ")))) break;
    end += 1;
  }
  while (end > at + 1 && lines[end - 1].trim() === "") end -= 1;
  for (const line of lines.slice(at + 1, end)) {
    const file = /^\s+file:\s*['"]?([^'"\s]+)/.exec(line)?.[1];
    if (file !== undefined && (await folder.exists(file))) return { file, inline: false };
  }
  return { file: "recipe.yaml", inline: true, first: at, end };
}

/** The text of the script as the recipe has it, in which `replaceInScript` looks. */
export async function scriptText(folder) {
  const place = await scriptPlace(folder);
  const text = await folder.read(place.file).catch(() => "");
  return place.inline ? text.split("\n").slice(place.first, place.end).join("\n") : text;
}

/** Replaces all occurrences of a text in the script. Returns whether there were any. */
export async function replaceInScript(folder, find, replace) {
  const place = await scriptPlace(folder);
  const text = await folder.read(place.file).catch(() => "");
  if (!place.inline) {
    if (!text.includes(find)) return false;
    await folder.write(
      place.file,
      text.replaceAll(find, () => replace),
    );
    return true;
  }
  const lines = text.split("\n");
  const region = lines.slice(place.first, place.end).join("\n");
  let changed = region.replaceAll(find, () => replace);
  if (changed === region) changed = replaceFolded(region, find, replace);
  if (changed === region) return false;
  lines.splice(place.first, place.end - place.first, ...changed.split("\n"));
  await folder.write(place.file, lines.join("\n"));
  return true;
}

/** In a folded scalar, one line of the script is several lines of the recipe. */
function replaceFolded(region, find, replace) {
  const words = find.trim().split(/\s+/);
  if (words.length < 2) return region;
  const pattern = words.map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")).join("\\s+");
  return region.replace(new RegExp(pattern, "g"), () => {
    return replace.trim();
  });
}

/** Writes a command as an item of a YAML list. */
function asItem(command) {
  const plain = /^[A-Za-z0-9$./_]/.test(command) && !/: |:$| #/.test(command);
  return plain ? command : `'${command.replaceAll("'", "''")}'`;
}

function sameCommand(line, wanted) {
  const bare = line
    .trim()
    .replace(/^script:\s*/, "")
    .replace(/^- /, "")
    .replace(/^(['"])(.*)\1$/, "$2")
    .trim();
  return bare !== "" && bare === wanted.trim();
}

/** Adds a command before the line `before`, or at the beginning of the script if no such line is found. */
export async function insertCommand(folder, command, before) {
  const place = await scriptPlace(folder);
  const text = await folder.read(place.file).catch(() => undefined);
  if (text === undefined) return false;
  const lines = text.split("\n");
  if (!place.inline) {
    if (lines.some((line) => line.trim() === command)) return false;
    let at = before === undefined ? -1 : lines.findIndex((line) => sameCommand(line, before));
    if (at < 0) {
      at = 0;
      while (/^#|^set -|^\s*$/.test(lines[at] ?? "x")) at += 1;
    }
    const indent = /^\s*/.exec(lines[at] ?? "")[0];
    lines.splice(at, 0, `${indent}${command}`);
    await folder.write(place.file, lines.join("\n"));
    return true;
  }
  const head = lines[place.first];
  const value = head.replace(/^\s+script:\s*/, "").replace(/\s+#.*$/, "");
  const base = " ".repeat(head.search(/\S/));
  const region = lines.slice(place.first, place.end);
  if (region.some((line) => sameCommand(line, command))) return false;
  if (value !== "" && !/^[|>]/.test(value)) {
    if (value.startsWith("[")) return false;
    // One command, possibly on several lines: it becomes the last item of a list.
    const rest = lines.slice(place.first + 1, place.end);
    const items = [
      `${base}  - ${asItem(command)}`,
      `${base}  - ${value}`,
      ...rest.map((line) => `  ${line}`),
    ];
    lines.splice(place.first, place.end - place.first, `${base}script:`, ...items);
    await folder.write(place.file, lines.join("\n"));
    return true;
  }
  let at = -1;
  if (before !== undefined) {
    at = region.findIndex((line) => sameCommand(line, before));
    if (at < 0) at = folded(region, before);
  }
  const isBlock = /^[|>]/.test(value) || region.some((line) => /^\s+(?:-\s+|content:\s*)[|>]/.test(line));
  if (at < 0) {
    at = region.findIndex((line, index) => {
      if (index === 0) return false;
      if (/^\s+(?:content|env|interpreter|secrets|cwd):/.test(line)) return false;
      return /^\s*- /.test(line) || (isBlock && line.trim() !== "");
    });
  }
  if (at <= 0) return false;
  const line = region[at];
  const indent = /^\s*/.exec(line)[0];
  const inserted = /^\s*- /.test(line) ? `${indent}- ${asItem(command)}` : `${indent}${command}`;
  // A folded scalar joins lines; an empty line keeps them apart.
  const isFolded = !/^\s*- /.test(line) && /^>/.test(value);
  lines.splice(place.first + at, 0, ...(isFolded ? [inserted, ""] : [inserted]));
  await folder.write(place.file, lines.join("\n"));
  return true;
}

/** The first line of an item that spans several lines of the recipe. */
function folded(region, wanted) {
  const word = wanted.trim().split(/\s+/).slice(0, 4).join(" ");
  for (let at = 1; at < region.length; at += 1) {
    if (/^\s*- [|>]/.test(region[at]) && (region[at + 1] ?? "").trim().startsWith(word)) return at;
    if (region[at].trim().replace(/^- /, "").startsWith(word)) return at;
  }
  return -1;
}
