// Sources that cannot be fetched, checksums that differ, patches that do not apply.

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { nearest } from "../channel.mjs";
import { rebasedPatch } from "./rebase-patch.mjs";

export async function sourceErrors({ error, variant }, folder, context) {
  switch (error?.code) {
    case "CHECKSUM_MISMATCH":
      return checksum(error, folder);
    case "SOURCE_FAILED":
      return missing(error, folder);
    case "PATCH_FAILED":
      return patch(error, folder, variant, context);
    default:
      return [];
  }
}

async function checksum({ expected, actual, url, message }, folder) {
  const candidates = [];
  // The checksum may be right, and the name of the file wrong.
  const algorithm = expected.length === 32 ? "md5" : "sha256";
  for (const file of await folder.files()) {
    const content = await readFile(folder.path(file)).catch(() => undefined);
    if (content === undefined || file === url) continue;
    if (createHash(algorithm).update(content).digest("hex") !== expected) continue;
    candidates.push(text(message, `\`${file}\` has this checksum`, String(url), file));
  }
  candidates.push(text(message, "compare it with the checksum that the project publishes", expected, actual));
  return candidates;
}

function text(cause, why, find, replace) {
  return { cause, why, changes: [{ kind: "text", file: "recipe.yaml", find, replace }] };
}

async function missing({ url = "", message }, folder) {
  const files = await folder.files();
  const folders = [...new Set(files.flatMap((file) => parents(file)))];
  const known = [...files, ...folders].filter(
    (path) => !/^(recipe\.yaml|variants\.yaml|expect|build\.(sh|bat))$/.test(path),
  );
  const recipe = await folder.read("recipe.yaml");
  const wanted = url.replace(/^file:\/\//, "").replace(/^\.\//, "");
  const name = wanted.split("/").at(-1);
  const isArchive = /\.(tar|tgz|zip|gz|bz2|xz|zst|tbz2?)\b/.test(name);
  const ranked = [
    ...known.filter((path) => path.split("/").at(-1) === name),
    ...nearest(wanted, known),
    ...nearest(
      name,
      known.map((path) => path.split("/").at(-1)),
    ).flatMap((near) => known.filter((path) => path.split("/").at(-1) === near)),
    ...known.filter((path) => isArchive && /\.(tar|tgz|zip|tbz2?)(\.\w+)?$/.test(path)),
    ...folders.filter((path) => !isArchive && !path.includes("/")),
  ];
  const candidates = [];
  for (const path of [...new Set(ranked)].slice(0, 5)) {
    const why = `the recipe folder has \`${path}\``;
    const entry = recipe
      .split("\n")
      .find((line) => /^\s*-?\s*(path|url):/.test(line) && url !== "" && line.includes(url));
    if (entry !== undefined) {
      const fresh = entry.replace(/\b(path|url):.*$/, (value) =>
        value.startsWith("url") && !/:\/\//.test(path) ? `path: ${path}` : value.replace(url, () => path),
      );
      candidates.push(text(message, why, entry, fresh));
    }
    // A template makes the name: the line itself is replaced.
    const line = recipe
      .split("\n")
      .find((entry) => /^\s*-?\s*(path|url):/.test(entry) && entry.includes("{{"));
    if (line !== undefined)
      candidates.push(text(message, why, line, line.replace(/(path|url):.*$/, `path: ${path}`)));
  }
  return candidates;
}

function parents(file) {
  const parts = file.split("/").slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join("/"));
}

async function patch({ patch: name, message }, folder, variant, context) {
  const files = await folder.files();
  const patches = files.filter((file) => /\.(patch|diff)$/.test(file));
  const candidates = [];
  if (!files.includes(name)) {
    const base = name.split("/").at(-1);
    const ranked = [
      ...patches.filter((file) => file.split("/").at(-1) === base),
      ...nearest(name, patches),
      ...patches,
    ];
    const recipe = await folder.read("recipe.yaml");
    for (const file of new Set(ranked)) {
      if (!recipe.includes(file))
        candidates.push(text(message, `the recipe folder has \`${file}\``, name, file));
    }
    return candidates;
  }
  const rebased = await rebasedPatch(name, folder, variant, context);
  if (rebased !== undefined) candidates.push({ cause: message, ...rebased });
  return candidates;
}
