/** The tools over the recipes of a folder. */

import { checkArgument, filledName } from "../../checks.js";
import { checkToolOptions } from "../core/options.js";
import { type AgentTool, type AnySpec, bindAll, type Host, type ToolOptions } from "../core/tool.js";
import { checkRecipe, renderRecipeTool } from "./check-recipe.js";
import { editRecipe } from "./edit-recipe.js";
import { readRecipe } from "./read-recipe.js";
import type { RecipeRoot } from "./spec.js";

/** The specifications by name. */
export const RECIPE_SPECS = {
  read_recipe: readRecipe,
  edit_recipe: editRecipe,
  check_recipe: checkRecipe,
  render_recipe: renderRecipeTool,
};

/** All specifications. */
export const recipeSpecs: readonly AnySpec<RecipeRoot>[] = Object.values(RECIPE_SPECS);

/**
 * Tools over the recipes of a folder: read, edit, check and render. Nothing outside of `root` is read or written, and only
 * recipes with their scripts and patches are shown.
 *
 * @throws SidewinderError with code `INVALID_OPTION`.
 *
 * @example
 * import { recipeTools } from "sidewinder/agent";
 *
 * const tools = recipeTools({ root: "recipes" });
 * console.log(tools.map(({ name }) => name).join()); // → read_recipe,edit_recipe,check_recipe,render_recipe
 */
export function recipeTools(options: ToolOptions & { root: string }): AgentTool[] {
  checkArgument("root", options.root, filledName);
  checkToolOptions(options, Object.keys(RECIPE_SPECS), ["root"]);
  return bindAll(recipeSpecs, recipeHost(options), options);
}

/** Calls tools on the recipes of a folder. */
export function recipeHost({ root }: RecipeRoot): Host<AnySpec<RecipeRoot>> {
  return {
    async call({ run }, input, call) {
      return { result: await run({ root }, input, call) };
    },
  };
}
