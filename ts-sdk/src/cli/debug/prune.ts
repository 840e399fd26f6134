/** `sidewinder debug prune`: removes what dead sessions left. */

import { resolve } from "node:path";
import { DebugSession } from "../../session/session.js";
import { command, given, noOperands } from "../command.js";
import { print } from "../output.js";
import { UsageError } from "../usage-error.js";
import { REGISTRY, sessionLine } from "./session-line.js";

export default command({
  name: "debug prune",
  usage: ["[options]"],
  about:
    "Removes the folders of sessions whose process ended without closing them, and with --kept those that were left on " +
    "purpose as well. What a living process has is never touched. Prints what was removed.",
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
    const removed = await DebugSession.prune(
      given({
        kept: values.kept,
        cacheDir: values["cache-dir"] && resolve(values["cache-dir"]),
        olderThan: values["older-than"] === undefined ? undefined : daysAgo(values["older-than"]),
      }),
    );
    print(call, removed, () => removed.map(sessionLine).join(""));
    return 0;
  },
});

function daysAgo(days: string): Date {
  if (!/^\d+(\.\d+)?$/.test(days))
    throw new UsageError(`\`--older-than\` takes a number of days, not \`${days}\``);
  return new Date(Date.now() - Number(days) * 86_400_000);
}
