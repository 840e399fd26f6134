/** Editor support for recipes: completions, and what is under the cursor. Both work while a text does not parse. */

import { checkArgument, count, text } from "../checks.js";
import type { Completion, Hover } from "../generated/types.js";
import { configText, type RenderConfig } from "./config.js";
import { callTools } from "./tools.js";
import { VariantConfig } from "./variant-config.js";

/**
 * What can be written at a place of a recipe: fields, values, variables, functions and variant keys. In browsers and workers
 * call `await initTools()` first.
 *
 * @param offset Where the cursor is, in UTF-16 code units.
 * @param variants The keys that templates and dependencies can use.
 *
 * @example
 * const yaml = "build:\n  noarch: ";
 * console.log(completeRecipe(yaml, yaml.length).map(({ label }) => label).join()); // → python,generic
 */
export function completeRecipe(
  yaml: string,
  offset: number,
  variants: VariantConfig = new VariantConfig(),
): Completion[] {
  checkArgument("text", yaml, text);
  checkArgument("offset", offset, count);
  const values = VariantConfig.use(variants, (core) => core.toJson());
  return callTools((tools) => tools.completeRecipe(yaml, offset, values));
}

/**
 * What is at a place of a recipe: for a key what the field is for, for a template or condition its values in all variants. In
 * browsers and workers call `await initTools()` first.
 *
 * @param offset The place, in UTF-16 code units.
 * @returns `undefined` where there is nothing to say.
 *
 * @example
 * const yaml = "context:\n  version: '1.2'\npackage:\n  name: demo\n  version: ${{ version }}\n";
 * console.log(hoverRecipe(yaml, yaml.indexOf("${{"))?.values); // → [ '1.2' ]
 */
export function hoverRecipe(
  yaml: string,
  offset: number,
  variants: VariantConfig = new VariantConfig(),
  config: RenderConfig = {},
): Hover | undefined {
  checkArgument("text", yaml, text);
  checkArgument("offset", offset, count);
  const values = VariantConfig.use(variants, (core) => core.toJson());
  const { repodataRevision = "legacy" } = config;
  const settings = configText(config, { repodataRevision, files: {} });
  return callTools<Hover | null>((tools) => tools.hoverRecipe(yaml, offset, values, settings)) ?? undefined;
}
