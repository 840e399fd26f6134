import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Stage0Recipe, VariantConfig, Version } from "../../ts-sdk/src/index.js";
import { root } from "../support/workbench.js";
import type { Demonstration } from "./demonstration.js";

export const recipes: Record<string, Demonstration> = {
  RECIPE_INVALID: async () => Stage0Recipe.fromYaml("package: ["),
  RENDER_FAILED: async () =>
    Stage0Recipe.fromYaml("package: {name: hello, version: '${{ nothing }}'}").render(),
  VARIANTS_INVALID: async () => VariantConfig.fromYaml("python: 3.12\n"),
  EDIT_FAILED: async () =>
    Stage0Recipe.fromYaml("package: {name: hello, version: '1'}").edit([
      { kind: "removeRequirement", section: "host", name: "zlib" },
    ]),
  IO_FAILED: async () => await Stage0Recipe.fromFile("no-such-recipe.yaml"),
  INVALID_VERSION: async () => new Version("1..2"),
  NODE_ONLY: async () => elsewhere("await Stage0Recipe.fromFile('recipe.yaml')"),
  WASM_NOT_LOADED: async () => elsewhere("Stage0Recipe.fromYaml('package: {}')"),
};

/** The error of an expression in a process without Node.js's built-in modules, as in a browser. */
function elsewhere(expression: string): unknown {
  const sdk = JSON.stringify(join(root, "ts-sdk/dist/recipe/index.js"));
  const program = `
    import { Stage0Recipe } from ${sdk};
    process.getBuiltinModule = undefined;
    try { ${expression}; } catch (error) { process.stdout.write(JSON.stringify(error)); }`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  return JSON.parse(stdout);
}
