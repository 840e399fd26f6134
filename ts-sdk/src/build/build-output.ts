/** Building one output: set up → script → package → tests. */

import { SidewinderError } from "../errors.js";
import type {
  BuiltPackage,
  InstalledPackage,
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

/** What was installed to build an output. */
export interface BuildLock {
  /** The build environment, sorted by name. */
  build: InstalledPackage[];
  /** The host environment, sorted by name. */
  host: InstalledPackage[];
}

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
  /** What the environments contained. */
  lock?: BuildLock;
  /** Changes of the sources in the session since they were fetched; only for a session that was repaired and added. */
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
  const { signal, onProgress } = options.session;
  try {
    const session = await DebugSession.create(variant, options.session);
    report.session = session;
    report.lock = { build: await session.packages("build"), host: await session.packages("host") };
    report.phase = "script";
    const result = await during("script", onProgress, () => session.runScript(options.run));
    report.result = result;
    if (!result.success) return report;
    report.phase = "package";
    report.package = await session.package({ ...options.package, ...defined({ signal, onProgress }) });
    report.phase = "test";
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
