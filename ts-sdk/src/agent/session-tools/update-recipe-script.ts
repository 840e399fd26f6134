/** `update_recipe_script` */

import { withFile } from "../core/queue.js";
import { sessionSpec } from "./spec.js";

export const updateRecipeScript = sessionSpec({
  name: "update_recipe_script",
  title: "Carry script edits into the recipe",
  description:
    "Carries edits of the build script into the recipe: into its build.sh, or into the lines of its inline `script`. " +
    "Templates, quotes and comments of the recipe stay. Call it after edits of the build script that help.",
  effect: "change",
  idempotent: true,
  access: "run",
  howToRead: { text: "read_recipe" },
  input: {
    type: "object",
    properties: {
      dry_run: { type: "boolean", description: "Write nothing, only return the new text.", default: false },
    },
  },
  output: {
    type: "object",
    properties: {
      changed: { type: "boolean", description: "Whether the recipe lacked an edit." },
      path: { type: "string", description: "The file that was changed." },
      text: { type: "string", description: "Its new text." },
    },
    required: ["changed"],
  },
  async run({ session }, { dry_run = false }, { signal }) {
    const stop = signal === undefined ? {} : { signal };
    const planned = await session.updateRecipeScript({ dryRun: true, ...stop });
    if (planned.path === null) return { changed: false };
    // Others may edit the recipe at the same time.
    const { path, text } = dry_run
      ? planned
      : await withFile(planned.path, signal, () => session.updateRecipeScript(stop));
    return {
      changed: path !== null,
      ...(path === null ? {} : { path }),
      ...(text === null ? {} : { text }),
    };
  },
});
