/** JSON Schemas of recipes and variant files. */

import { callTools } from "./tools.js";

/** A JSON Schema, draft 7. */
export type JsonSchema = { [keyword: string]: unknown };

/**
 * The JSON Schema of `recipe.yaml`, for editors and validators. In browsers and workers call `await initTools()` first.
 *
 * The npm package also has it as a file: `sidewinder/recipe.schema.json`.
 *
 * @example
 * const { definitions } = recipeSchema();
 * console.log("build" in definitions); // → true
 */
export function recipeSchema(): JsonSchema {
  return callTools((tools) => tools.recipeSchema());
}

/**
 * The JSON Schema of `variants.yaml`. In browsers and workers call `await initTools()` first.
 *
 * The npm package also has it as a file: `sidewinder/variants.schema.json`.
 *
 * @example
 * console.log(variantSchema().title); // → Conda variants
 */
export function variantSchema(): JsonSchema {
  return callTools((tools) => tools.variantSchema());
}
