/** `lint` of the SDK and the command line: findings, fixes, exit statuses. */

import { readFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  applyTextEdits,
  fixRecipe,
  lintRecipe,
  lintRules,
  Stage0Recipe,
} from "../ts-sdk/src/recipe/index.js";
import { desk } from "./support/command-line.js";

const RECIPE = `\
context:
  version: "1.0"  # é
  unused: 1

package:
  name: demo
  version: \${{version}}

build:
  number: 0

requirements:
  run:
    - click>=8
    - numpy
    - numpy

tests:
  - script:
      - demo --version

about:
  homepage: https://example.org
  summary: A demo
  license: MIT
  license_file: LICENSE

extra:
  recipe-maintainers: [someone]
`;

const FIXED = RECIPE.replace("  unused: 1\n", "")
  .replace("${{version}}", "${{ version }}")
  .replace("click>=", "click >=")
  .replace("    - numpy\n    - numpy\n", "    - numpy\n");

const { call, folder } = await desk();

/** A recipe in a folder of its own. */
async function saved(name: string, text: string): Promise<string> {
  await mkdir(join(folder, name), { recursive: true });
  await writeFile(join(folder, name, "recipe.yaml"), text);
  return name;
}

describe("in the SDK", () => {
  test("a recipe gives findings with places in UTF-16", () => {
    const findings = Stage0Recipe.fromYaml(RECIPE).lint();
    expect(findings.map(({ rule, span }) => [rule, span?.line, span?.column])).toEqual([
      ["unused-context", 3, 3],
      ["template-spacing", 7, 12],
      ["spec-spacing", 14, 7],
      ["duplicate-dependency", 16, 7],
    ]);
    const [, { span }] = findings as [unknown, { span: { offset: number; length: number } }];
    expect(RECIPE.slice(span.offset, span.offset + span.length)).toBe("${{version}}");
  });

  test("safe fixes keep everything else, and the packages", () => {
    const recipe = Stage0Recipe.fromYaml(RECIPE);
    const fixed = recipe.applyFixes();
    expect(fixed.text).toBe(FIXED);
    expect(fixed.applyFixes().text).toBe(FIXED);
    const [before] = recipe.render();
    const [after] = fixed.render();
    expect(after?.buildString).toBe(before?.buildString);
    expect(fixed.lint()).toEqual([]);
  });

  test("single fixes are applied, also those that are not safe", () => {
    const text =
      "package: {name: demo, version: '1.0'}\nbuild: {noarch: python}\nrequirements:\n  run:\n    - python\n";
    const recipe = Stage0Recipe.fromYaml(text);
    const findings = recipe.lint({ rules: ["R-026"] });
    expect(findings[0]?.fix).toMatchObject({ safe: false, title: "Require `python_min`" });
    expect(recipe.applyFixes(findings).text).toBe(text.replace("- python", "- python >=${{ python_min }}"));
    expect(recipe.applyFixes([]).text).toBe(text);
  });

  test("a recipe with errors is linted as far as it can be read", () => {
    const text = "package: {name: demo}\nabout:\n  license: apache 2.0\n";
    const { text: fixed, findings } = fixRecipe(text, { rules: ["unknown-license", "missing-license-file"] });
    expect(fixed).toContain("license: Apache-2.0");
    expect(findings.map(({ rule }) => rule)).toEqual(["missing-license-file"]);
  });

  test("options are checked", () => {
    expect(() => lintRecipe(RECIPE, { rules: ["nope"] })).toThrow(
      "invalid option `rules`: unknown rule `nope`",
    );
    expect(() => lintRecipe(RECIPE, { ignored: [] } as never)).toThrow(/invalid option|unknown option/);
    const edit = { span: { line: 1, column: 1, offset: 0, length: 99_999 }, newText: "" };
    expect(() => applyTextEdits(RECIPE, [edit])).toThrow("invalid option `edits`");
  });

  test("every rule has an id, a summary and an example that breaks it", () => {
    const rules = lintRules();
    expect(rules.length).toBeGreaterThan(35);
    for (const { id, summary, example } of rules) {
      expect(summary).toMatch(/\.$/);
      expect(lintRecipe(example, { rules: [id], files: ["bld.bat"] }).length).toBeGreaterThan(0);
    }
  });
});

describe("on the command line", () => {
  test("findings are shown with their lines", async () => {
    const { status, stdout, stderr } = call("lint", await saved("shown", RECIPE));
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("`--fix` writes the recipe, and a second time changes nothing", async () => {
    const name = await saved("fixed", RECIPE);
    const file = join(folder, name, "recipe.yaml");
    const first = call("lint", name, "--fix");
    expect(first).toMatchObject({ status: 0, stderr: "" });
    expect(first.stdout).toMatchSnapshot();
    expect(readFileSync(file, "utf8")).toBe(FIXED);
    expect(call("lint", name, "--fix").stdout).toBe("0 error(s), 0 warning(s), 0 hint(s), 0 fixed\n");
    expect(readFileSync(file, "utf8")).toBe(FIXED);
  });

  test("`--json` gives one value for all recipes", async () => {
    const { status, stdout } = call(
      "lint",
      await saved("first", RECIPE),
      await saved("second", FIXED),
      "missing",
      "--json",
    );
    const result = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(result).toMatchObject({ errors: 1, warnings: 2, hints: 2, fixed: 0 });
    expect(result.files.map(({ file }: { file: string }) => file)).toEqual([
      "first/recipe.yaml",
      "second/recipe.yaml",
      "missing",
    ]);
    expect(result.files[0].findings[0].fix.edits[0].newText).toBe("");
  });

  test("rules are chosen and left out; hints alone do not fail", async () => {
    const name = await saved("chosen", RECIPE);
    expect(call("lint", name, "--rule", "R-025").status).toBe(0);
    expect(call("lint", name, "--rule", "R-025").stdout).toContain("template-spacing");
    expect(call("lint", name, "--ignore", "unused-context", "--ignore", "duplicate-dependency").status).toBe(
      0,
    );
  });

  test("errors of the recipe are shown, too", async () => {
    const { status, stdout } = call("lint", await saved("broken", RECIPE.replace("number:", "nuber:")));
    expect(status).toBe(1);
    expect(stdout).toContain("unknown field `nuber` in build");
    expect(stdout).toContain("1 error(s)");
  });

  test("a script that is never run is found next to the recipe", async () => {
    const name = await saved("bat", FIXED);
    await writeFile(join(folder, name, "bld.bat"), "");
    expect(call("lint", name).stdout).toContain("`bld.bat` is not run");
  });

  test("wrong usage exits with status 2", () => {
    const unknown = call("lint", "x", "--rule", "unused-contxt");
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toContain("hint: did you mean `unused-context`?");
    expect(call("lint").stderr).toContain("missing argument: a recipe");
  });

  test("`--rules` lists all rules", () => {
    expect(call("lint", "--rules").stdout).toContain("missing-checksum");
    expect(JSON.parse(call("lint", "--rules", "--json").stdout)).toEqual(lintRules());
  });
});
