// A patch made for other sources than these: found by context and written again for the present ones.

import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DebugSession, Stage0Recipe, VariantConfig } from "sidewinder";
import { filesBelow } from "../folder.mjs";

/** @returns {Promise<{why: string, changes: object[]} | undefined>} */
export async function rebasedPatch(name, folder, variant, { channels, workDir }) {
  const recipe = await folder.read("recipe.yaml");
  const places = patchesOf(variant);
  const place = places.find(({ patch }) => patch === name);
  if (place === undefined) return undefined;
  const bare = await without(folder, recipe, places.slice(places.indexOf(place)));
  if (bare === undefined) return undefined;
  const scratch = await mkdtemp(join(workDir ?? tmpdir(), "patch-"));
  const session = await DebugSession.create(bare, { channels, outputDir: scratch }).catch(() => undefined);
  if (session === undefined) return undefined;
  try {
    const files = parse((await readFile(folder.path(name), "utf8")).replaceAll("\r\n", "\n"));
    const known = await filesBelow(session.workDir);
    let isApplied = files.length > 0;
    const changed = [];
    const added = [];
    for (const file of files) {
      if (file.before === "/dev/null") {
        const path = file.after.replace(/^[ab]\//, "");
        const content = file.hunks.flatMap(({ fresh }) => fresh).join("\n");
        await mkdir(dirname(join(session.workDir, path)), { recursive: true });
        await writeFile(join(session.workDir, path), `${content}\n`);
        added.push(path);
        isApplied = false;
        continue;
      }
      const path = target(file, known);
      if (path === undefined) return undefined;
      const text = await readFile(join(session.workDir, path), "utf8");
      const result = applied(text, file.hunks);
      if (result === undefined) return undefined;
      if (result !== text) {
        isApplied = false;
        await writeFile(join(session.workDir, path), result);
        changed.push(path);
      }
    }
    if (isApplied) {
      const edits = [{ kind: "removePatch", source: place.source, patch: name }];
      return {
        why: "the sources already have all changes of the patch",
        changes: [{ kind: "recipe", edits }],
      };
    }
    const patch = await session.createPatch({
      dryRun: true,
      name: "rebased",
      include: [...changed, ...added].map(literal),
      add: added.map(literal),
    });
    const { text } = patch;
    if (text === "") return undefined;
    return {
      why: "the same changes, for the sources as they are now",
      changes: [{ kind: "write", file: name, text }],
    };
  } finally {
    await session.close().catch(() => {});
    await rm(scratch, { recursive: true, force: true });
  }
}

const literal = (path) => path.replace(/[[\]*?{}]/g, "?");

/** The patches of all sources, in the order in which they are applied. */
function patchesOf(variant) {
  const sources = [variant?.recipe?.source ?? []].flat();
  return sources.flatMap((entry, source) => (entry.patches ?? []).map((patch) => ({ source, patch })));
}

/** The recipe without this patch and those after it, so that the sources can be fetched. */
async function without(folder, text, places) {
  try {
    const edits = places.map(({ source, patch }) => ({ kind: "removePatch", source, patch }));
    const path = folder.path("recipe.yaml");
    const edited = Stage0Recipe.fromYaml(text, { path }).edit(edits);
    const file = folder.path("variants.yaml");
    const config = (await folder.exists("variants.yaml"))
      ? await VariantConfig.fromFiles([file])
      : new VariantConfig();
    const [variant] = edited.render(config).filter(({ skip }) => !skip);
    // Only the sources are needed.
    if (variant?.recipe?.requirements) variant.recipe.requirements = {};
    return variant;
  } catch {
    return undefined;
  }
}

function parse(text) {
  const files = [];
  let hunk;
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at];
    if (line.startsWith("--- ") && (lines[at + 1] ?? "").startsWith("+++ ")) {
      const path = (header) => header.slice(4).split("\t")[0].trim();
      files.push({ before: path(line), after: path(lines[at + 1]), hunks: [] });
      hunk = undefined;
      at += 1;
    } else if (line.startsWith("@@ ") && files.length > 0) {
      hunk = { start: Number(/^@@ -(\d+)/.exec(line)?.[1] ?? 1), lines: [], old: [], fresh: [] };
      files.at(-1).hunks.push(hunk);
    } else if (hunk !== undefined && /^[ +-]|^$/.test(line)) {
      const kind = line[0] ?? " ";
      const content = line.slice(1);
      hunk.lines.push({ kind, content });
      if (kind !== "+") hunk.old.push(content);
      if (kind !== "-") hunk.fresh.push(content);
    } else if (/^(diff |Index: |-- ?$)/.test(line)) hunk = undefined;
  }
  return files;
}

/** The file of the sources that a patch means, whatever folders its paths begin with. */
function target({ before, after }, known) {
  for (const path of [after, before].filter((name) => name !== "/dev/null")) {
    const parts = path.split("/").filter((part) => part !== "" && part !== ".");
    for (let strip = 0; strip < parts.length; strip += 1) {
      const tail = parts.slice(strip).join("/");
      if (known.includes(tail)) return tail;
    }
    for (let strip = 0; strip < parts.length; strip += 1) {
      const tail = `/${parts.slice(strip).join("/")}`;
      const matches = known.filter((file) => file.endsWith(tail));
      if (matches.length === 1) return matches[0];
    }
  }
  return undefined;
}

/** The text with all hunks, or nothing if one has no place. */
function applied(text, hunks) {
  const ending = text.includes("\r\n") ? "\r\n" : "\n";
  let lines = text.split(/\r?\n/);
  for (const hunk of hunks) {
    const next = placed(lines, hunk);
    if (next === undefined) return undefined;
    lines = next;
  }
  return lines.join(ending);
}

function placed(lines, hunk) {
  const changes = hunk.lines.map(({ kind }) => kind);
  const lead = changes.findIndex((kind) => kind !== " ");
  const trail = [...changes].reverse().findIndex((kind) => kind !== " ");
  if (lead < 0) return lines;
  // Less context at both ends, and white space that differs, as a person would accept them.
  for (const same of [(a, b) => a === b, (a, b) => squeezed(a) === squeezed(b)]) {
    for (let less = 0; less <= Math.max(lead, trail); less += 1) {
      const part = hunk.lines.slice(Math.min(less, lead), hunk.lines.length - Math.min(less, trail));
      const old = part.filter(({ kind }) => kind !== "+").map(({ content }) => content);
      const fresh = part.filter(({ kind }) => kind !== "-").map(({ content }) => content);
      if (old.length > 0) {
        const at = find(lines, old, hunk.start - 1, same);
        if (at !== undefined) return merge(lines, at, part);
      }
      if (
        fresh.length > 0 &&
        part.some(({ kind }) => kind === "+") &&
        find(lines, fresh, hunk.start - 1, same) !== undefined
      )
        return lines;
    }
  }
  return undefined;
}

const squeezed = (line) => line.replace(/\s+/g, " ").trim();

/** Where lines occur, nearest to where they are expected. */
function find(lines, wanted, near, same) {
  let best;
  for (let at = 0; at + wanted.length <= lines.length; at += 1) {
    if (!wanted.every((line, index) => same(lines[at + index], line))) continue;
    if (best === undefined || Math.abs(at - near) < Math.abs(best - near)) best = at;
  }
  return best;
}

/** Context stays as the sources have it. */
function merge(lines, at, part) {
  const result = lines.slice(0, at);
  let index = at;
  for (const { kind, content } of part) {
    if (kind === " ") result.push(lines[index++]);
    else if (kind === "-") index += 1;
    else result.push(content);
  }
  return [...result, ...lines.slice(index)];
}
