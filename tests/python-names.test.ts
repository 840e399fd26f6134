/** The tables for those who come from Python name what there is, on both sides, and all of it. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { root } from "./support/workbench.js";

const rows = readFileSync(join(root, "docs/python.md"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("| `"))
  .map((line) => line.split(" | ") as [string, string]);
const codes = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, code = ""]) => code);

test("every public name of the Python API is in one table, once", () => {
  const names = readFileSync(join(root, "tests/fixtures/rattler-build-names.txt"), "utf8").trim().split("\n");
  expect(rows.flatMap(([python]) => codes(python)).sort()).toEqual(names.sort());
});

test("every name of ours in the tables is one that the package has", () => {
  const file = join(root, "ts-sdk/src/index.ts");
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, root);
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(file);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error("the SDK has no entry point");
  const known = new Set<string>();
  for (const exported of checker.getExportsOfModule(module)) {
    const symbol = exported.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
    known.add(exported.name);
    for (const type of [checker.getDeclaredTypeOfSymbol(symbol), checker.getTypeOfSymbol(symbol)]) {
      for (const { name } of type.getProperties()) known.add(`${exported.name}.${name}`);
    }
  }
  const named = rows.flatMap(([, ours]) => codes(ours)).filter((code) => /^[A-Z]\w+(\.\w+)?$/.test(code));
  expect(named.length).toBeGreaterThan(80);
  expect(named.filter((name) => !known.has(name))).toEqual([]);
});
