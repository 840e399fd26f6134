/** The environment of one test of a package, kept open. */

import { checkArgument, count } from "../checks.js";
import type { SidewinderError } from "../errors.js";
import type {
  EnvironmentChange,
  InstalledPackage,
  OpenTest,
  RecipeTest,
  ScriptResult,
} from "../generated/types.js";
import type { AddPackagesOptions, RunOptions } from "../session/options.js";
import type { DebugSession } from "../session/session.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** The result of a test, like that of a script. */
export interface TestResult extends ScriptResult {
  /** The test. */
  test: RecipeTest;
  /** What distinguishes the part that failed, or the last one that ran, e.g. `Python 3.12`. */
  partName?: string;
  /** Why the test could not run: its environment could not be set up. The test counts as failed. */
  error?: SidewinderError;
}

/**
 * The environment of one test of a package, kept open: look around, edit the script and the files, add packages, run again.
 *
 * @example
 * const recipe = Stage0Recipe.fromYaml(`
 * package: {name: tested, version: "1.0"}
 * build: {script: [mkdir -p $PREFIX/bin, "printf '#!/bin/sh\\necho hi' > $PREFIX/bin/tested", chmod +x $PREFIX/bin/tested]}
 * tests: [{script: [tested | grep hello]}]
 * `);
 * const built = await DebugSession.create(recipe.render()[0], { channels: [] });
 * await built.runScript();
 * await built.package();
 * const test = await built.openTest(0);
 * console.log((await test.run()).success); // → false
 * await test.writeTestScript((await test.readTestScript()).replace("grep hello", "grep hi"));
 * console.log((await test.run()).success); // → true
 * await test.close();
 * await built.close();
 */
export class TestSession implements AsyncDisposable {
  readonly #session: DebugSession;
  readonly #open: OpenTest;

  /** @internal Use `DebugSession.openTest` or {@link openPackageTest}. */
  constructor(session: DebugSession, open: OpenTest) {
    this.#session = session;
    this.#open = open;
  }

  /** The test. */
  get test(): RecipeTest {
    return this.#open.test;
  }

  /** Which part of the test runs here, from 0. */
  get part(): number {
    return this.#open.part;
  }

  /**
   * How many parts the test has. Each has an environment of its own: one for each Python version, or one for each test of a
   * downstream package.
   */
  get parts(): number {
    return this.#open.parts;
  }

  /** What distinguishes this part from others, e.g. `Python 3.12`. */
  get partName(): string | undefined {
    return this.#open.partName ?? undefined;
  }

  /**
   * Where the test runs unless it names a folder. For script tests it contains the unpacked package, for tests of modules the
   * file that loads them, e.g. `run_test.py`.
   */
  get workDir(): string {
    return this.#session.workDir;
  }

  /** The environment that the package is installed in: `$PREFIX`. */
  get prefix(): string {
    return this.#session.hostPrefix;
  }

  /** The script that {@link run} runs, an ordinary file. */
  get testScript(): string {
    return this.#session.buildScript;
  }

  /** Lines that the set-up logged. */
  get setupLog(): string[] {
    return this.#session.setupLog;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#session.closed;
  }

  /** @internal The session that the test runs in. */
  get session(): DebugSession {
    return this.#session;
  }

  /** The text of the test's script, as it is on disk now. */
  readTestScript(): Promise<string> {
    return this.#session.readBuildScript();
  }

  /** Replaces the test's script. */
  writeTestScript(script: string): Promise<void> {
    return this.#session.writeBuildScript(script);
  }

  /**
   * Runs the test. A failing test is a value, not an error.
   *
   * @throws SessionBusyError while another run is going on, SessionClosedError after `close`.
   */
  async run(options: RunOptions = {}): Promise<TestResult> {
    return this.#result(await this.#session.runScript(options));
  }

  /** Runs one command in the test's environment; see {@link DebugSession.exec}. */
  exec(command: string | string[], options: RunOptions = {}): Promise<ScriptResult> {
    return this.#session.exec(command, options);
  }

  /**
   * Installs further packages; by default into the environment that the package is installed in (`host`), or next to the
   * tools of the test (`build`).
   *
   * @throws SolveError if they conflict with what is installed.
   */
  addPackages(specs: string[], options: AddPackagesOptions = {}): Promise<EnvironmentChange> {
    return this.#session.addPackages(specs, options);
  }

  /** What is installed; see {@link DebugSession.packages}. */
  packages(environment: "host" | "build" = "host"): Promise<InstalledPackage[]> {
    return this.#session.packages(environment);
  }

  /** Ends what still runs, and removes the folders unless `keep` is set. Closing twice does nothing. */
  close(options: { keep?: boolean } = {}): Promise<void> {
    return this.#session.close(options);
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal What `console.log` shows in Node.js. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `TestSession ${inspect({ test: this.test, workDir: this.workDir }, options)}`;
  }

  #result(result: ScriptResult): TestResult {
    const { test, partName } = this.#open;
    return Object.assign(result, { test, ...(typeof partName === "string" ? { partName } : {}) });
  }
}

/** Checks the index of a test. */
export function testIndex(index: number): number {
  return checkArgument("index", index, count);
}
