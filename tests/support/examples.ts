/**
 * The `@example` blocks of doc comments, as programs.
 *
 * A block is run in a folder with a small recipe. Names that it does not explain are there: all that `sidewinder` exports,
 * `readFile` and `writeFile`, the recipe's `text`, `recipe` and `variant`, a `session` of it, and a `fleet`. `// → text` behind a line is
 * what that line prints.
 */

import ts from "typescript";
import type { Page, Snippet } from "./snippets.js";

/** The files in the folder of an example. */
const FILES = new Map([
  [
    "recipe.yaml",
    'package:\n  name: hello\n  version: "1.0"\nsource:\n  path: src\nbuild:\n  script:\n    - sh greet.sh\n',
  ],
  [
    "tested.yaml",
    'package:\n  name: hello\n  version: "1.0"\nbuild:\n  script:\n    - mkdir -p $PREFIX/share\n' +
      "    - echo hello > $PREFIX/share/hello.txt\ntests:\n  - script:\n      - test -f $PREFIX/share/hello.txt\n",
  ],
  ["src/greet.sh", 'echo "Hello, wrold"\n'],
  ["variants.yaml", "python:\n  - 3.12.*\n"],
  ["repair.mjs", "export default async (session) => (await session.runScript()).success;\n"],
]);

/** An example, and what its doc comment is about. */
export interface Example {
  name: string;
  line: number;
  code: string;
}

/** All examples of a source file, in its order. */
export function examplesOf(source: string): Example[] {
  const file = ts.createSourceFile("source.ts", source, ts.ScriptTarget.ES2022, true);
  const found: Example[] = [];
  const visit = (node: ts.Node, within: string): void => {
    const own = (node as { name?: ts.Node }).name?.getText(file);
    const name = own === undefined ? within : within === "" ? own : `${within}.${own}`;
    for (const comment of ts.getJSDocCommentsAndTags(node)) {
      if (comment.parent !== node || !ts.isJSDoc(comment)) continue;
      for (const tag of comment.tags ?? []) {
        if (tag.tagName.text !== "example") continue;
        const line = file.getLineAndCharacterOfPosition(tag.getStart(file)).line + 1;
        found.push({ name, line, code: ts.getTextOfJSDocComment(tag.comment) ?? "" });
      }
    }
    ts.forEachChild(node, (child) => visit(child, name));
  };
  visit(file, "");
  return found;
}

/** Names of classes and functions, by the entry point that exports them. */
export type Exports = Record<string, string[]>;

/** A page of examples, each a program of its own. */
export function pageOf(examples: Example[], exported: Exports): Page {
  const snippets = examples.map(({ code, line }): Snippet => {
    const shown = [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, text = ""]) => text);
    const expected = shown.length === 0 ? undefined : shown.join("\n");
    return { language: "ts", alone: true, line, expected, code: program(code, exported) };
  });
  return { files: FILES, snippets };
}

function program(code: string, exported: Exports): string {
  const mentions = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(code);
  const usesFleet = mentions("fleet") && !/\bconst fleet\b/.test(code);
  const imports = Object.entries(exported).map(([entry, names]) => {
    const needed = names.filter(
      (name) => mentions(name) || SCENE.includes(name) || (usesFleet && name === "Fleet"),
    );
    return needed.length === 0 ? "" : `import { ${needed.join(", ")} } from "${entry}";`;
  });
  const opened = mentions("session") && !/\b(const|using) session\b/.test(code);
  return [
    ...imports,
    'import { readFile, writeFile } from "node:fs/promises";',
    'const text = await readFile("recipe.yaml", "utf8");',
    'const recipe = await Stage0Recipe.fromFile("recipe.yaml");',
    "const [variant] = recipe.render();",
    ...(opened ? ['const session = await DebugSession.create(variant, { channels: ["conda-forge"] });'] : []),
    ...(usesFleet ? ["const fleet = new Fleet();"] : []),
    // In a block of its own, so that it may give these names to others.
    `{\n${code}\n}`,
    ...(opened ? ["await session.close();"] : []),
    ...(usesFleet ? ["await fleet.close();"] : []),
  ].join("\n");
}

const SCENE = ["DebugSession", "Stage0Recipe"];
