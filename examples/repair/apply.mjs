// Changes of a recipe folder. Each returns a description, or nothing if it cannot be made.

import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Stage0Recipe } from "sidewinder";
import { filesBelow } from "./folder.mjs";
import { insertCommand, replaceInScript, scriptText } from "./script-text.mjs";

/** Applies one candidate: all its changes, or none. */
export async function apply(folder, candidate, outcome) {
  const checkpoint = await folder.checkpoint();
  const done = [];
  for (const change of candidate.changes) {
    const description = await one(folder, change, outcome).catch((error) => {
      if (error instanceof TypeError) throw error;
      return undefined;
    });
    if (description === undefined) {
      await folder.restore(checkpoint);
      return undefined;
    }
    done.push(description);
  }
  return done;
}

async function one(folder, change, outcome) {
  switch (change.kind) {
    case "recipe":
      return recipe(folder, change.edits, outcome);
    case "script":
      return script(folder, { ...change, replace: portable(change.replace, outcome, folder) });
    case "environment-variable": {
      const line = `export ${change.name}="${change.value}"`;
      return (await insertCommand(folder, line)) ? `script: add \`${line}\`` : undefined;
    }
    case "command": {
      const before = change.before ?? failingLine(change, outcome);
      const command = portable(change.command, outcome, folder);
      const added = await insertCommand(folder, command, before);
      return added ? `script: add \`${command}\`` : undefined;
    }
    case "source":
      return source(folder, change, outcome);
    case "text": {
      const text = await folder.read(change.file);
      if (!text.includes(change.find)) return undefined;
      const replaced = change.all
        ? text.replaceAll(change.find, () => change.replace)
        : text.replace(change.find, () => change.replace);
      if (replaced === text) return undefined;
      await folder.write(change.file, replaced);
      return `${change.file}: \`${change.find.trim()}\` → \`${change.replace.trim()}\``;
    }
    case "span": {
      const text = Buffer.from(await folder.read("recipe.yaml"));
      const { offset, length } = change.span;
      const old = text.subarray(offset, offset + length).toString();
      const fresh = old.replace(change.find, () => change.replace);
      if (fresh === old) return undefined;
      const parts = [text.subarray(0, offset), Buffer.from(fresh), text.subarray(offset + length)];
      await folder.write("recipe.yaml", Buffer.concat(parts).toString());
      return `recipe.yaml: \`${old}\` → \`${fresh}\``;
    }
    case "append": {
      const text = await folder.read(change.file).catch(() => "");
      if (text.includes(change.text)) return undefined;
      await folder.write(
        change.file,
        `${text === "" || text.trim() === "{}" ? "" : `${text.trimEnd()}\n`}${change.text}`,
      );
      return `${change.file}: add \`${change.text.trim().replaceAll("\n", " ")}\``;
    }
    case "write":
      if ((await folder.read(change.file).catch(() => undefined)) === change.text) return undefined;
      await folder.write(change.file, change.text);
      return change.summary ?? `write ${change.file}`;
    default:
      throw new TypeError(`unknown change: ${change.kind}`);
  }
}

/** Paths of this session as the variables that every session has. */
function portable(text, { session } = {}, folder) {
  if (session === undefined) return text;
  return [
    [session.workDir, "$SRC_DIR"],
    [session.hostPrefix, "$PREFIX"],
    [session.buildPrefix, "$BUILD_PREFIX"],
    [folder.dir, "$RECIPE_DIR"],
  ].reduce((result, [path, name]) => result.replaceAll(path, name), text);
}

async function recipe(folder, edits, { variant } = {}) {
  const path = folder.path("recipe.yaml");
  const text = await folder.read("recipe.yaml");
  const parsed = Stage0Recipe.fromYaml(text, { path });
  const output = /^outputs:/m.test(text) && variant ? { output: variant.name } : {};
  const full = [];
  for (const edit of edits) {
    if (edit.kind === "addRequirement") {
      const present = required(variant, edit.section, edit.spec);
      if (present !== undefined) {
        if (present === edit.spec || edit.spec.startsWith("$") || !/\s/.test(edit.spec)) return undefined;
        full.push({
          kind: "removeRequirement",
          section: edit.section,
          name: edit.spec.split(/\s/)[0],
          ...output,
        });
      }
    }
    full.push({ ...output, ...edit });
  }
  let edited;
  try {
    edited = parsed.edit(full);
  } catch (error) {
    // The failing output may not have a literal name.
    if (Object.keys(output).length === 0) throw error;
    edited = parsed.edit(full.map(({ output: _, ...edit }) => edit));
  }
  if (edited.text === text) return undefined;
  await folder.write("recipe.yaml", edited.text);
  return edits.map(describe).join("; ");
}

function describe(edit) {
  switch (edit.kind) {
    case "addRequirement":
      return `requirements.${edit.section}: add \`${edit.spec}\``;
    case "removeRequirement":
      return `requirements.${edit.section}: remove \`${edit.name}\``;
    case "setSource":
      return `source ${edit.source}: set \`${edit.key}\` to \`${edit.value}\``;
    case "set":
      return `${edit.path.join(".")}: set to \`${edit.value}\``;
    default:
      return `${edit.kind} ${JSON.stringify({ ...edit, kind: undefined })}`;
  }
}

/** The spec of a package that a section already has. */
function required(variant, section, spec) {
  const name = spec.split(/[\s=<>!~]/)[0];
  const list = variant?.recipe?.requirements?.[section] ?? [];
  for (const entry of list) {
    const text = typeof entry === "string" ? entry : entry?.spec;
    if (typeof text === "string" && text.split(/[\s=<>!~]/)[0] === name) return text;
  }
  return undefined;
}

/** The line of the build script that a finding is about. */
function failingLine(change, outcome) {
  const lines = (outcome?.script ?? "").split("\n");
  const number = change.finding?.scriptLine;
  if (number !== undefined && lines[number - 1] !== undefined) return lines[number - 1].trim();
  const subject = change.finding?.subject?.split("/").at(-1);
  if (subject === undefined || subject === "") return undefined;
  return lines.find((line) => line.includes(subject))?.trim();
}

async function script(folder, change) {
  const changed = await replaceInScript(folder, change.find, change.replace);
  if (!changed) return undefined;
  if (change.find === "\r") return "script: use Unix line endings";
  return `script: \`${change.find.trim()}\` → \`${change.replace.trim()}\``;
}

/** A line of a source file, as a patch that the recipe applies. */
async function source(folder, change, { session } = {}) {
  if (session === undefined) return undefined;
  const path = await locate(session.workDir, change.file);
  if (path === undefined) return undefined;
  const file = join(session.workDir, path);
  const before = await readFile(file, "utf8");
  const after = change.edit?.(before) ?? inserted(before, change);
  if (after === before) return undefined;
  await writeFile(file, after);
  await folder.touch("recipe.yaml");
  const name = await freeName(folder, change.name ?? `fix-${path.split("/").at(-1).replace(/\W+/g, "-")}`);
  await folder.touch(`${name}.patch`);
  const escaped = path.replace(/[[\]*?{}]/g, "?");
  const patch = await session.createPatch({
    name,
    include: [escaped],
    updateRecipe: true,
    outputDir: folder.dir,
  });
  if (patch.files.length === 0) return undefined;
  return `${name}.patch: ${change.insert ? `add \`${change.insert}\` to` : "change"} ${path}`;
}

async function freeName(folder, wanted) {
  let name = wanted;
  for (let number = 2; await folder.exists(`${name}.patch`); number += 1) name = `${wanted}-${number}`;
  return name;
}

/** A new include goes after the others, at the latest before the line of the error. */
function inserted(text, { line, insert }) {
  const lines = text.split("\n");
  if (lines.some((existing) => existing.trim() === insert)) return text;
  const limit = Math.min(line - 1, lines.length);
  let at = 0;
  let depth = 0;
  for (let index = 0; index < limit; index += 1) {
    if (/^\s*#\s*if/.test(lines[index])) depth += 1;
    if (/^\s*#\s*endif/.test(lines[index])) depth -= 1;
    if (depth === 0 && /^\s*#\s*include\b/.test(lines[index])) at = index + 1;
  }
  lines.splice(at, 0, insert);
  return lines.join("\n");
}

/** A file of the work folder by the name that a tool gives it. */
async function locate(workDir, name) {
  const relative = name.startsWith(`${workDir}/`)
    ? name.slice(workDir.length + 1)
    : name.replace(/^\.\//, "");
  const files = await filesBelow(workDir);
  if (files.includes(relative)) return relative;
  const tail = relative
    .split("/")
    .filter((part) => part !== "..")
    .join("/");
  const matches = files.filter((file) => file === tail || file.endsWith(`/${tail}`));
  return matches.length === 1 ? matches[0] : undefined;
}

export { scriptText };
