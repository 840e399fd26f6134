// Errors in the recipe itself: what the diagnostics propose, and mistakes in YAML that can be tried out cheaply.

import { Stage0Recipe } from "sidewinder";
import { nearest } from "../channel.mjs";

export async function recipeErrors({ error }, folder) {
  const text = await folder.read("recipe.yaml");
  const diagnostics = (error.diagnostics ?? []).filter(({ severity }) => severity === "error");
  const candidates = [];
  for (const diagnostic of diagnostics) {
    const changes = fixes(diagnostic, text);
    for (const change of changes) {
      candidates.push({ cause: diagnostic.message, why: diagnostic.help ?? "", changes: [change].flat() });
    }
    if (diagnostic.code === "invalid-yaml") candidates.push(...yaml(diagnostic, text));
  }
  if (/(^|[^$])\{\{/.test(text)) {
    candidates.push({
      cause: error.message,
      why: "templates begin with `${{`",
      changes: [write(text.replace(/(^|[^$])\{\{/g, "$1${{"))],
    });
  }
  return candidates;
}

function write(text) {
  return { kind: "write", file: "recipe.yaml", text };
}

function fixes(diagnostic, text) {
  const { code, message, help = "", span } = diagnostic;
  const quoted = [...help.matchAll(/`([^`]+)`/g)].map(([, word]) => word);
  const subject = /`([^`]+)`/.exec(message)?.[1];
  const inRecipe = diagnostic.file === undefined || diagnostic.file.endsWith("recipe.yaml");
  const found = [];
  if (code === "undefined-variable" && subject !== undefined) {
    found.push(...undefinedVariable(subject, message, quoted, span, text, help));
  } else if (
    inRecipe &&
    span &&
    span.length > 0 &&
    quoted.length === 1 &&
    /^(did you mean|write|use|rename)/.test(help)
  ) {
    found.push({ kind: "span", span, find: /^[\s\S]*$/, replace: quoted[0] });
  }
  if (code === "invalid-license" && span) {
    const old = Buffer.from(text)
      .subarray(span.offset, span.offset + span.length)
      .toString();
    found.push({ kind: "span", span, find: /^[\s\S]*$/, replace: license(old.replace(/^['"]|['"]$/g, "")) });
  }
  if (
    span &&
    inRecipe &&
    span.length > 0 &&
    /not a (?:whole number|bool|number)|expected a (?:bool|number|whole)/.test(message)
  ) {
    const old = Buffer.from(text)
      .subarray(span.offset, span.offset + span.length)
      .toString();
    const number = /\d+/.exec(old)?.[0];
    found.push({
      kind: "span",
      span,
      find: /^[\s\S]*$/,
      replace: number ?? (/^(no|off|n)$/i.test(old) ? "false" : /^(yes|on|y)$/i.test(old) ? "true" : "0"),
    });
  }
  if (span && inRecipe && /expected a list|is not a list|expected a sequence/.test(message)) {
    const old = Buffer.from(text)
      .subarray(span.offset, span.offset + span.length)
      .toString();
    found.push({ kind: "span", span, find: /^[\s\S]*$/, replace: `[${old}]` });
  }
  if (code === "template-syntax" && span) found.push(...template(span, text));
  if (code === "invalid-match-spec" && span && inRecipe) {
    const [, name, version] = /`([\w.-]+) +(\d[\w.]*)`/.exec(message) ?? [];
    // CEP 29: a range needs an operator or `.*`.
    for (const spec of name === undefined ? [] : [`${name} ${version}.*`, `${name} ==${version}`]) {
      found.push({ kind: "span", span, find: `${name} ${version}`, replace: spec });
    }
  }
  const output = /'([\w.-]+)' is pinned exactly, but the recipe has no output/.exec(message)?.[1];
  if (output !== undefined) {
    const names = [...text.matchAll(/^\s+name:\s*['"]?([\w.-]+)/gm)].map(([, name]) => name);
    for (const name of [...new Set([...nearest(output, names), ...names])]) {
      const pin = new RegExp(`(pin_subpackage\\(\\s*['"])${output}(['"])`, "g");
      const fresh = text.replace(pin, `$1${name}$2`);
      if (fresh !== text) found.push(write(fresh));
    }
  }
  const missing = /missing field `(\w+)`/.exec(message)?.[1];
  if (missing !== undefined && span && inRecipe) found.push(...misspeltField(missing, span, text));
  return found;
}

function undefinedVariable(name, message, quoted, span, text, help) {
  const found = [];
  const pattern = new RegExp(`\\b${name.replace(/\W/g, "\\$&")}\\b`);
  if (/did you mean/.test(help)) {
    for (const word of quoted) found.push({ kind: "span", span, find: pattern, replace: word });
  }
  // What build scripts call so is a shell variable.
  if (/^[A-Z_]+$/.test(name)) {
    found.push({ kind: "span", span, find: /\$\{\{\s*(\w+)\s*\}\}/, replace: `$${name}` });
  }
  const literal = /^(\s+)version:\s*['"]?([\w.]+)['"]?\s*$/m.exec(text)?.[2];
  if (name === "version" && literal)
    found.push({ kind: "recipe", edits: [{ kind: "setContext", name, value: literal }] });
  const packageName = /^\s+name:\s*['"]?([\w.-]+)['"]?\s*$/m.exec(text)?.[1];
  if (name === "name" && packageName)
    found.push({ kind: "recipe", edits: [{ kind: "setContext", name, value: packageName }] });
  if (name === "python_min")
    found.push({ kind: "recipe", edits: [{ kind: "setContext", name, value: "3.10" }] });
  if (name === "c_stdlib" || /no standard library/.test(message)) {
    found.push({
      kind: "append",
      file: "variants.yaml",
      text: 'c_stdlib:\n  - sysroot\nc_stdlib_version:\n  - "2.17"\n',
    });
  }
  return found;
}

/** A key near the place that is nearly the one that is missing. */
function misspeltField(field, span, text) {
  const lines = text.split("\n");
  const from = (span.line ?? 1) - 1;
  for (const line of lines.slice(Math.max(0, from - 1), from + 8)) {
    const key = /^\s*(?:- )?(\w+):/.exec(line)?.[1];
    if (key === undefined || key === field || nearest(key, [field]).length === 0) continue;
    return [{ kind: "text", file: "recipe.yaml", find: line, replace: line.replace(`${key}:`, `${field}:`) }];
  }
  return [];
}

/** Mistakes in an expression that are typed often. */
function template(span, text) {
  const old = Buffer.from(text)
    .subarray(span.offset, span.offset + span.length)
    .toString();
  const fresh = [
    old.replace(/\s+(?:and|or|not)\s*$/, ""),
    old
      .replace(/&&/g, "and")
      .replace(/\|\|/g, "or")
      .replace(/!(?!=)/g, "not "),
    old.replace(/([^=!<>])=([^=])/g, "$1==$2"),
    old.replace(/\(([^()]*)(\s*\}\})/, "($1)$2"),
    old.replace(/(['"])([^'"]*?)(\s*[)}])/, "$1$2$1$3"),
    `${old})`,
    `${old}}}`,
    old.replace(/\}?\s*$/, "}}"),
  ];
  return [...new Set(fresh)]
    .filter((value) => value !== old)
    .map((value) => ({ kind: "span", span, find: /^[\s\S]*$/, replace: value }));
}

const LICENSES = [
  [/^apache.*2/i, "Apache-2.0"],
  [/^(mit|expat)/i, "MIT"],
  [/^(l)?gpl.*?v?3.*(\+|later)/i, (match) => `${match[1] ? "L" : ""}GPL-3.0-or-later`],
  [/^(l)?gpl.*?v?3/i, (match) => `${match[1] ? "L" : ""}GPL-3.0-only`],
  [/^lgpl.*?2\.1.*(\+|later)/i, "LGPL-2.1-or-later"],
  [/^lgpl.*?2\.1/i, "LGPL-2.1-only"],
  [/^gpl.*?2.*(\+|later)/i, "GPL-2.0-or-later"],
  [/^gpl.*?2/i, "GPL-2.0-only"],
  [/^(new |revised |3.clause |modified )?bsd.*3|^bsd$|^new bsd/i, "BSD-3-Clause"],
  [/bsd.*2/i, "BSD-2-Clause"],
  [/^mpl.*2/i, "MPL-2.0"],
  [/^(psf|python)/i, "PSF-2.0"],
  [/^public domain/i, "LicenseRef-Public-Domain"],
];

function license(text) {
  for (const [pattern, id] of LICENSES) {
    const match = pattern.exec(text);
    if (match) return typeof id === "function" ? id(match) : id;
  }
  return `LicenseRef-${text.replace(/[^A-Za-z0-9.-]+/g, "-").replace(/^-|-$/g, "")}`;
}

/** Texts that differ in one line or one kind of mistake and parse better. */
function yaml({ message, span }, text) {
  const lines = text.split("\n");
  const at = (span?.line ?? 1) - 1;
  const tries = [];
  if (text.includes("\t"))
    tries.push([
      "indent with spaces instead of tabs",
      text.replace(/^\t+/gm, (tabs) => "  ".repeat(tabs.length)).replaceAll("\t", " "),
    ]);
  for (const index of [at, at - 1, at + 1, at - 2]) {
    const line = lines[index];
    if (line === undefined || line.trim() === "") continue;
    const put = (fresh) =>
      [...lines.slice(0, index), ...[fresh].flat(), ...lines.slice(index + 1)].join("\n");
    const indent = line.search(/\S/);
    for (const depth of [0, 2, 4, 6, 8]
      .filter((depth) => depth !== indent)
      .sort((a, b) => Math.abs(a - indent) - Math.abs(b - indent))) {
      tries.push(["fix the indentation", put(`${" ".repeat(depth)}${line.trimStart()}`)]);
    }
    tries.push(["a space after the colon", put(line.replace(/^(\s*(?:- )?[\w-]+):(\S)/, "$1: $2"))]);
    tries.push(["a space after the dash", put(line.replace(/^(\s*)-(\S)/, "$1- $2"))]);
    tries.push(["a colon after the key", put(line.replace(/^(\s*[\w-]+)\s*$/, "$1:"))]);
    tries.push(["a colon after the key", put(line.replace(/^(\s*[\w-]+) (\S.*)$/, "$1: $2"))]);
    const value = /^(\s*(?:- )?(?:[\w-]+:\s+)?)(\S.*)$/.exec(line);
    if (value) {
      tries.push(["quote the value", put(`${value[1]}'${value[2].replaceAll("'", "''")}'`)]);
      const item = /^(\s*- )(.*)$/.exec(line);
      if (item) tries.push(["quote the value", put(`${item[1]}'${item[2].replaceAll("'", "''")}'`)]);
    }
    for (const [open, shut] of ['""', "''", "[]", "{}"].map((pair) => [...pair])) {
      if (
        line.split(open).length !== line.split(shut).length ||
        (open === shut && line.split(open).length % 2 === 0)
      ) {
        tries.push([`a missing \`${shut}\``, put(`${line.trimEnd()}${shut}`)]);
      }
    }
  }
  const before = errors(text);
  return tries
    .filter(([, fresh]) => fresh !== text)
    .map(([why, fresh]) => ({ why, fresh, left: errors(fresh) }))
    .filter(({ left }) => left < before)
    .sort((a, b) => a.left - b.left)
    .slice(0, 6)
    .map(({ why, fresh }) => ({ cause: message, why, changes: [write(fresh)] }));
}

/** Problems of a text; YAML that does not parse hides all others. */
function errors(text) {
  const found = Stage0Recipe.check(text).filter(({ severity }) => severity === "error");
  return found.some(({ code }) => code === "invalid-yaml") ? 1000 : found.length;
}
