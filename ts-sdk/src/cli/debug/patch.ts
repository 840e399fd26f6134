/** `sidewinder debug patch`: what was changed in the sources, as a patch. */

import { resolve } from "node:path";
import { command, given } from "../command.js";
import { print, remark } from "../output.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

/** How many files that look like build output are named. */
const MAX_SHOWN = 5;

export default command({
  name: "debug patch",
  usage: ["[options]"],
  about:
    "Creates a patch from what changed in the work directory since the sources were fetched and patched, and writes it " +
    "next to the recipe. Renamed files are included; other new files are listed but stay out unless --add names them, " +
    "since builds leave many. Prints the path of the patch.",
  options: {
    name: { type: "string", value: "NAME", description: "File name without .patch; default: changes" },
    "patch-dir": {
      type: "string",
      value: "DIR",
      description: "Where the patch goes; default: the recipe's directory",
    },
    overwrite: { type: "boolean", description: "Replace a patch of the same name" },
    "dry-run": { type: "boolean", description: "Print the patch, write nothing" },
    "update-recipe": {
      type: "boolean",
      description: "Also list the patch in the recipe; comments and layout stay",
    },
    add: { type: "string", multiple: true, value: "GLOB", description: "New files to include" },
    include: {
      type: "string",
      multiple: true,
      value: "GLOB",
      description: "Only files that match; default: all",
    },
    exclude: { type: "string", multiple: true, value: "GLOB", description: "Files to leave out" },
    since: {
      type: "string",
      value: "CHECKPOINT",
      description: "Only changes since a checkpoint; default: since the sources were fetched and patched",
    },
    "on-top-of": {
      type: "string",
      multiple: true,
      value: "PATCH",
      description: "A patch that will be applied before, although the recipe does not list it",
    },
    ...WHERE,
  },
  examples: [
    { description: "look at it first", line: "sidewinder debug patch --dry-run" },
    {
      description: "write it, and list it in the recipe",
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
            since: values.since,
            onTopOf: values["on-top-of"],
          }),
        ),
    );
    print(call, made, () => (made.path === null ? made.text : `${made.path}\n`));
    for (const { path, reason } of made.skipped) remark(call, `not in the patch: ${path}: ${reason}`);
    for (const warning of made.warnings) remark(call, warning);
    for (const path of made.changedDuringRun) {
      remark(call, `changed while the build script ran: ${path} (see --since and --exclude)`);
    }
    const { sources, buildOutput } = made.newFiles;
    for (const path of sources) remark(call, `new file not in the patch: ${path} (take it with --add)`);
    if (buildOutput.length > 0) {
      const shown = buildOutput.slice(0, MAX_SHOWN).join(", ");
      const more = buildOutput.length > MAX_SHOWN ? ", …" : "";
      remark(call, `new files that look like build output: ${buildOutput.length} (${shown}${more})`);
    }
    if (made.files.length === 0) remark(call, "nothing changed, so no patch was created");
    else if (made.recipe !== null) remark(call, `added to ${made.recipe}`);
    return 0;
  },
});
