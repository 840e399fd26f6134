/** `sidewinder debug test`: runs the tests of the session's recipe on its package. */

import type { TestResult, TestSession } from "../../build/test-session.js";
import { SidewinderError } from "../../errors.js";
import type { DebugSession } from "../../session/session.js";
import { command, given } from "../command.js";
import { EXIT } from "../exit-status.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { testNumber } from "../test.js";
import { failedTestText, testLine } from "../test-text.js";
import { UsageError } from "../usage-error.js";
import { RUN_OPTIONS, runOptions } from "./run-options.js";
import { openShell } from "./shell.js";
import { ACCESS, noSessionOperand, WHERE, withSession } from "./where.js";

const { timeout, env } = RUN_OPTIONS;

export default command({
  name: "debug test",
  usage: ["[options]", "--shell [--index N]", "--list"],
  about:
    "Runs the tests of the recipe on the package that `debug package` built, each in a new environment. All tests run, also " +
    "after one failed.\n\n" +
    "With --shell, sets up the environment of one test and opens a shell in it instead; `bash -e conda_build.sh` runs the " +
    "test there. The environment is removed when the shell ends, and the status is that of the shell.",
  options: {
    index: {
      type: "string",
      short: "i",
      multiple: true,
      value: "N",
      description: "Run only the test with this index; default: all, with --shell the first",
    },
    list: { type: "boolean", description: "List the tests" },
    shell: { type: "boolean", description: "Open a shell in the environment of the test" },
    part: {
      type: "string",
      value: "N",
      description: "With --shell: which Python version or downstream test, from 0; default: 0",
    },
    package: { type: "string", value: "FILE", description: "Test this package file instead" },
    timeout,
    env,
    ...WHERE,
    ...ACCESS,
  },
  examples: [
    { description: "after the package was built", line: "sidewinder debug test" },
    { description: "look into a test that fails", line: "sidewinder debug test --shell --index 1" },
  ],
  async run(call) {
    noSessionOperand(call);
    const { values } = call;
    const indexes = values.index?.map(testNumber);
    const chosen = given({ package: values.package });
    if (values.shell !== true) {
      const { onStdout: _out, onStderr: _err, ...run } = runOptions({ json: true }, values);
      return await interruptible(
        async (signal) =>
          await withSession(
            values,
            async (session) => {
              if (values.list === true) {
                print(call, session.tests, () =>
                  session.tests.map(({ index, kind, summary }) => `${index}  ${kind}: ${summary}\n`).join(""),
                );
                return EXIT.done;
              }
              const results: TestResult[] = [];
              for (const index of indexes ?? session.tests.map((test) => test.index)) {
                const result = await session.runTest(index, { ...run, ...chosen, signal });
                results.push(result);
                if (!call.json)
                  process.stdout.write(`${result.success ? testLine(result) : failedTestText(result)}\n`);
              }
              if (call.json) print(call, results, () => "");
              if (results.length === 0) remark(call, "The recipe has no tests");
              return results.every(({ success }) => success) ? EXIT.done : EXIT.failed;
            },
            values,
          ),
      );
    }
    if (indexes !== undefined && indexes.length > 1)
      throw new UsageError("--shell opens one test: pass one --index");
    const part = values.part === undefined ? 0 : testNumber(values.part);
    return await interruptible(async (signal) => {
      const test = await withSession(
        values,
        async (session) =>
          await session.openTest(indexes?.[0] ?? firstTest(session), { ...chosen, part, signal }),
        values,
      );
      return await inShell(call, test, signal);
    });
  },
});

async function inShell(call: { quiet: boolean }, test: TestSession, signal: AbortSignal): Promise<number> {
  try {
    if (process.stdin.isTTY) {
      remark(
        call,
        `A shell in the environment of test ${test.test.index}. \`bash -e conda_build.sh\` runs the test.`,
      );
    }
    return await openShell(test.session, signal);
  } finally {
    await test.close();
  }
}

/** The first test that has an environment. */
function firstTest(session: DebugSession): number {
  const test = session.tests.find(({ kind }) => kind !== "package-contents");
  if (test !== undefined) return test.index;
  throw new SidewinderError("INVALID_OPTION", "the recipe has no test with an environment", {
    hint: "`sidewinder debug test --list` lists the tests",
  });
}
