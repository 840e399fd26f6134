import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  RecipeParseError,
  RecipeRenderError,
  SidewinderError,
  Stage0Recipe,
  VariantConfig,
} from "../src/index.js";
import { RECIPE } from "./walkthrough-recipe.js";

const LINUX = { targetPlatform: "linux-64", buildPlatform: "linux-64" };

function thrownBy(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was thrown");
}

describe("the walkthrough's recipe", () => {
  test("renders to one variant with the reference's build string", () => {
    const variants = Stage0Recipe.fromYaml(RECIPE).render(new VariantConfig(), {});
    expect(variants).toHaveLength(1);
    expect(variants[0]).toMatchObject({
      name: "debug-demo",
      version: "1.0.0",
      buildString: "h4616a5c_0",
      buildNumber: 0,
      hash: "4616a5c",
      noarch: "generic",
      subdir: "noarch",
      skip: false,
      needs: [],
    });
    expect(variants[0]?.recipe.requirements.run).toEqual(["python"]);
  });

  test("is plain data that survives a queue", () => {
    const [variant] = Stage0Recipe.fromYaml(RECIPE).render(new VariantConfig(), LINUX);
    expect(JSON.parse(JSON.stringify(variant))).toEqual(variant);
    expect(structuredClone(variant)).toEqual(variant);
  });

  test("can be looked at before it is rendered", () => {
    const recipe = Stage0Recipe.fromYaml(RECIPE, { path: "demo/recipe.yaml" });
    expect(recipe.kind).toBe("single");
    expect(recipe.warnings).toEqual([]);
    expect(recipe.path).toBe("demo/recipe.yaml");
    expect(recipe.toJSON()).toMatchObject({ package: { name: "debug-demo", version: "1.0.0" } });
    expect(inspect(recipe)).toContain("kind: 'single'");
  });
});

describe("variants", () => {
  const text = `\
package: {name: demo, version: "1"}
requirements:
  host:
    - python
`;

  test("give one package for each value that the recipe uses", () => {
    const recipe = Stage0Recipe.fromYaml(text);
    expect(recipe.usedVariables).toContain("python");
    const variants = recipe.render(
      new VariantConfig({ python: ["3.11.*", "3.12.*"], unused: ["a", "b"] }),
      LINUX,
    );
    expect(variants.map(({ variant }) => variant.python)).toEqual(["3.11.*", "3.12.*"]);
    expect(new Set(variants.map(({ hash }) => hash)).size).toBe(2);
  });

  test("render for the platform asked for", () => {
    const recipe = Stage0Recipe.fromYaml(text);
    const [variant] = recipe.render(undefined, { targetPlatform: "osx-arm64", buildPlatform: "linux-64" });
    expect(variant).toMatchObject({
      subdir: "osx-arm64",
      targetPlatform: "osx-arm64",
      hostPlatform: "osx-arm64",
      buildPlatform: "linux-64",
    });
  });
});

describe("a recipe with mistakes", () => {
  test("throws all of them at once", () => {
    const text = "package:\n  name: demo\n  vers: 1\nbuild:\n  nuber: 1\n";
    const error = thrownBy(() => Stage0Recipe.fromYaml(text, { path: "recipe.yaml" }));
    expect(RecipeParseError.is(error)).toBe(true);
    const { code, name, diagnostics, message } = error as RecipeParseError;
    expect({ code, name }).toEqual({ code: "RECIPE_INVALID", name: "RecipeParseError" });
    expect(diagnostics.map((diagnostic) => diagnostic.code).sort()).toEqual([
      "missing-field",
      "unknown-field",
      "unknown-field",
    ]);
    expect(message).toMatch(/recipe\.yaml:5:3: .*nuber/);
    for (const { span, file } of diagnostics) {
      expect(span).toBeDefined();
      expect(file).toBe("recipe.yaml");
    }
  });

  test("is reported without throwing by check", () => {
    expect(Stage0Recipe.check(RECIPE)).toEqual([]);
    const [diagnostic] = Stage0Recipe.check("package: {name: a, version: 1}\nbuild: {nuber: 1}\n");
    expect(diagnostic).toMatchObject({
      severity: "error",
      code: "unknown-field",
      span: { line: 2, column: 9, length: 5 },
      help: expect.stringContaining("number"),
    });
  });

  test("has places in UTF-16 code units", () => {
    const text = 'package: {name: a, version: 1}\nabout: {summary: "🐍🐍", lisence: MIT}\n';
    const [diagnostic] = Stage0Recipe.check(text);
    const { offset, length, column } = diagnostic?.span ?? { offset: 0, length: 0, column: 0 };
    expect(text.slice(offset, offset + length)).toBe("lisence");
    expect(column).toBe((text.split("\n")[1]?.indexOf("lisence") ?? 0) + 1);
  });

  test("that is not YAML is a parse error too", () => {
    expect(RecipeParseError.is(thrownBy(() => Stage0Recipe.fromYaml("package: [\n")))).toBe(true);
  });

  test("that shows when rendering is a render error", () => {
    const recipe = Stage0Recipe.fromYaml('package: {name: demo, version: "${{ nowhere }}"}\n');
    const error = thrownBy(() => recipe.render(new VariantConfig(), LINUX));
    expect(RecipeRenderError.is(error)).toBe(true);
    const [diagnostic] = (error as RecipeRenderError).diagnostics;
    expect(diagnostic?.span?.line).toBe(1);
    expect(diagnostic?.message).toContain("nowhere");
  });
});

describe("options", () => {
  test("of a wrong kind are named", () => {
    const recipe = Stage0Recipe.fromYaml(RECIPE);
    const error = thrownBy(() =>
      recipe.render(new VariantConfig(), { experimental: "yes" as unknown as boolean }),
    );
    expect(SidewinderError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: "INVALID_OPTION",
      message: 'invalid option `experimental`: expected true or false, got "yes"',
    });
  });

  test("that do not exist are named", () => {
    const recipe = Stage0Recipe.fromYaml(RECIPE);
    const error = thrownBy(() => recipe.render(new VariantConfig(), { platform: "linux-64" } as object));
    expect(error).toMatchObject({ code: "INVALID_OPTION", message: expect.stringContaining("`platform`") });
  });

  test("with an impossible platform are refused", () => {
    const recipe = Stage0Recipe.fromYaml(RECIPE);
    expect(() => recipe.render(new VariantConfig(), { targetPlatform: "amiga-68k" })).toThrow(/amiga-68k/);
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sidewinder-test-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("are read, with the data files next to them", async () => {
    await writeFile(join(folder, "data.json"), '{"version": "2.5"}');
    await writeFile(
      join(folder, "recipe.yaml"),
      `context:
  version: \${{ load_from_file("data.json").version }}
package: {name: demo, version: "\${{ version }}"}
`,
    );
    const recipe = await Stage0Recipe.fromFile(join(folder, "recipe.yaml"));
    const [variant] = recipe.render(new VariantConfig(), { ...LINUX, experimental: true });
    expect(variant).toMatchObject({ version: "2.5", recipePath: join(folder, "recipe.yaml") });
  });

  test("outside the recipe's folder are not read", async () => {
    await writeFile(
      join(folder, "recipe.yaml"),
      'package: {name: demo, version: "1"}\nabout: {summary: "${{ load_from_file(\'../../../../etc/hostname\') }}"}\n',
    );
    const recipe = await Stage0Recipe.fromFile(join(folder, "recipe.yaml"));
    expect(
      RecipeRenderError.is(thrownBy(() => recipe.render(undefined, { ...LINUX, experimental: true }))),
    ).toBe(true);
  });

  test("that do not exist give a typed error that names them", async () => {
    await expect(Stage0Recipe.fromFile(join(folder, "none.yaml"))).rejects.toMatchObject({
      code: "IO_FAILED",
      message: expect.stringContaining("none.yaml"),
    });
  });
});
