/** `create_patch` */

import { existsSync } from "node:fs";
import { sessionSpec } from "./spec.js";

const GLOBS = { type: "array", items: { type: "string" } } as const;

export const createPatch = sessionSpec({
  name: "create_patch",
  title: "Create a patch",
  description:
    "Writes a patch of the changes to the sources into the recipe's folder and reports its path. With `update_recipe` the " +
    "recipe uses it. Edits of the build script are not part of it: update_recipe_script carries them into the recipe.",
  effect: "change",
  access: "run",
  howToRead: { text: "read_file with `path`", files: "set `include`" },
  input: {
    type: "object",
    properties: {
      name: { type: "string", description: "File name without extension.", default: "changes" },
      update_recipe: {
        type: "boolean",
        description: "Add it to `patches` of the recipe's source.",
        default: false,
      },
      include: { ...GLOBS, description: "Globs of changed files to include. Default: all." },
      exclude: { ...GLOBS, description: "Globs of changed files to leave out." },
      add: { ...GLOBS, description: "Globs of new files to include; other new files are left out." },
      overwrite: { type: "boolean", description: "Replace a patch of the same name.", default: false },
      dry_run: { type: "boolean", description: "Write nothing, only return the patch.", default: false },
    },
  },
  output: {
    type: "object",
    properties: {
      path: { type: "string", description: "The patch file." },
      files: {
        type: "array",
        items: {
          type: "object",
          properties: { path: { type: "string" }, change: { type: "string" } },
          required: ["path", "change"],
        },
      },
      text: { type: "string" },
      note: { type: "string" },
    },
    required: ["files", "text"],
  },
  async run(
    { session },
    { name = "changes", update_recipe, include, exclude, add, overwrite, dry_run = false },
  ) {
    // A session of a recipe's text has no folder to write to.
    const hasFolder = existsSync(session.paths.recipeDir) && session.variant.recipePath !== undefined;
    const patch = await session.createPatch({
      name,
      dryRun: dry_run || !hasFolder,
      ...(include === undefined ? {} : { include }),
      ...(exclude === undefined ? {} : { exclude }),
      ...(add === undefined ? {} : { add }),
      ...(overwrite === undefined ? {} : { overwrite }),
      ...(update_recipe === undefined || !hasFolder ? {} : { updateRecipe: update_recipe }),
    });
    const note = hasFolder || dry_run ? undefined : "not written: the session's recipe is not a file";
    return {
      ...(patch.path === null ? {} : { path: patch.path }),
      files: patch.files.map(({ path, change }) => ({ path, change: change as string })),
      text: patch.text,
      ...(note === undefined ? {} : { note }),
    };
  },
});
