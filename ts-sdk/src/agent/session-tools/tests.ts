/** `list_tests`, `test` and `exec_test` */

import type { TestResult } from "../../build/test-session.js";
import { ends } from "../core/limit.js";
import type { ObjectSchema } from "../core/schema.js";
import { READ_LOG, RUN_OUTPUT, shownRun } from "./run-result.js";
import { sessionSpec } from "./spec.js";

/** Default time limit of a command in the environment of a test. */
const TIMEOUT_MS = 600_000;
/** Maximum length of the output of one test in a result with several. */
const MAX_OUTPUT = 6000;

const INDEX = {
  type: "integer",
  minimum: 0,
  description: "Which test, as list_tests numbers them.",
} as const;

const RESULT = {
  type: "object",
  properties: {
    index: { type: "integer" },
    kind: { type: "string" },
    summary: { type: "string" },
    success: { type: "boolean" },
    exit_code: { type: "integer" },
    output: { type: "string", description: "Of a test that failed." },
    diagnosis: RUN_OUTPUT.properties.diagnosis,
  },
  required: ["index", "kind", "summary", "success", "exit_code", "output", "diagnosis"],
} as const satisfies ObjectSchema;

export const listTests = sessionSpec({
  name: "list_tests",
  title: "List tests",
  description: "Lists the tests of the recipe.",
  effect: "read",
  access: "read",
  input: { type: "object", properties: {} },
  output: {
    type: "object",
    properties: {
      tests: {
        type: "array",
        items: {
          type: "object",
          properties: { index: { type: "integer" }, kind: { type: "string" }, summary: { type: "string" } },
          required: ["index", "kind", "summary"],
        },
      },
    },
    required: ["tests"],
  },
  async run({ session }) {
    return {
      tests: session.tests.map(({ index, kind, summary }) => ({ index, kind: kind as string, summary })),
    };
  },
});

export const test = sessionSpec({
  name: "test",
  title: "Test the package",
  description:
    "Runs the tests of the recipe on the package that `package` built, each in an environment of its own. A failing test is " +
    "a result: see `success` and `diagnosis`.",
  effect: "change",
  openWorld: true,
  access: "run",
  howToRead: { tests: "set `index`" },
  input: {
    type: "object",
    properties: {
      index: { ...INDEX, description: "Only this test, as list_tests numbers them. Default: all." },
    },
  },
  output: {
    type: "object",
    properties: {
      success: { type: "boolean", description: "Whether all tests that ran have passed." },
      tests: { type: "array", items: RESULT },
    },
    required: ["success", "tests"],
  },
  async run({ session }, { index }, { signal, onOutput }) {
    const tests = [];
    const indexes = index === undefined ? session.tests.map((candidate) => candidate.index) : [index];
    for (const each of indexes) {
      const result = await session.runTest(each, {
        ...(signal === undefined ? {} : { signal }),
        ...(onOutput === undefined ? {} : { onStdout: onOutput, onStderr: onOutput }),
      });
      tests.push(shownTest(result));
    }
    return { success: tests.every(({ success }) => success), tests };
  },
});

export const execTest = sessionSpec({
  name: "exec_test",
  title: "Run a command in a test's environment",
  description:
    "Sets up the environment of one test, with the package that `package` built, and runs a shell command in it: to see " +
    "why a test fails. Each call sets up a new environment.",
  effect: "change",
  openWorld: true,
  access: "run",
  howToRead: READ_LOG,
  input: {
    type: "object",
    properties: {
      index: INDEX,
      command: { type: "string", description: "A command line for the shell." },
      timeout_ms: {
        type: "integer",
        minimum: 1,
        description: "Stop it after this many milliseconds.",
        default: TIMEOUT_MS,
      },
    },
    required: ["index", "command"],
  },
  output: RUN_OUTPUT,
  async run({ session }, { index, command, timeout_ms = TIMEOUT_MS }, { signal, onOutput, maxChars }) {
    const opened = await session.openTest(index, signal === undefined ? {} : { signal });
    try {
      const { log_path: _log, ...result } = shownRun(
        await opened.exec(command, {
          maxOutputBytes: maxChars,
          timeoutMs: timeout_ms,
          ...(signal === undefined ? {} : { signal }),
          ...(onOutput === undefined ? {} : { onStdout: onOutput, onStderr: onOutput }),
        }),
      );
      return result;
    } finally {
      await opened.close();
    }
  },
});

function shownTest(result: TestResult) {
  const { index, kind, summary } = result.test;
  const { diagnosis, exit_code } = shownRun(result);
  return {
    index,
    kind: kind as string,
    summary,
    success: result.success,
    exit_code,
    output: result.success ? "" : ends(`${result.stdout}${result.stderr}`, MAX_OUTPUT),
    diagnosis,
  };
}
