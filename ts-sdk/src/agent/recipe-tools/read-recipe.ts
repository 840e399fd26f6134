/** `read_recipe` */

import { partsOf, recipePart } from "../core/recipe-files.js";
import { readBytes } from "../core/text-files.js";
import { recipeSpec } from "./spec.js";

export const readRecipe = recipeSpec({
  name: "read_recipe",
  title: "Read a recipe",
  description:
    "Reads a recipe, or a script, patch or variant file in its folder. Lists the other files of the folder.",
  effect: "read",
  howToRead: { text: "use the file's own tools; recipes are rarely this long" },
  input: {
    type: "object",
    properties: {
      path: {
        type: "string",
        description:
          "The recipe file or its folder, or a script or patch of the recipe, relative to the root folder.",
        default: ".",
      },
    },
  },
  output: {
    type: "object",
    properties: {
      path: { type: "string" },
      text: { type: "string" },
      files: { type: "array", items: { type: "string" }, description: "Other files of the recipe." },
    },
    required: ["path", "text", "files"],
  },
  async run({ root }, { path = "." }, { tool }) {
    const { file, shown } = await recipePart(tool, root, path);
    const text = (await readBytes({ tool, path, file })).toString("utf8");
    return { path: shown, text, files: await partsOf(file) };
  },
});
