/** `check_recipe` and `render_recipe` */

import { findingsOf } from "../../recipe/findings.js";
import { chooseRecipe, RECIPE_INPUT, renderRecipe } from "../core/rendering.js";
import { FINDINGS, recipeSpec, shownFindings } from "./spec.js";

export const checkRecipe = recipeSpec({
  name: "check_recipe",
  title: "Check a recipe",
  description:
    "Finds all problems of a recipe at once, in its text and in its rendering, with their lines and fixes.",
  effect: "read",
  input: { type: "object", properties: RECIPE_INPUT },
  output: {
    type: "object",
    properties: { path: { type: "string" }, ...FINDINGS },
    required: ["path", "errors", "warnings", "report"],
  },
  async run({ root }, input, { tool, maxChars }) {
    const { file, shown, config, variants } = await chooseRecipe(tool, root, input);
    const chosen = variants.keys.length === 0 && input.variants === undefined ? undefined : variants;
    const { text, diagnostics } = await findingsOf(file, config, chosen);
    return { path: shown, ...shownFindings(text, diagnostics, maxChars) };
  },
});

export const renderRecipeTool = recipeSpec({
  name: "render_recipe",
  title: "Render a recipe",
  description: "Renders a recipe: its packages with versions, build strings, variants and requirements.",
  effect: "read",
  howToRead: { packages: "set `package`" },
  input: {
    type: "object",
    properties: { ...RECIPE_INPUT, package: { type: "string", description: "Only packages of this name." } },
  },
  output: {
    type: "object",
    properties: {
      packages: {
        type: "array",
        items: {
          type: "object",
          properties: {
            index: { type: "integer", description: "For create_session." },
            name: { type: "string" },
            version: { type: "string" },
            build_string: { type: "string" },
            subdir: { type: "string" },
            skip: { type: "boolean" },
            variant: { type: "object", properties: {} },
            requirements: { type: "object", properties: {} },
          },
          required: ["index", "name", "version", "build_string", "subdir", "skip", "variant"],
        },
      },
    },
    required: ["packages"],
  },
  async run({ root }, { package: name, ...input }, { tool }) {
    const rendered = await renderRecipe(await chooseRecipe(tool, root, input));
    return {
      packages: rendered
        .map((variant, index) => ({
          index,
          name: variant.name,
          version: variant.version,
          build_string: variant.buildString,
          subdir: variant.subdir,
          skip: variant.skip,
          variant: variant.variant,
          requirements: variant.recipe.requirements ?? {},
        }))
        .filter((shown) => name === undefined || shown.name === name),
    };
  },
});
