/** `sidewinder debug prune`: removes what dead sessions left. */

import { resolve } from "node:path";
import { DebugSession } from "../../session/session.js";
import { command, given, noOperands } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { showing } from "../progress/progress.js";
import { UsageError } from "../usage-error.js";
import { REGISTRY, sessionLine } from "./session-line.js";

export default command({
  name: "debug prune",
  usage: ["[options]"],
  about:
    "Removes the folders of sessions whose process ended without closing them, and with --kept those that were left on " +
    "purpose as well. What a living process has is never touched. Prints what was removed. A session that cannot be " +
    "removed is named on standard error, and the exit status is 1; the others are removed all the same.",
  options: {
    kept: { type: "boolean", description: "Also sessions that were left on purpose" },
    "older-than": {
      type: "string",
      value: "DAYS",
      description: "Only those that were last used more days ago",
    },
    ...REGISTRY,
  },
  examples: [
    { description: "what nobody used for a month", line: "sidewinder debug prune --kept --older-than 30" },
  ],
  async run(call) {
    noOperands(call);
    const { values } = call;
    const olderThan = values["older-than"] === undefined ? undefined : daysAgo(values["older-than"]);
    const pruned = await interruptible(
      async (signal) =>
        await showing({ quiet: call.quiet, verbose: false }, async (onProgress) => {
          const cacheDir = values["cache-dir"] && resolve(values["cache-dir"]);
          return await DebugSession.prune(
            given({ kept: values.kept, cacheDir, olderThan, signal, onProgress }),
          );
        }),
    );
    const removed = pruned.filter((session) => session.removed);
    print(call, pruned, () => removed.map(sessionLine).join(""));
    for (const { dir, error } of pruned)
      if (error !== undefined) remark(call, `not removed: ${dir}: ${error.message}`);
    return removed.length === pruned.length ? 0 : 1;
  },
});

function daysAgo(days: string): Date {
  if (!/^\d+(\.\d+)?$/.test(days))
    throw new UsageError(`\`--older-than\` takes a number of days, not \`${days}\``);
  return new Date(Date.now() - Number(days) * 86_400_000);
}
