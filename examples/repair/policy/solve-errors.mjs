// Requirements that no package of the channels fulfils.

import { diagnose } from "sidewinder";
import { channelIndex, compareVersions, nearest } from "../channel.mjs";

export async function solveErrors({ error }, folder, { channels }) {
  if (error?.code !== "SOLVE_FAILED") return [];
  const index = await channelIndex(channels);
  const recipe = await folder.read("recipe.yaml");
  const candidates = [];
  for (const spec of involved(error)) {
    const [name, version] = split(spec);
    const lines = requirementLines(recipe, name);
    // `compiler('C')`: languages are in lower case.
    for (const [call, language] of recipe.matchAll(/compiler\(\s*['"]([^'"]*[A-Z+][^'"]*)['"]\s*\)/g)) {
      const lower = language.toLowerCase().replaceAll("+", "x").replace("cpp", "cxx");
      candidates.push(
        replace([call], spec, `no compiler for \`${language}\``, `languages are in lower case`, (text) =>
          text.replace(language, lower),
        ),
      );
    }
    const known = index.get(name);
    if (known === undefined) {
      candidates.push(...(await compilers(folder, name, index)));
      for (const other of [...aliases(name, index), ...nearest(name, index.keys())].slice(0, 5)) {
        candidates.push(
          replace(
            lines,
            spec,
            `the channels have no \`${name}\``,
            `\`${other}\` has a similar name`,
            (line) => line.replace(new RegExp(escaped(name), "i"), () => other),
          ),
        );
        // A version of a package that does not exist says nothing about another.
        if (version !== "*" && version !== "") {
          candidates.push(
            replace(
              lines,
              spec,
              `the channels have no \`${name}\``,
              `\`${other}\` has a similar name`,
              (line) =>
                line.replace(new RegExp(`${escaped(name)}.*?(['"]?\\s*(?:#.*)?)$`, "i"), `${other}$1`),
            ),
          );
        }
      }
      continue;
    }
    if (version === "*" || version === "") continue;
    const cause = `no \`${spec}\` that can be installed`;
    for (const wanted of relaxed(version, [...known])) {
      candidates.push(
        replace(
          lines,
          spec,
          cause,
          `the channels have ${[...known].sort(compareVersions).join(", ")}`,
          (line) =>
            line.replace(
              new RegExp(`(- ["']?)${escaped(name)}\\b[^#'"]*?(["']?\\s*(?:#.*)?)$`),
              `$1${name}${wanted && ` ${wanted}`}$2`,
            ),
        ),
      );
    }
    candidates.push(...(await variants(folder, name, version, [...known], cause)));
  }
  return candidates.filter((candidate) => candidate !== undefined && candidate.changes.length > 0);
}

/** Compilers that variant files name and no channel has. */
async function compilers(folder, name, index) {
  const [, bare, platform] = /^([\w+-]+)_((?:linux|osx|win)-\w+)$/.exec(name) ?? [];
  const text = await folder.read("variants.yaml").catch(() => "");
  const line = text.split("\n").find((entry) => entry.trim() === `- ${bare}`);
  if (line === undefined) return [];
  const known = [...index.keys()].filter((other) => other.endsWith(`_${platform}`));
  const names = known.map((other) => other.slice(0, -platform.length - 1));
  return nearest(bare, names).map((other) => ({
    cause: `the channels have no \`${name}\``,
    why: `\`${other}_${platform}\` has a similar name`,
    changes: [{ kind: "text", file: "variants.yaml", find: line, replace: line.replace(bare, other) }],
  }));
}

/** The requirements of the recipe that take part in the conflict. */
function involved({ conflict, explanation }) {
  const nodes = conflict?.nodes ?? [];
  const edges = conflict?.edges ?? [];
  const specs = edges.filter(({ from }) => nodes[from]?.kind === "request").map(({ spec }) => spec);
  for (const [, spec] of explanation.matchAll(/No candidates were found for (.+?)\.?$/gm)) specs.push(spec);
  return [...new Set(specs.filter((spec) => typeof spec === "string"))];
}

function split(spec) {
  const match = /^([\w.-]+)\s*(.*)$/.exec(spec);
  return match ? [match[1], match[2]] : [spec, ""];
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The lines of a recipe that require a package. */
function requirementLines(recipe, name) {
  const pattern = new RegExp(`^\\s*(?:- |then: )["']?${escaped(name)}(?![\\w.-])`, "i");
  return recipe.split("\n").filter((line) => pattern.test(line));
}

function replace(lines, _spec, cause, why, change) {
  const changes = [...new Set(lines)]
    .map((line) => ({ kind: "text", file: "recipe.yaml", find: line, replace: change(line), all: true }))
    .filter(({ find, replace: fresh }) => find !== fresh);
  return changes.length === 0 ? undefined : { cause, why, changes };
}

/** Names by which other package managers, compilers and tools know a package. */
function aliases(name, index) {
  // Debian's `zlib1g-dev` and `libpng16-dev`, Fedora's `expat-devel`.
  const bare = name
    .replace(/(-dev|-devel|-dbg)$/, "")
    .replace(/(\d+g?|-\d[\d.]*)$/, "")
    .replace(/^lib/, "");
  const logs = [
    `bash: line 1: ${name}: command not found`,
    `Package '${name}', required by 'x', not found`,
    `Package '${bare}', required by 'x', not found`,
    `ld: cannot find -l${bare}`,
    `ModuleNotFoundError: No module named '${name.replace(/^(python|py)\d?-/, "").replaceAll("-", "_")}'`,
  ];
  const specs = logs.flatMap((stderr) =>
    diagnose({ stdout: "", stderr, exitCode: 127 }).flatMap(({ suggestions }) => suggestions),
  );
  return [...new Set(specs.map(({ spec }) => spec))].filter((spec) => spec !== name && index.has(spec));
}

/** Versions that exist, near to the ones that are required: the same beginning first, then any. */
function relaxed(version, known) {
  const wanted = /\d+(?:\.\d+)*/.exec(version)?.[0]?.split(".") ?? [];
  const sorted = [...known].sort(compareVersions);
  const found = [];
  for (let length = wanted.length - 1; length >= 1; length -= 1) {
    const start = `${wanted.slice(0, length).join(".")}.`;
    const newest = sorted.filter((candidate) => candidate.startsWith(start)).at(-1);
    if (newest !== undefined) found.push(`${newest.split(".").slice(0, Math.max(2, length)).join(".")}.*`);
  }
  return [...new Set([...found, ""])];
}

/** Versions that variant files choose: compilers, Python, libraries. */
async function variants(folder, name, version, known, cause) {
  const text = await folder.read("variants.yaml").catch(() => "");
  const wanted = /\d+(?:\.\d+)*/.exec(version)?.[0];
  if (wanted === undefined) return [];
  const parts = wanted.split(".").length;
  const found = [];
  for (const line of text
    .split("\n")
    .filter((entry) => new RegExp(`["'\\s]${escaped(wanted)}(\\.\\*)?["']?\\s*$`).test(entry))) {
    for (const other of [...known].sort(compareVersions).reverse()) {
      const fresh = line.replace(wanted, other.split(".").slice(0, parts).join("."));
      found.push({
        cause,
        why: `the channels have ${name} ${known.join(", ")}`,
        changes: [{ kind: "text", file: "variants.yaml", find: line, replace: fresh }],
      });
    }
  }
  return found;
}
