/**
 * The JSON Schemas accept what the parser accepts. `SIDEWINDER_CORPUS` names a folder of real recipes; without it only the
 * project's own recipes are compared.
 */

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { parseDocument } from "yaml";
import { recipeSchema, Stage0Recipe, VariantConfig, variantSchema } from "../ts-sdk/src/recipe/index.js";
import { desk } from "./support/command-line.js";
import { root } from "./support/workbench.js";

const ajv = new Ajv({ strict: false, allErrors: false });
const isRecipe = ajv.compile(recipeSchema());
const isVariants = ajv.compile(variantSchema());

/** What only the parser can tell, because it is about what a text means: not found by a schema, and not meant to be. */
const BEYOND_SCHEMA = new Set([
  "invalid-yaml",
  "duplicate-key",
  "invalid-value",
  "invalid-package-name",
  "invalid-version",
  "invalid-match-spec",
  "invalid-license",
  "invalid-url",
  "invalid-checksum",
  "template-syntax",
  "requires-v3",
]);

function filesIn(folder: string, ending: RegExp): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => ending.test(name))
    .map((name) => join(folder, name))
    .sort();
}

/** Files for which schema and parser disagree, with the reason. */
function differences(files: string[]): { both: number; schemaOnly: string[]; parserOnly: string[] } {
  const schemaOnly: string[] = [];
  const parserOnly: string[] = [];
  let both = 0;
  for (const file of files) {
    const text = readFileSync(file, "utf8");
    const errors = Stage0Recipe.check(text, { repodataRevision: "v3" }).filter(
      ({ severity }) => severity === "error",
    );
    const document = parseDocument(text, { uniqueKeys: false });
    const accepted = document.errors.length === 0 && isRecipe(document.toJS());
    if (accepted === (errors.length === 0)) both += 1;
    else if (accepted) {
      const codes = [...new Set(errors.map(({ code }) => code))];
      if (!codes.some((code) => BEYOND_SCHEMA.has(code))) parserOnly.push(`${file}: ${codes.join(", ")}`);
    } else {
      const [error] = isRecipe.errors ?? [];
      schemaOnly.push(`${file}: ${error?.instancePath} ${error?.message ?? document.errors[0]?.message}`);
    }
  }
  return { both, schemaOnly, parserOnly };
}

describe("the schema of recipes", () => {
  test("accepts the project's own recipes", () => {
    const files = filesIn(join(root, "tests/reference/recipes"), /recipe\.yaml$/);
    expect(files.length).toBeGreaterThan(10);
    expect(differences(files)).toEqual({ both: files.length, schemaOnly: [], parserOnly: [] });
  });

  test.each([
    ["an unknown field", "package: {name: a, version: '1'}\nbuild: {nuber: 1}\n"],
    ["a missing name", "package: {version: '1'}\n"],
    ["a list in place of a value", "package: {name: a, version: '1'}\nabout: {summary: [a]}\n"],
    ["a value in place of a list", "package: {name: a, version: '1'}\nrequirements: {run: python}\n"],
    [
      "a checksum of another length",
      "package: {name: a, version: '1'}\nsource: {url: 'https://a.b', sha256: abc}\n",
    ],
    ["a condition without `then`", "package: {name: a, version: '1'}\nrequirements: {run: [{if: win}]}\n"],
    ["no outputs", "outputs: []\n"],
    ["another schema version", "schema_version: 2\npackage: {name: a, version: '1'}\n"],
  ])("rejects %s, like the parser", (_what, text) => {
    expect(isRecipe(parseDocument(text).toJS())).toBe(false);
    expect(Stage0Recipe.check(text).some(({ severity }) => severity === "error")).toBe(true);
  });

  test.each([
    ["conditions in branches", "run: [{if: win, then: [{if: x86_64, then: a, else: [b]}]}]"],
    ["templates", "run: ['${{ pin_compatible(\"numpy\") }}']"],
    ["nothing", "run:"],
    ["run exports in both forms", "run_exports: {weak: [a], strong_constraints: ['b >=1']}"],
  ])("accepts %s in requirements", (_what, field) => {
    const text = `package: {name: a, version: '1'}\nrequirements:\n  ${field}\n`;
    expect(isRecipe(parseDocument(text).toJS())).toBe(true);
    expect(Stage0Recipe.check(text).filter(({ severity }) => severity === "error")).toEqual([]);
  });

  const corpus = process.env.SIDEWINDER_CORPUS;
  if (corpus === undefined) console.warn("skipped: schema against real recipes; set SIDEWINDER_CORPUS");
  test.skipIf(corpus === undefined)("agrees with the parser on real recipes", { timeout: 120_000 }, () => {
    const files = filesIn(join(corpus ?? "", "recipes"), /(?:recipe|rattler-build.*)\.yaml$/).filter(
      (file) => !/variants?\.yaml|conda_build_config|variant_config/.test(file),
    );
    const { both, schemaOnly, parserOnly } = differences(files);
    console.info(`${files.length} recipes: the same for ${both}, beyond a schema for ${files.length - both}`);
    expect({ schemaOnly, parserOnly }).toEqual({ schemaOnly: [], parserOnly: [] });
  });
});

describe("the schema of variant files", () => {
  test.each([
    ["values", "python: ['3.12', 3.13]\n", true],
    ["conditions", "python:\n  - if: unix\n    then: ['3.12']\n    else: '3.13'\n", true],
    ["zip keys", "zip_keys: [[python, numpy]]\npython: ['3.12']\nnumpy: ['2']\n", true],
    ["a single value", "python: 3.12\n", false],
    ["zip keys without groups", "zip_keys: [python]\n", false],
  ])("treats %s like the parser", (_what, text, valid) => {
    expect(isVariants(parseDocument(text).toJS())).toBe(valid);
    expect(VariantConfig.check(text).every(({ severity }) => severity !== "error")).toBe(valid);
  });
});

test("the schemas are files of the package, and on the command line", async () => {
  const { call } = await desk();
  for (const [name, schema] of [
    ["recipe", recipeSchema()],
    ["variants", variantSchema()],
  ] as const) {
    const file = join(root, `ts-sdk/dist/${name}.schema.json`);
    expect(existsSync(file)).toBe(true);
    expect(JSON.parse(readFileSync(file, "utf8"))).toEqual(schema);
    expect(JSON.parse(call("schema", name).stdout)).toEqual(schema);
  }
  expect(call("schema", "nope")).toMatchObject({ status: 2 });
});
