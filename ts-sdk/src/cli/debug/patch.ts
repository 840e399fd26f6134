/** `sidewinder debug patch`: what was changed in the sources, as a patch. */

import { resolve } from "node:path";
import { command, given } from "../command.js";
import { print, remark } from "../output.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

export default command({
  name: "debug patch",
  usage: ["[options]"],
  about:
    "Makes a patch of what changed in the work folder since the sources were fetched, and writes it beside the recipe. New " +
    "files stay out unless --add names them, since builds leave many. Prints the path of the patch.",
  options: {
    name: { type: "string", value: "NAME", description: "File name without .patch; default: changes" },
    "patch-dir": {
      type: "string",
      value: "DIR",
      description: "Where the patch goes; default: the recipe's folder",
    },
    overwrite: { type: "boolean", description: "Replace a patch of the same name" },
    "dry-run": { type: "boolean", description: "Print the patch, write nothing" },
    "update-recipe": {
      type: "boolean",
      description: "Also name the patch in the recipe; comments and layout stay",
    },
    add: { type: "string", multiple: true, value: "GLOB", description: "New files to take in" },
    include: {
      type: "string",
      multiple: true,
      value: "GLOB",
      description: "Only files that match; default: all",
    },
    exclude: { type: "string", multiple: true, value: "GLOB", description: "Files to leave out" },
    ...WHERE,
  },
  examples: [
    { description: "look at it first", line: "sidewinder debug patch --dry-run" },
    {
      description: "write it, and name it in the recipe",
      line: "sidewinder debug patch --name fix-build --update-recipe",
    },
  ],
  async run(call) {
    noSessionOperand(call);
    const { values } = call;
    const made = await withSession(
      values,
      async (session) =>
        await session.createPatch(
          given({
            name: values.name,
            outputDir: values["patch-dir"] && resolve(values["patch-dir"]),
            overwrite: values.overwrite,
            dryRun: values["dry-run"],
            updateRecipe: values["update-recipe"],
            add: values.add,
            include: values.include,
            exclude: values.exclude,
          }),
        ),
    );
    print(call, made, () => (made.path === null ? made.text : `${made.path}\n`));
    for (const { path, reason } of made.skipped) remark(call, `not in the patch: ${path}: ${reason}`);
    if (made.files.length === 0) remark(call, "nothing changed: there is no patch");
    else if (made.recipe !== null) remark(call, `named in ${made.recipe}`);
    return 0;
  },
});
