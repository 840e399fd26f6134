// `node scripts/native-types.mjs [--check]`: writes the TypeScript declarations of the native addon from what its macros
// recorded while it was compiled, or fails if those on disk are stale.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, StepFailed, script } from "./run.mjs";
import { buildNative } from "./setup.mjs";
import { ensureToolchain } from "./toolchain.mjs";

const CRATE = "sidewinder_session_napi";
const FILE = "ts-sdk/src/generated/native.ts";

const HEADER = `\
// Generated from the addon's Rust code by \`node scripts/native-types.mjs\`. Do not edit.

import type { LogCallback, OutputCallback, ProgressCallback } from "../session/native.js";
`;

/** Writes the declarations, or checks those on disk. */
export async function nativeTypes({ isCheck = false } = {}) {
  const folders = await buildNative("dev");
  const recorded = readFileSync(join(folders.get(CRATE), CRATE), "utf8");
  const text = declarations(recorded);
  const path = join(root, FILE);
  if (!isCheck) writeFileSync(path, text);
  else if (readOr(path) !== text)
    throw new StepFailed(`${FILE} is stale; run \`node scripts/native-types.mjs\``);
}

/** The module for the recorded items. Checking and building both record, so items can be there twice. */
function declarations(recorded) {
  const items = [...new Set(recorded.split("\n").filter(Boolean))].map((line) => JSON.parse(line));
  const classes = items.filter(({ kind }) => kind === "struct");
  const functions = items.filter(({ kind }) => kind === "fn");
  const blocks = [
    {
      docs: "/** What the addon exports. Options and results are JSON text; errors have an `ErrorRecord` as message. */",
      name: "Native",
      members: [
        ...sorted(functions.map(({ def, js_doc }) => `${js_doc.trim()}\n${def.replace(/^function /, "")}`)),
        ...sorted(
          classes.map(({ name }) => constructorOf(name, items)).filter((member) => member !== undefined),
        ),
      ],
    },
    ...sorted(classes, ({ name }) => name).map(({ name, js_doc }) => ({
      docs: js_doc.trim(),
      name,
      members: membersOf(name, items).filter((member) => !/(?:^|\n)\s*constructor\(/.test(member)),
    })),
  ];
  return HEADER + blocks.map(block).join("");
}

function block({ docs, name, members }) {
  const indented = (line) => (line.trim().startsWith("*") ? "   " : "  ") + line.trim();
  const body = members.map((member) => member.split("\n").map(indented).join("\n")).join(";\n");
  return `\n${docs}\nexport interface ${name} {\n${plain(body)};\n}\n`;
}

/** Each member of a class with its documentation. */
function membersOf(name, items) {
  const text = items
    .filter((item) => item.kind === "impl" && item.name === name)
    .map(({ def }) => def)
    .join("\n");
  const members = [];
  let docs = [];
  for (const line of text.split("\n")) {
    docs.push(line);
    // Lines of documentation start with `/**` or ` *`; a member is one line.
    if (/^\s*(?:\/?\*|$)/.test(line)) continue;
    members.push(docs.join("\n"));
    docs = [];
  }
  return members;
}

function constructorOf(name, items) {
  const found = membersOf(name, items).find((member) => /(?:^|\n)\s*constructor\(/.test(member));
  const parameters = found && /constructor(\(.*\))/.exec(found)?.[1];
  return parameters && `${name}: new ${parameters} => ${name}`;
}

/** Absent arguments are undefined here, never null, and the addon takes any bytes where it says `Buffer`. */
function plain(text) {
  return text
    .replace(/(\?: [^,)]*?) \| undefined \| null/g, "$1")
    .replaceAll(" | undefined | null", " | undefined")
    .replace(/: Buffer\b/g, ": Uint8Array");
}

function sorted(values, key = (value) => value.replace(/^\/\*\*[\s\S]*?\*\/\n/, "")) {
  return values.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function readOr(path) {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await script(async () => {
    ensureToolchain();
    await nativeTypes({ isCheck: process.argv.includes("--check") });
  });
}
