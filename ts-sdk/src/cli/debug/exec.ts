/** `sidewinder debug exec`: one command in the environment of the build. */

import { command } from "../command.js";
import { EXIT } from "../exit-status.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { timeText } from "../progress/units.js";
import { UsageError } from "../usage-error.js";
import { RUN_OPTIONS, remarkOnLog, runOptions, statusOf } from "./run-options.js";
import { WHERE, withSession } from "./where.js";

export default command({
  name: "debug exec",
  usage: ["[options] LINE", "[options] PROGRAM ARGUMENT..."],
  about:
    "Runs one command in the work folder, in the environment that the build script has. A single argument is a line for " +
    "bash; several are a program and its arguments, which no shell looks at. Options of sidewinder come before it.\n\n" +
    "Piped input goes to the command as it comes. Exits with the status of the command. It has no terminal: for a debugger or an editor use debug shell.",
  options: {
    stdin: { type: "boolean", description: "Pass on standard input, even if it is a terminal" },
    "no-stdin": { type: "boolean", description: "Leave standard input alone, e.g. in a loop that reads it" },
    ...RUN_OPTIONS,
    ...WHERE,
  },
  examples: [
    { description: "what a variable of the build is", line: `sidewinder debug exec 'echo "$CFLAGS"'` },
    { description: "a program with its arguments", line: "sidewinder debug exec make -j2 check" },
    {
      description: "an option after `--` is the program's",
      line: "sidewinder debug exec --trace -- ./configure --help",
    },
  ],
  leading: true,
  failure: EXIT.notRun,
  async run(call) {
    const { values, operands } = call;
    const [first] = operands;
    if (first === undefined) throw new UsageError("`debug exec` needs a command");
    const options = runOptions(call, values);
    return await interruptible(async (signal) => {
      const passOn = values["no-stdin"] !== true && (values.stdin === true || process.stdin.isTTY !== true);
      const stdin = passOn ? { stdin: process.stdin } : {};
      return await withSession(values, async (session) => {
        const line = operands.length === 1 ? first : operands;
        const result = await session.exec(line, { ...options, ...stdin, signal });
        if (call.json) print(call, result, () => "");
        else if (result.timedOut) remark(call, `timed out after ${timeText(result.durationMs)}`);
        remarkOnLog(call, result);
        return statusOf(result);
      });
    });
  },
});
