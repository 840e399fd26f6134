/** `sidewinder debug run`: runs the build script. */

import { command } from "../command.js";
import { EXIT } from "../exit-status.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { timeText } from "../progress/units.js";
import { hasColors, styleOf } from "../terminal.js";
import { failureText } from "./findings.js";
import { RUN_OPTIONS, remarkOnLog, runOptions, statusOf } from "./run-options.js";
import { ACCESS, noSessionOperand, WHERE, whereOptions, withSession } from "./where.js";

export default command({
  name: "debug run",
  usage: ["[options]"],
  about:
    "Runs the build script as it is on disk, in the work folder, and passes on what it writes. Nothing is solved or " +
    "installed: edit conda_build.sh or the sources and run again. Where it fails, the causes found in its output are " +
    "shown, with the command that would add what was missing.\n\n" +
    "Ends with the status of the script. Ctrl-C ends the script and all that it started; the session stays.",
  options: { ...RUN_OPTIONS, ...WHERE, ...ACCESS },
  examples: [
    {
      description: "show each command, stop after ten minutes",
      line: "sidewinder debug run --trace --timeout 10m",
    },
    { description: "with more output of make", line: "sidewinder debug run --env VERBOSE=1" },
    {
      description: "the packages that would help, for a script",
      line: "sidewinder debug run --json | jq '.diagnosis[].suggestions'",
    },
  ],
  failure: EXIT.notRun,
  async run(call) {
    noSessionOperand(call);
    const { values } = call;
    const options = runOptions(call, values);
    return await interruptible(
      async (signal) =>
        await withSession(
          values,
          async (session) => {
            const result = await session.runScript({ ...options, signal });
            if (call.json) print(call, result, () => "");
            else if (!result.success && !call.quiet) {
              const scene = {
                what: "the build script",
                script: session.buildScript,
                where: whereOptions(values),
              };
              process.stderr.write(failureText(result, scene, styleOf(hasColors(process.stderr))));
            } else if (result.success && process.stderr.isTTY) {
              remark(call, `The build script succeeded in ${timeText(result.durationMs)}`);
            }
            remarkOnLog(call, result);
            return statusOf(result);
          },
          values,
        ),
    );
  },
});
