/** Running a whole test: all its parts, each in an environment of its own. */

import { type Checks, count, listOf, takeOptions } from "../checks.js";
import { InstallError, SidewinderError, SolveError } from "../errors.js";
import type { ContentsResult, RecipeTest } from "../generated/types.js";
import { call } from "../session/call.js";
import { native } from "../session/native.js";
import type { DebugSessionOptions, RunOptions } from "../session/options.js";
import { readable } from "../session/script-result.js";
import { DebugSession } from "../session/session.js";
import type { TestResult, TestSession } from "./test-session.js";

/** Sets up one part of a test. */
export type OpenPart = (part: number) => Promise<TestSession>;

/**
 * Runs all parts of a test, until one fails. The environments are removed afterwards.
 *
 * A test whose environment cannot be solved or installed has failed: it did not show that the package works.
 */
export async function runParts(
  test: RecipeTest,
  packagePath: string,
  open: OpenPart,
  options: RunOptions,
): Promise<TestResult> {
  if (test.kind === "package-contents") return await runContents(packagePath, test.index);
  const passed: TestResult[] = [];
  for (let part = 0, parts = 1; part < parts; part++) {
    let session: TestSession;
    try {
      session = await open(part);
    } catch (error) {
      if (isOwnFailure(error)) return combined([...passed, failed(test, error)]);
      throw error;
    }
    parts = session.parts;
    try {
      const result = await session.run(options);
      passed.push(result);
    } finally {
      await session.close();
    }
    if (passed.at(-1)?.success === false) break;
  }
  return combined(passed);
}

/** Whether the test, and not the machine or the network, is why its environment could not be set up. */
function isOwnFailure(error: unknown): error is SidewinderError {
  if (SolveError.is(error)) return true;
  if (InstallError.is(error)) return error.status === undefined;
  return SidewinderError.is(error) && (error.code === "SCRIPT_FAILED" || error.code === "INVALID_SPEC");
}

/** The result of the last part, with the output of all parts. */
function combined(results: TestResult[]): TestResult {
  const last = results.at(-1) as TestResult;
  const joined = (stream: "stdout" | "stderr"): string => results.map((result) => result[stream]).join("");
  const durationMs = results.reduce((sum, result) => sum + result.durationMs, 0);
  // The log was in the environment, which is gone.
  return readable({ ...last, stdout: joined("stdout"), stderr: joined("stderr"), durationMs, logPath: "" });
}

/** Runs a test of a package's contents. */
async function runContents(packagePath: string, index: number): Promise<TestResult> {
  const started = performance.now();
  const text = await call(undefined, () => native().checkContents(packagePath, index));
  const { test, problems } = JSON.parse(text) as ContentsResult;
  const result = withoutRun(test, performance.now() - started);
  if (problems.length === 0) return readable({ ...result, exitCode: 0, success: true });
  return readable({ ...result, stderr: problems.map((problem) => `${problem}\n`).join("") });
}

function failed(test: RecipeTest, error: SidewinderError): TestResult {
  return { ...withoutRun(test, 0), stderr: `${error.message}\n`, error };
}

/** The result of a failed test that ran no process. */
function withoutRun(test: RecipeTest, durationMs: number): TestResult {
  return {
    test,
    exitCode: 1,
    signal: null,
    success: false,
    timedOut: false,
    activationFailed: false,
    activation: null,
    stdout: "",
    stderr: "",
    omitted: { stdout: 0, stderr: 0 },
    logPath: "",
    logError: null,
    durationMs,
    usage: { cpuMs: 0, maxMemoryBytes: 0, readBytes: 0, writtenBytes: 0, processes: 0 },
    limit: null,
    diagnosis: [],
    editedPackages: [],
  };
}

/** How a finished package is tested. */
export interface TestPackageOptions extends DebugSessionOptions {
  /** Indexes of the tests to run. Default: all. */
  tests?: number[];
  /** How each test runs: timeout, variables, callbacks for output. */
  run?: Omit<RunOptions, "signal">;
}

/**
 * The tests of a finished package; see {@link testPackage}.
 *
 * @example
 * const report = await buildRecipe("tested.yaml", { channels: ["conda-forge"], outputDir: "output", test: "skip" });
 * console.log((await packageTests(report.outputs[0].package.path)).length); // → 1
 * await report.close();
 */
export async function packageTests(path: string): Promise<RecipeTest[]> {
  return JSON.parse(await call(undefined, () => native().packageTests(path))) as RecipeTest[];
}

/**
 * Sets up the environment of one test of a finished package and keeps it open.
 *
 * @throws ChannelError, SolveError, InstallError; SidewinderError with code `INVALID_OPTION` for a file that is not a conda
 *   package, an index that is not a test, and a test of the package's contents.
 *
 * @example
 * const report = await buildRecipe("tested.yaml", { channels: ["conda-forge"], outputDir: "output", test: "skip" });
 * const test = await openPackageTest(report.outputs[0].package.path, 0, { channels: ["conda-forge"] });
 * console.log((await test.exec("cat $PREFIX/share/hello.txt")).stdout.trim()); // → hello
 * await test.close();
 * await report.close();
 */
export async function openPackageTest(
  path: string,
  index: number,
  options: DebugSessionOptions & { part?: number } = {},
): Promise<TestSession> {
  const { part = 0, ...rest } = options;
  return await DebugSession.openTestOf(path, index, part, rest);
}

const TEST: Checks = { tests: listOf("a list of indexes", count) };

/**
 * Tests a finished package, `.conda` or `.tar.bz2`, without a session: the tests that the package stores, and tests of its
 * contents if it contains its recipe.
 *
 * All tests run, also after one failed. Packages of the channel folder that the package is in are found before those of
 * the channels.
 *
 * @param path The package.
 * @returns The result of each test, in order; failing tests are results. Empty if the package has no tests.
 * @throws ChannelError if a channel cannot be read; SidewinderError with code `INVALID_OPTION` for a file that is not a conda
 *   package, and for an index that is not a test.
 *
 * @example
 * const report = await buildRecipe("tested.yaml", { channels: ["conda-forge"], outputDir: "output", test: "skip" });
 * const results = await testPackage(report.outputs[0].package.path, { channels: ["conda-forge"] });
 * for (const { test, success } of results) console.log(test.index, test.kind, success); // → 0 script true
 * await report.close();
 */
export async function testPackage(path: string, options: TestPackageOptions = {}): Promise<TestResult[]> {
  const { tests, run = {}, ...session } = options;
  takeOptions({ tests }, TEST);
  const all = await packageTests(path);
  const unknown = tests?.find((index) => all.every((test) => test.index !== index));
  if (unknown !== undefined) {
    throw new SidewinderError(
      "INVALID_OPTION",
      `invalid option \`tests\`: the package has no test ${unknown}`,
      {
        hint:
          all.length === 0
            ? "the package has no tests"
            : `available: ${all.map((test) => test.index).join(", ")}`,
      },
    );
  }
  const results: TestResult[] = [];
  for (const test of all.filter(({ index }) => tests === undefined || tests.includes(index))) {
    const open: OpenPart = async (part) => await DebugSession.openTestOf(path, test.index, part, session);
    const signal = session.signal === undefined ? {} : { signal: session.signal };
    results.push(await runParts(test, path, open, { ...run, ...signal }));
  }
  return results;
}
