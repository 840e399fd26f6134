// Tests of the package that fail: what they lack, and names in the recipe that the package has otherwise.

import { nearest } from "../channel.mjs";
import { filesBelow } from "../folder.mjs";
import { otherVersions } from "./versions.mjs";

export async function testFailures({ result, built, session }, folder, context) {
  const recipe = await folder.read("recipe.yaml");
  const files = (built?.files ?? []).map(({ path }) => path);
  const candidates = [];
  for (const finding of result?.diagnosis ?? []) {
    const add = (why, changes) => candidates.push({ cause: finding.message, why, changes });
    candidates.push(...misspelt(finding, recipe, files));
    // What only the test runs does not belong into the requirements of the package.
    for (const { spec } of onlyOfTest(finding, recipe, files) ? finding.suggestions : []) {
      const text = withTestRequirement(recipe, finding, spec);
      if (text !== undefined)
        add(`the test runs \`${finding.subject}\``, [write(text, `test: require \`${spec}\``)]);
    }
    if (finding.kind === "version-mismatch") {
      candidates.push(...(await otherVersions(finding, session, { ...context, section: "run" })));
    }
    for (const fix of finding.fixes) add(fix.why, [fix]);
    candidates.push(...(await moved(finding, recipe, session)), ...installed(finding, recipe, files));
  }
  candidates.push(...contents(recipe, files));
  return candidates;
}

const write = (text, summary) => ({ kind: "write", file: "recipe.yaml", text, summary });
const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Modules and commands of the package that the recipe names otherwise. */
function misspelt(finding, recipe, files) {
  const subject = (finding.subject ?? "").split("/").at(-1);
  if (subject === "" || !new RegExp(`(^|[^\\w.-])${escaped(subject)}($|[^\\w-])`, "m").test(recipe))
    return [];
  const known = finding.kind === "missing-python-module" ? modules(files) : commands(files);
  const [top, ...rest] = subject.split(".");
  const inside =
    finding.kind === "missing-python-module" && rest.length > 0
      ? known.filter((name) => name.startsWith(`${top}.`) && name.split(".").length === rest.length + 1)
      : [];
  const ranked = [...nearest(subject, known), ...inside, ...(known.length === 1 ? known : [])];
  return [...new Set(ranked)].map((name) => ({
    cause: finding.message,
    why: `the package has \`${name}\``,
    changes: [
      write(
        recipe.replace(new RegExp(`(^|[^\\w.-])${escaped(subject)}(?=$|[^\\w-])`, "gm"), `$1${name}`),
        `recipe.yaml: \`${subject}\` → \`${name}\``,
      ),
    ],
  }));
}

function modules(files) {
  const found = new Set();
  for (const file of files) {
    const path = /site-packages\/(.+?)(?:\/__init__)?\.py$/.exec(file)?.[1];
    const extension = /site-packages\/(.+?)\.[\w-]+\.so$/.exec(file)?.[1];
    const name = (path ?? extension)?.replaceAll("/", ".");
    if (name !== undefined && !name.includes("-")) found.add(name);
  }
  return [...found];
}

const commands = (files) => [
  ...new Set(
    files.filter((file) => /^(bin|python-scripts)\/[^/]+$/.test(file)).map((file) => file.split("/").at(-1)),
  ),
];

function onlyOfTest({ kind, subject }, recipe, files) {
  if (subject === undefined) return false;
  if (kind === "missing-command") return !commands(files).includes(subject);
  // `pytest` is loaded by the command, a module of the package by the package.
  return kind === "missing-python-module" && new RegExp(`-m ${escaped(subject)}\\b`).test(recipe);
}

/** The recipe with a requirement of the script test that runs a command. */
function withTestRequirement(recipe, { subject }, spec) {
  const lines = recipe.split("\n");
  const start = lines.findIndex((line) => /^tests:/.test(line));
  if (start < 0) return undefined;
  let test;
  for (let at = start + 1; at < lines.length && !/^\S/.test(lines[at]); at += 1) {
    if (/^\s*- script:/.test(lines[at])) test = at;
    if (test === undefined || !new RegExp(`(^|[^\\w-])${escaped(subject)}\\b`).test(lines[at])) continue;
    const indent = lines[test].search(/-/) + 2;
    const pad = " ".repeat(indent);
    let end = test + 1;
    while (end < lines.length && (lines[end].trim() === "" || lines[end].search(/\S/) >= indent)) end += 1;
    const own = lines.slice(test, end);
    const run = own.findIndex((line) => /^\s+run:\s*$/.test(line));
    if (run >= 0) {
      const depth = own[run].search(/\S/) + 2;
      lines.splice(test + run + 1, 0, `${" ".repeat(depth)}- ${spec}`);
    } else if (own.some((line) => new RegExp(`^${pad}requirements:`).test(line))) {
      const place = own.findIndex((line) => new RegExp(`^${pad}requirements:`).test(line));
      lines.splice(test + place + 1, 0, `${pad}  run:`, `${pad}    - ${spec}`);
    } else {
      while (lines[end - 1].trim() === "") end -= 1;
      lines.splice(end, 0, `${pad}requirements:`, `${pad}  run:`, `${pad}    - ${spec}`);
    }
    return lines.join("\n");
  }
  return undefined;
}

/** Files of a test that are in another folder of the sources than the recipe names. */
async function moved(finding, recipe, session) {
  const subject = finding.subject ?? "";
  if (finding.kind !== "missing-file" || !recipe.includes(subject) || session === undefined) return [];
  const work = await filesBelow(session.workDir);
  const name = subject.replace(/\/$/, "").split("/").at(-1);
  const known = work.filter((path) => path.split("/").at(-1) === name);
  return [...known, ...nearest(subject, work, 2)].slice(0, 3).map((path) => ({
    cause: finding.message,
    why: `the sources have \`${path}\``,
    changes: [
      write(
        recipe.replaceAll(subject, () => path),
        `recipe.yaml: \`${subject}\` → \`${path}\``,
      ),
    ],
  }));
}

/** Files of the package that a test looks for in another folder. */
function installed(finding, recipe, files) {
  const path = /\/(?:test_env|host_env_placehold[^/]*)\/(.+)$/.exec(finding.subject ?? "")?.[1];
  if (path === undefined || !recipe.includes(path)) return [];
  const name = path.split("/").at(-1);
  const known = files.filter((file) => file.split("/").at(-1) === name);
  return [...new Set([...known, ...nearest(path, files)])].slice(0, 3).map((file) => ({
    cause: finding.message,
    why: `the package has \`${file}\``,
    changes: [
      write(
        recipe.replaceAll(path, () => file),
        `recipe.yaml: \`${path}\` → \`${file}\``,
      ),
    ],
  }));
}

/** Entries of `package_contents` that name no file of the package. */
function contents(recipe, files) {
  const block = /package_contents:\n((?:\s{6,}.*\n?|\s*\n)+)/.exec(recipe)?.[1];
  if (block === undefined) return [];
  const candidates = [];
  for (const [, item] of block.matchAll(/^\s+- ['"]?([^'"\s#]+)/gm)) {
    const name = item.split("/").at(-1);
    if (files.some((file) => file === item || file.endsWith(`/${item}`))) continue;
    const known = [
      ...new Set(files.flatMap((file) => [file.split("/").at(-1), file.split("/").slice(1).join("/")])),
    ];
    for (const near of nearest(item.includes("/") ? item : name, known)) {
      candidates.push({
        cause: `the package has no \`${item}\``,
        why: `the package has \`${near}\``,
        changes: [
          write(
            recipe.replace(`- ${item}`, () => `- ${near}`),
            `package_contents: \`${item}\` → \`${near}\``,
          ),
        ],
      });
    }
  }
  return candidates;
}
