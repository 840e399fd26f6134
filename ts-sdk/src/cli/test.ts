/** `sidewinder test`: tests a finished package. */

import { resolve } from "node:path";
import { testPackage } from "../build/run-test.js";
import { command, given, onlyOperand } from "./command.js";
import { RUN_OPTIONS, runOptions } from "./debug/run-options.js";
import { EXIT } from "./exit-status.js";
import { interruptible } from "./interrupt.js";
import { print, remark } from "./output.js";
import { showing } from "./progress/progress.js";
import { CHANNEL_OPTIONS, sessionOptions } from "./session-options.js";
import { failedTestText, testLine } from "./test-text.js";
import { UsageError } from "./usage-error.js";

const { timeout, env } = RUN_OPTIONS;

export default command({
  name: "test",
  usage: ["PACKAGE [options]"],
  about:
    "Runs the tests of a finished package, .conda or .tar.bz2, each in a new environment: those that the package stores, and " +
    "tests of its contents if it contains its recipe. All tests run, also after one failed. Packages of the channel folder " +
    "that it is in are found before those of the channels.\n\n" +
    "Prints one line for each test. Ends with 1 if a test fails.",
  options: {
    index: {
      type: "string",
      short: "i",
      multiple: true,
      value: "N",
      description: "Run only the test with this index; default: all",
    },
    timeout,
    env,
    verbose: {
      type: "boolean",
      short: "v",
      description: "On a terminal too, show everything that is logged",
    },
    ...CHANNEL_OPTIONS,
  },
  examples: [
    {
      description: "a package that was just built",
      line: "sidewinder test output/linux-64/tool-1.0-h0123456_0.conda -c conda-forge",
    },
    {
      description: "one of its tests",
      line: "sidewinder test output/noarch/tool-1.0-pyh0123456_0.conda --index 2",
    },
  ],
  async run(call) {
    const { values } = call;
    const path = resolve(onlyOperand(call, "the package"));
    const { onStdout: _out, onStderr: _err, ...run } = runOptions({ json: true }, values);
    const results = await interruptible(
      async (signal) =>
        await showing(
          { quiet: call.quiet, verbose: values.verbose ?? false },
          async (onProgress) =>
            await testPackage(path, {
              ...sessionOptions(values),
              ...given({ tests: values.index?.map(testNumber) }),
              run,
              signal,
              onProgress,
            }),
        ),
    );
    print(call, results, () => results.map((result) => `${resultText(result.success)(result)}\n`).join(""));
    if (results.length === 0) remark(call, "The package has no tests");
    return results.every(({ success }) => success) ? EXIT.done : EXIT.failed;
  },
});

function resultText(success: boolean): typeof testLine {
  return success ? testLine : failedTestText;
}

/** The index of a test. */
export function testNumber(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw new UsageError(`--index: expected a whole number, found \`${text}\``);
}
