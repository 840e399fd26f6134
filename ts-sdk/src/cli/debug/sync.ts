/** `sidewinder debug sync`: brings a session in line with its recipe as it is now. */

import type { SyncResult } from "../../generated/types.js";
import { choice, command, given } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print } from "../output.js";
import { showing } from "../progress/progress.js";
import { RENDER_OPTIONS, renderFile } from "../recipe-options.js";
import { UsageError } from "../usage-error.js";
import { changeLines } from "./change-text.js";
import { choosePackage } from "./choose.js";
import { ACCESS, WHERE, withSession } from "./where.js";

export default command({
  name: "debug sync",
  usage: ["RECIPE [options]"],
  about:
    "Brings a session in line with a recipe that was changed since the setup: packages, sources, patches and scripts. Only " +
    "what changed is touched. What was built stays, and so do packages that you added and edits of files that the recipe " +
    "did not change; texts that both changed are merged.\n\n" +
    "Where edits and the recipe's changes conflict, the files are listed and nothing is changed.",
  options: {
    "output-name": {
      type: "string",
      value: "NAME",
      description: "Which output of a recipe that has several; default: that of the session",
    },
    conflicts: {
      type: "string",
      value: "SIDE",
      description:
        "fail, recipe or local: what to do about files that the recipe and you changed; default: fail",
    },
    verbose: {
      type: "boolean",
      short: "v",
      description: "On a terminal too, show everything that is logged",
    },
    ...RENDER_OPTIONS,
    ...WHERE,
    ...ACCESS,
  },
  examples: [
    { description: "after an edit of the recipe", line: "sidewinder debug sync recipe.yaml" },
    {
      description: "give up your own edits where they conflict",
      line: "sidewinder debug sync . --conflicts recipe",
    },
  ],
  async run(call) {
    const [path, more] = call.operands;
    if (path === undefined) throw new UsageError("`debug sync` needs the recipe");
    if (more !== undefined) throw new UsageError(`unexpected argument \`${more}\``);
    const { values } = call;
    const conflicts =
      values.conflicts === undefined
        ? undefined
        : choice("conflicts", values.conflicts, ["fail", "recipe", "local"]);
    const rendered = await renderFile(path, values, call);
    const result = await interruptible(
      async (signal) =>
        await withSession(
          values,
          async (session) => {
            const variant = choosePackage(rendered, values["output-name"] ?? session.variant.name);
            return await showing(
              { quiet: call.quiet, verbose: values.verbose ?? false },
              async (onProgress) => await session.sync(variant, given({ conflicts, signal, onProgress })),
            );
          },
          values,
        ),
    );
    print(call, result, () => resultText(result));
    return 0;
  },
});

function resultText({ environments, sources, patches, scripts, files }: SyncResult): string {
  const lines = [
    ...Object.entries(environments).flatMap(([environment, change]) =>
      changeLines(change).map((line) => `${environment}: ${line}`),
    ),
    ...sources.map((source) => `source: ${source}`),
    ...patches.map((patch) => `patch: ${patch}`),
    ...files.map((file) => `file: ${file}`),
    ...(scripts ? ["scripts: rewritten"] : []),
  ];
  return lines.length === 0 ? "Already up to date\n" : lines.map((line) => `${line}\n`).join("");
}
