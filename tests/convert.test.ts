/** Recipes of conda-build are converted at the command line, and the results render. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { convertRecipe, Stage0Recipe } from "../ts-sdk/src/index.js";
import { type Desk, desk } from "./support/command-line.js";

const META = `{% set version = "1.10" %}
package:
  name: demo
  version: {{ version }}
build:
  number: 0
requirements:
  run:
    - python >=3.8
    - colorama  # [win]
about:
  license: MIT
  license_family: MIT
`;

let work: Desk;
beforeAll(async () => {
  work = await desk();
  await mkdir(join(work.folder, "recipe"));
  await writeFile(join(work.folder, "recipe/meta.yaml"), META);
  await writeFile(join(work.folder, "recipe/bld.bat"), "rem\n");
  await writeFile(join(work.folder, "recipe/run_test.py"), "import demo\n");
});

const run = (recipe: string, targetPlatform: string): unknown =>
  Stage0Recipe.fromYaml(recipe).render(undefined, { targetPlatform })[0]?.recipe.requirements.run;

test("a feedstock's recipe is converted, with the files that conda-build runs by their names", async () => {
  const { status, stdout, stderr } = work.call("convert", ".", "-o", "recipe/recipe.yaml");
  expect({ status, stdout }).toEqual({ status: 0, stdout: "" });
  expect(stderr).toBe("rename `bld.bat` to `build.bat`: v1 runs it by that name\n");
  const recipe = await readFile(join(work.folder, "recipe/recipe.yaml"), "utf8");
  expect(run(recipe, "linux-64")).toEqual(["python >=3.8"]);
  expect(run(recipe, "win-64")).toEqual(["python >=3.8", "colorama"]);
  expect(recipe).toContain("python run_test.py");
  expect(work.call("check", "recipe/recipe.yaml").status).toBe(0);
  const again = work.call("convert", "recipe", "-o", "recipe/recipe.yaml");
  expect(again.status).toBe(1);
  expect(again.stderr).toContain("file exists");
  expect(work.call("convert", "recipe", "-o", "recipe/recipe.yaml", "--force").status).toBe(0);
});

test("what cannot be converted is an error with its place, and the rest is converted", () => {
  const meta = META.replace("number: 0", "number: 0\n  features:\n    - vc14");
  const { status, stdout, stderr } = work.bash("sidewinder convert -", meta);
  expect(status).toBe(1);
  expect(stderr).toContain("error[unsupported-field]");
  expect(stderr).toContain("features:");
  expect(run(stdout, "linux-64")).toEqual(["python >=3.8"]);
  const { diagnostics } = JSON.parse(work.bash("sidewinder convert - --json", meta).stdout);
  expect(diagnostics).toMatchObject([{ code: "unsupported-field", span: { line: 7, column: 3 } }]);
});

test("text that is not a recipe gives diagnostics", () => {
  for (const text of ["{% if %}", "a: [", "- a\n", "package: {{"]) {
    const { recipe, diagnostics } = convertRecipe(text);
    expect(
      diagnostics.some(({ severity }) => severity === "error"),
      text,
    ).toBe(true);
    if (recipe !== "") expect(() => Stage0Recipe.fromYaml(recipe)).toThrow();
  }
  expect(work.call("convert", "recipe.yaml").stderr).toContain("recipe.yaml is the v1 format already");
});
