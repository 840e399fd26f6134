/** Building one output: set up → script → package → tests. */

import { SidewinderError } from "../errors.js";
import type {
  BuiltPackage,
  EnvironmentLock,
  Phase,
  ProgressEvent,
  RenderedVariant,
  ScriptResult,
} from "../generated/types.js";
import { call } from "../session/call.js";
import { native } from "../session/native.js";
import type { DebugSessionOptions, RunOptions } from "../session/options.js";
import type { PackageOptions } from "../session/package-options.js";
import { DebugSession } from "../session/session.js";
import { packageTests } from "./run-test.js";
import type { TestResult } from "./test-session.js";

/** How far the build of an output came. `done` is success; in all other phases it stopped there. */
export type BuildPhase = "setup" | "script" | "package" | "test" | "done" | "skipped";

/** What became of one output. */
export interface OutputReport {
  /** The output. */
  variant: RenderedVariant;
  /** The phase that failed; `done` if none did; `skipped` if the output was not built, with `reason`. */
  phase: BuildPhase;
  /** Why it was not built. */
  reason?: string;
  /** What failed, unless it was the script or a test. */
  error?: SidewinderError;
  /** The result of the build script. */
  result?: ScriptResult;
  /** The package. If a test failed, it is in the folder `broken` of the output folder and not in the channel. */
  package?: BuiltPackage;
  /** The results of all tests that ran. */
  tests: TestResult[];
  /** Why tests did not run, e.g. because the package is for another platform. */
  testsSkipped?: string;
  /** The exact packages of both environments. {@link BuildOptions.locks} installs them again. */
  lock?: EnvironmentLock;
  /** What was changed in the sources after they were fetched, e.g. by you in the open session; empty if nothing was. */
  patch?: string;
  /** The session of an output that failed, open at the phase that failed. Close it when done. */
  session?: DebugSession;
}

/** What applies to all outputs of a build. */
export interface OutputOptions {
  /** The sessions' options, with the output folder. */
  session: DebugSessionOptions & { outputDir: string };
  /** How scripts and tests run. */
  run: RunOptions;
  /** How packages are built. */
  package: PackageOptions;
}

/** Sets up, runs and packages one output. Failures are in the report; what stopped the whole build is thrown. */
export async function buildOutput(variant: RenderedVariant, options: OutputOptions): Promise<OutputReport> {
  const report: OutputReport = { variant, phase: "setup", tests: [] };
  const { signal } = options.session;
  try {
    const session = await DebugSession.create(variant, options.session);
    report.session = session;
    report.lock = await session.lock(defined({ signal }));
    await runAndPackage(report, session, options);
    return report;
  } catch (error) {
    if (signal?.aborted !== true && SidewinderError.is(error)) {
      report.error = error;
      return report;
    }
    await report.session?.close();
    throw error;
  }
}

/** Runs the script of an output in its session, and packages what it installed. */
async function runAndPackage(
  report: OutputReport,
  session: DebugSession,
  options: OutputOptions,
): Promise<void> {
  const { signal, onProgress } = options.session;
  report.phase = "script";
  const result = await during("script", onProgress, () => session.runScript(options.run));
  report.result = result;
  if (!result.success) return;
  report.phase = "package";
  report.package = await session.package({ ...options.package, ...defined({ signal, onProgress }) });
  report.phase = "test";
}

/**
 * Runs, packages and tests an output again in its open session, and records what was changed there: packages that were
 * added, and edits of the sources.
 */
export async function retryOutput(
  report: OutputReport,
  options: OutputOptions,
  test: boolean,
): Promise<void> {
  const { session } = report;
  if (session === undefined) return;
  for (const key of ["error", "result", "package", "testsSkipped"] as const) delete report[key];
  report.tests = [];
  const { signal } = options.session;
  try {
    report.lock = await session.lock(defined({ signal }));
    // A recipe without sources has nothing to compare with.
    const hasSources = report.variant.recipe.source !== undefined;
    if (hasSources) report.patch = (await session.createPatch({ dryRun: true, ...defined({ signal }) })).text;
    else report.patch = "";
    await runAndPackage(report, session, options);
  } catch (error) {
    if (signal?.aborted === true || !SidewinderError.is(error)) throw error;
    report.error = error;
  }
  if (report.package === undefined) return;
  if (test) await testOutput(report, options);
  else report.phase = "done";
}

/** Runs all tests of an output that was packaged. A package whose tests fail is taken out of the channel. */
export async function testOutput(report: OutputReport, options: OutputOptions): Promise<void> {
  const { session, package: built } = report;
  if (session === undefined || built === undefined) return;
  const { onProgress, signal } = options.session;
  try {
    for (const test of await packageTests(built.path)) {
      const run = { ...options.run, package: built.path };
      report.tests.push(await during("test", onProgress, () => session.runTest(test.index, run)));
    }
    if (report.tests.every(({ success }) => success)) {
      report.phase = "done";
      return;
    }
    const moved = await call(undefined, () => native().withdrawPackage(built.path));
    report.package = { ...built, path: JSON.parse(moved) as string };
    DebugSession.movePackage(session, report.package.path);
  } catch (error) {
    if (signal?.aborted === true || !SidewinderError.is(error)) throw error;
    report.error = error;
  }
}

/** Reports the beginning and the end of a phase. */
async function during<T>(
  phase: Phase,
  onProgress: ((event: ProgressEvent) => void) | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const started = performance.now();
  onProgress?.({ kind: "phase", phase, state: "started" });
  try {
    return await work();
  } finally {
    onProgress?.({ kind: "phase", phase, state: "finished", durationMs: performance.now() - started });
  }
}

/** Without the properties that are undefined. */
export function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
