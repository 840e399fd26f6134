/** What the core keeps of recipes and variant configurations is bounded, also in a loop that never yields. */

import { describe, expect, test } from "vitest";
import { RecipeParseError, Stage0Recipe, VariantConfig, VariantError } from "../src/index.js";
import { wasm } from "../src/recipe/wasm.js";

const LINUX = { targetPlatform: "linux-64", buildPlatform: "linux-64" };
const MB = 1_000_000;

function recipeOf(length: number, name = "demo"): string {
  const head = `package: {name: ${name}, version: "1.0"}\nrequirements:\n  host:\n    - python\n  run:\n`;
  const item = (index: number): string => `    - package-${index} >=1.${index},<2\n`;
  let text = head;
  for (let index = 0; text.length < length; index += 1) text += item(index);
  return text;
}

/** Calls a function and returns by how many bytes the core's memory grew. */
function growth(call: () => void): number {
  const before = wasm().memoryBytes();
  call();
  return wasm().memoryBytes() - before;
}

describe("the core's memory", () => {
  test("is flat over many recipes and configurations in one synchronous loop", () => {
    const round = (count: number): void => {
      for (let index = 0; index < count; index += 1) {
        const recipe = Stage0Recipe.fromYaml(recipeOf(2_000, `demo-${index}`));
        const variants = new VariantConfig({ python: [`3.${index}.*`] }).merge(
          new VariantConfig({ zlib: ["1"] }),
        );
        const [rendered] = recipe.render(variants, LINUX);
        if (rendered?.name !== `demo-${index}`) throw new Error("not the recipe that was given");
      }
    };
    round(300);
    expect(growth(() => round(1_500))).toBeLessThan(MB);
  });

  test("is flat over 300 large recipes that are disposed", () => {
    const text = recipeOf(226_000);
    expect(
      growth(() => {
        for (let index = 0; index < 300; index += 1) Stage0Recipe.fromYaml(text)[Symbol.dispose]();
      }),
    ).toBeLessThan(60 * MB);
  });

  test("is bounded when large recipes are kept", () => {
    const text = recipeOf(226_000);
    const kept: Stage0Recipe[] = [];
    const grown = growth(() => {
      for (let index = 0; index < 100; index += 1) kept.push(Stage0Recipe.fromYaml(text));
    });
    expect(grown).toBeLessThan(60 * MB);
    expect(kept.at(0)?.kind).toBe("single");
  });
});

describe("what was freed", () => {
  test("is parsed again when it is used", () => {
    const recipe = Stage0Recipe.fromYaml(recipeOf(200));
    const before = recipe.render(new VariantConfig({ python: ["3.12.*"] }), LINUX);
    recipe.free();
    recipe.free();
    expect(recipe.render(new VariantConfig({ python: ["3.12.*"] }), LINUX)).toEqual(before);
    expect(recipe.kind).toBe("single");
  });

  test("keeps values, warnings and merges of variant configurations", () => {
    const read = VariantConfig.fromYaml("a:\n  - 3.10\n  - 3.0\n", {
      format: "conda_build_config",
      config: LINUX,
    });
    const merged = read.merge(new VariantConfig({ b: [true, "x"] }));
    const [json, warnings] = [JSON.stringify(merged), merged.warnings];
    for (const config of [read, merged]) config[Symbol.dispose]();
    expect(merged.warnings).toEqual(warnings);
    expect(JSON.stringify(merged.merge(new VariantConfig()))).toBe(json);
    const recipe = Stage0Recipe.fromYaml(
      "package: {name: demo, version: '1'}\nrequirements: {host: [a, b]}\n",
    );
    const rendered = (config: VariantConfig): string[] =>
      recipe.render(config, LINUX).map(({ hash }) => hash);
    const hashes = rendered(merged);
    merged.free();
    expect(rendered(merged)).toEqual(hashes);
  });

  test("is found again after many others were used", () => {
    const recipes = Array.from({ length: 200 }, (_, index) =>
      Stage0Recipe.fromYaml(recipeOf(100, `r${index}`)),
    );
    const names = recipes.map((recipe) => recipe.render(new VariantConfig(), LINUX)[0]?.name);
    expect(names).toEqual(recipes.map((_, index) => `r${index}`));
  });
});

test("a text over the size limit is refused before it is copied", () => {
  const text = `#${"x".repeat(wasm().maxTextBytes())}`;
  expect(
    growth(() => {
      expect(() => Stage0Recipe.fromYaml(text, { path: "big.yaml" })).toThrow(RecipeParseError);
      expect(() => VariantConfig.fromYaml(text)).toThrow(VariantError);
      const [problem] = Stage0Recipe.check(text, { path: "big.yaml" });
      expect(problem).toMatchObject({
        code: "limit-exceeded",
        file: "big.yaml",
        span: { line: 1, column: 1 },
      });
      expect(VariantConfig.check(text)[0]?.message).toContain("too large");
    }),
  ).toBeLessThan(MB);
});
