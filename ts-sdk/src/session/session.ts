/** A build environment that is set up but not run: run, look, change, run again. */

import { findPackage } from "../build/find-package.js";
import { type OpenPart, packageTests, runParts } from "../build/run-test.js";
import { buildNeeds } from "../build/siblings.js";
import { type TestResult, TestSession, testIndex } from "../build/test-session.js";
import { checkArgument, filledName, names, oneOf, record, wholeText } from "../checks.js";
import type {
  BuiltPackage,
  DebugPaths,
  EditedPackage,
  EnvironmentChange,
  EnvironmentLock,
  InstalledPackage,
  OpenTest,
  PackagedFile,
  Patch,
  ProgressEvent,
  PrunedSession,
  RecipeScriptUpdate,
  RecipeTest,
  RenderedVariant,
  ScriptResult,
  SessionInfo,
  SyncResult,
  Usage,
} from "../generated/types.js";
import { jsonText } from "../recipe/json.js";
import { type CallContext, call } from "./call.js";
import { type NativeSession, native, type OutputCallback, type OutputFlow } from "./native.js";
import {
  type AddPackagesOptions,
  type AttachOptions,
  type CloseOptions,
  commandText,
  type DebugSessionOptions,
  type ListSessionsOptions,
  type NeedsOptions,
  type PatchOptions,
  type PruneSessionsOptions,
  type RemovePackagesOptions,
  type RunOptions,
  type SolveOptions,
  type SyncOptions,
  takeAdd,
  takeAttach,
  takeClose,
  takeCreate,
  takeList,
  takePatch,
  takePrune,
  takeRecipeScript,
  takeRemove,
  takeRun,
  takeSession,
  takeSignal,
  takeSolve,
  takeSync,
  type WaitOptions,
} from "./options.js";
import { type PackageOptions, takePackage } from "./package-options.js";
import { readable } from "./script-result.js";
import { ScriptRun, type TakeChunk } from "./script-run.js";
import { feed, release } from "./stdin.js";
import { type Attributes, observed } from "./telemetry.js";

/** Pieces of output, of 128 KiB at most, that may wait to be taken. */
const PIECES = 16;
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
/** Only this module makes sessions. */
const KEY = Symbol("session");

/**
 * A build environment that is set up but not run: run the script, look, change it, add packages, run it again.
 *
 * @example
 * const session = await DebugSession.create(variant, { channels: ["conda-forge"] });
 * const result = await session.runScript({ trace: true });
 * if (!result.success) console.error(result.stderr);
 * console.log(result.stdout.trim()); // → Hello, wrold
 * await session.close();
 */
export class DebugSession implements AsyncDisposable {
  readonly #native: NativeSession;
  #closed = false;
  /** The package that was built last. */
  #package: string | undefined;
  #paths: DebugPaths | undefined;
  #variant: RenderedVariant | undefined;

  /** @internal */
  constructor(key: typeof KEY, session: NativeSession) {
    if (key !== KEY) throw new TypeError("use DebugSession.create or DebugSession.attach");
    this.#native = session;
  }

  /**
   * Resolves dependencies, fetches sources, installs environments, writes the build script. The build does not run.
   *
   * @throws ChannelError, SolveError, SourceError, ChecksumError, PatchError, InstallError, or NativeAddonError on a machine
   *   without addon. Nothing of a session that could not be made stays behind.
   *
   * @example
   * const events: string[] = [];
   * const session = await DebugSession.create(variant, {
   *   channels: ["conda-forge"],
   *   outputDir: "output",
   *   onProgress: (event) => events.push(event.kind),
   *   signal: AbortSignal.timeout(600_000),
   * });
   * await session.close(); // the folders stay, as they were named
   * console.log(events.includes("phase")); // → true
   */
  static async create(
    variant: RenderedVariant,
    options: DebugSessionOptions & NeedsOptions = {},
  ): Promise<DebugSession> {
    const rendered = jsonText(checkArgument("variant", variant, record));
    const { json, signal, onProgress, needs } = takeCreate(options);
    if (needs === "build") {
      const { needs: _, ...rest } = options;
      await buildNeeds(variant, rest);
    }
    const session = await observed(
      { name: "create", attributes: packageAttributes(variant), onProgress },
      (report) =>
        call(
          signal,
          ({ cancel, guard }) => native().createSession(rendered, json, cancel, guard(reader(report))),
          discard,
        ),
    );
    return new DebugSession(KEY, session);
  }

  /**
   * Takes up a session that an earlier process left, this SDK's or rattler-build's.
   *
   * @param dir Its work folder, the build folder above it, or the output folder, which stands for its latest session.
   * @throws SessionBusyError while another living process has it.
   *
   * @example
   * const { outputDir } = session;
   * await session.close({ keep: true });
   * const again = await DebugSession.attach(outputDir);
   * console.log(again.variant.name); // → hello
   * await again.close();
   */
  static async attach(dir: string, options: AttachOptions = {}): Promise<DebugSession> {
    const place = checkArgument("dir", dir, filledName);
    const { json, signal } = takeAttach(options);
    const session = await observed({ name: "attach" }, () =>
      call(signal, ({ cancel }) => native().attachSession(place, json, cancel)),
    );
    return new DebugSession(KEY, session);
  }

  /**
   * The folders of a session, which may be in use by another process.
   *
   * @param dir Its work folder, its build folder, or an output folder, which stands for its latest session.
   * @throws SidewinderError with code `NOT_A_SESSION`.
   *
   * @example
   * console.log((await DebugSession.find(session.outputDir)).workDir === session.workDir); // → true
   */
  static async find(dir: string): Promise<DebugPaths> {
    const place = checkArgument("dir", dir, filledName);
    return JSON.parse(await call(undefined, async () => native().findSession(place))) as DebugPaths;
  }

  /**
   * The sessions of this machine, the latest first, whichever process has or had them.
   *
   * @example
   * for (const { dir, state } of await DebugSession.list()) console.log(state, dir);
   */
  static async list(options: ListSessionsOptions = {}): Promise<SessionInfo[]> {
    const { json, signal } = takeList(options);
    return JSON.parse(
      await call(signal, ({ cancel }) => native().listSessions(json, cancel)),
    ) as SessionInfo[];
  }

  /**
   * Removes the folders of sessions whose process ended without closing them, and with `kept` also of those that were
   * closed and kept. Then unpacked packages that no session uses are removed from the cache, except those that the next
   * session starts with. A live session is never touched.
   *
   * @returns One result per session: `removed`, or an `error` that says why its folder is still there.
   *
   * @example
   * const week = 7 * 24 * 3600 * 1000;
   * const pruned = await DebugSession.prune({ olderThan: new Date(Date.now() - week) });
   * for (const { dir, error } of pruned) if (error) console.error(dir, error.message);
   */
  static async prune(options: PruneSessionsOptions = {}): Promise<PrunedSession[]> {
    const { json, signal, onProgress } = takePrune(options);
    const pruned = await observed({ name: "prune", onProgress }, (report) =>
      call(signal, ({ cancel, guard }) => native().pruneSessions(json, cancel, guard(reader(report)))),
    );
    return JSON.parse(pruned) as PrunedSession[];
  }

  /**
   * Chooses the packages of both environments as `create` does, and installs nothing.
   *
   * @returns One lock per platform, in the order of `platforms`; `create` installs it with its `lock` option.
   * @throws ChannelError, SolveError.
   *
   * @example
   * const [lock] = await DebugSession.solve(variant, { platforms: ["linux-64"] });
   * console.log(lock.platform); // → linux-64
   */
  static async solve(variant: RenderedVariant, options: SolveOptions = {}): Promise<EnvironmentLock[]> {
    const rendered = jsonText(checkArgument("variant", variant, record));
    const { json, platforms, signal, onProgress } = takeSolve(options);
    const attributes = packageAttributes(variant);
    const locks = await observed({ name: "solve", attributes, onProgress }, (report) =>
      call(signal, ({ cancel, guard }) =>
        native().solveEnvironments(rendered, json, platforms, cancel, guard(reader(report))),
      ),
    );
    return JSON.parse(locks) as EnvironmentLock[];
  }

  /** All folders and files of the session, as absolute paths. */
  get paths(): DebugPaths {
    this.#paths ??= JSON.parse(this.#native.pathsJson()) as DebugPaths;
    return this.#paths;
  }

  /** Where the sources are and the script runs: `$SRC_DIR`. */
  get workDir(): string {
    return this.paths.workDir;
  }

  /** Where the package is installed to and its host dependencies are: `$PREFIX`. */
  get hostPrefix(): string {
    return this.paths.hostPrefix;
  }

  /** Where the build tools are: `$BUILD_PREFIX`. */
  get buildPrefix(): string {
    return this.paths.buildPrefix;
  }

  /** The build script, an ordinary file. */
  get buildScript(): string {
    return this.paths.buildScript;
  }

  /** The folder that holds it all. */
  get outputDir(): string {
    return this.paths.outputDir;
  }

  /** What is being built. */
  get variant(): RenderedVariant {
    this.#variant ??= JSON.parse(this.#native.variantJson()) as RenderedVariant;
    return this.#variant;
  }

  /** Whether `close` was called. */
  get closed(): boolean {
    return this.#closed;
  }

  /** What the set-up logged, line by line. */
  get setupLog(): string[] {
    return this.#native.setupLog();
  }

  /**
   * The text of the build script, as it is on disk now.
   *
   * @throws SessionClosedError after `close`.
   */
  async readBuildScript(options: WaitOptions = {}): Promise<string> {
    return await call(takeSignal(options), ({ cancel }) => this.#native.readBuildScript(cancel));
  }

  /**
   * Replaces the build script.
   *
   * @throws SessionClosedError after `close`.
   *
   * @example
   * const script = await session.readBuildScript();
   * await session.writeBuildScript(script.replace("sh greet.sh", "sh -x greet.sh"));
   * console.log((await session.runScript()).stderr.trim()); // → + echo Hello, wrold
   */
  async writeBuildScript(script: string, options: WaitOptions = {}): Promise<void> {
    checkArgument("text", script, wholeText);
    await call(takeSignal(options), ({ cancel }) => this.#native.writeBuildScript(script, cancel));
  }

  /**
   * Writes the build script and the variables of the build again, for the current recipe. Without a variant they are
   * those of the session's own, with script files of the recipe read again. Edits of both are lost; the rest of the work
   * folder and the environments stay, also where the recipe requires other packages now: see `addPackages`.
   *
   * @param variant Another rendering of the same package, for the same platforms.
   * @throws SidewinderError where the variant is of another package, platform or folder, or its script cannot be written;
   *   SessionBusyError while a script runs, SessionClosedError after `close`.
   *
   * @example
   * const script = { ...variant.recipe.build, script: "echo from the new recipe" };
   * await session.refreshScripts({ ...variant, recipe: { ...variant.recipe, build: script } });
   * console.log((await session.runScript()).stdout.trim()); // → from the new recipe
   */
  async refreshScripts(variant?: RenderedVariant, options: WaitOptions = {}): Promise<void> {
    const rendered = variant === undefined ? undefined : jsonText(checkArgument("variant", variant, record));
    await call(takeSignal(options), ({ cancel }) => this.#native.refreshScripts(rendered, cancel));
    this.#variant = undefined;
  }

  /**
   * Brings the session in line with its recipe as it is now: packages (changed requirements, pins and run exports),
   * sources, patches and scripts. Only what changed is touched. What was built stays, and so do packages that you added
   * and edits of files that the recipe did not change. Texts that both changed are merged by line.
   *
   * @param variant The recipe, rendered again: the same package, for the same platforms.
   * @returns What changed.
   * @throws SyncConflictError when edits in the session and changes of the recipe do not go together; it lists the files.
   *   Also the errors of `create`, SessionBusyError while a script runs, SessionClosedError after `close`. After an error
   *   the session is what it was.
   *
   * @example
   * const requirements = { ...variant.recipe.requirements, host: ["libgreet"] };
   * const { added } = await session.sync({ ...variant, recipe: { ...variant.recipe, requirements } });
   * console.log(added.join()); // → libgreet
   */
  async sync(variant: RenderedVariant, options: SyncOptions = {}): Promise<SyncResult> {
    const rendered = jsonText(checkArgument("variant", variant, record));
    const { json, signal, onProgress } = takeSync(options);
    const result = await this.#observed("sync", onProgress, (report) =>
      call(signal, ({ cancel, guard }) => this.#native.sync(rendered, json, cancel, guard(reader(report)))),
    );
    this.#variant = undefined;
    return JSON.parse(result) as SyncResult;
  }

  /**
   * Runs the build script. A script that fails, or is stopped by `timeoutMs`, is a value, not an error.
   *
   * @throws SessionBusyError while another run is going on, SessionClosedError after `close`.
   *
   * @example
   * const result = await session.runScript({ timeoutMs: 60_000, env: { CFLAGS: "-O0" } });
   * console.log(result.exitCode, result.success); // → 0 true
   * for (const { message, suggestions } of result.diagnosis) console.log(message, suggestions);
   */
  async runScript(options: RunOptions = {}): Promise<ScriptResult> {
    const taken = takeRun(options);
    return await this.#run("run", taken, [taken.signal], undefined, (...args) =>
      this.#native.runScript(...args),
    );
  }

  /**
   * Runs one command in the activated build environment, in the work folder.
   *
   * @param command A line for the shell, or a program with its arguments, which no shell looks at.
   * @throws SessionBusyError while another run is going on, SessionClosedError after `close`.
   *
   * @example
   * const { stdout } = await session.exec("echo $PKG_NAME");
   * console.log(stdout.trim()); // → hello
   * await session.exec(["ls", "a name with spaces"]); // no shell looks at it
   */
  async exec(command: string | string[], options: RunOptions = {}): Promise<ScriptResult> {
    const line = commandText(command);
    const taken = takeRun(options);
    return await this.#run("exec", taken, [taken.signal], undefined, (...args) =>
      this.#native.exec(line, ...args),
    );
  }

  /**
   * As `runScript`, with the output as it comes. The script waits while the loop over it does not take its output.
   *
   * @example
   * const run = session.streamScript();
   * for await (const { stream, text } of run) console.log(stream, text.trim()); // → stdout Hello, wrold
   * console.log((await run.result).exitCode); // → 0
   */
  streamScript(options: RunOptions = {}): ScriptRun {
    const taken = takeRun(options);
    return new ScriptRun(taken.maxOutputBytes, (stop, take) =>
      this.#run("run", taken, [taken.signal, stop], take, (...args) => this.#native.runScript(...args)),
    );
  }

  /**
   * A text in which the secrets that the recipe names are replaced by `********`, as in the output of a run: what the script
   * wrote to files may contain them.
   *
   * @example
   * console.log(session.mask("no secrets in here")); // → no secrets in here
   */
  mask(text: string): string {
    return this.#native.mask(checkArgument("text", text, wholeText));
  }

  /** What all runs since the session was created or attached used. */
  get usage(): Usage {
    return JSON.parse(this.#native.usageJson()) as Usage;
  }

  async #run(
    name: "run" | "exec",
    options: ReturnType<typeof takeRun>,
    signals: (AbortSignal | undefined)[],
    take: TakeChunk | undefined,
    start: (...args: Parameters<NativeSession["runScript"]>) => Promise<string>,
  ): Promise<ScriptResult> {
    const run = async (): Promise<ScriptResult> => {
      const result = await call(signals, ({ cancel, guard }) => {
        const flow = new (native().OutputFlow)(PIECES);
        const output = outputTo(options, flow, take, guard);
        if (options.input === undefined) return start(options.json, cancel, output, flow);
        const { input } = options;
        const stdin = new (native().StdinWriter)();
        guard(() => feed(input, stdin))?.();
        return start(options.json, cancel, output, flow, stdin).finally(() => release(input));
      });
      return readable(JSON.parse(result) as ScriptResult);
    };
    const attributes = packageAttributes(this.variant);
    return await observed({ name, attributes, describe: scriptAttributes }, run);
  }

  /** Work on this session that an observer is told about. */
  async #observed<T>(
    name: string,
    onProgress: ((event: ProgressEvent) => void) | undefined,
    work: (onProgress: ((event: ProgressEvent) => void) | undefined) => Promise<T>,
  ): Promise<T> {
    return await observed({ name, attributes: packageAttributes(this.variant), onProgress }, work);
  }

  /**
   * Installs further packages, and changes as little else as possible.
   *
   * @throws SolveError if they conflict with installed packages; the environment then stays as it was. ChannelError, InstallError;
   *   SessionBusyError while a script runs, SessionClosedError after `close`.
   *
   * @example
   * const { added } = await session.addPackages(["libgreet >=1.2"], { environment: "host" });
   * console.log(added.map(({ name, version }) => `${name} ${version}`).join()); // → libgreet 1.2.0
   */
  async addPackages(specs: string[], options: AddPackagesOptions = {}): Promise<EnvironmentChange> {
    const wanted = JSON.stringify(checkArgument("specs", specs, names));
    const { json, signal, onProgress } = takeAdd(options);
    const change = await this.#observed("addPackages", onProgress, (report) =>
      call(signal, ({ cancel, guard }) =>
        this.#native.addPackages(wanted, json, cancel, guard(reader(report))),
      ),
    );
    return JSON.parse(change) as EnvironmentChange;
  }

  /**
   * Removes packages, and the dependencies that nothing else needs. Files that belong to no package stay.
   *
   * @param packageNames Names, without versions.
   * @returns What changed, or with `dryRun` what would change.
   * @throws SidewinderError with code `INVALID_OPTION` for a package that is not installed or that another one depends
   *   on; InstallError; SessionBusyError while a script runs, SessionClosedError after `close`.
   *
   * @example
   * await session.addPackages(["libgreet"]);
   * const { removed } = await session.removePackages(["libgreet"]);
   * console.log(removed.map(({ name }) => name).join()); // → libgreet
   */
  async removePackages(
    packageNames: string[],
    options: RemovePackagesOptions = {},
  ): Promise<EnvironmentChange> {
    const wanted = JSON.stringify(checkArgument("names", packageNames, names));
    const { json, signal, onProgress } = takeRemove(options);
    const change = await this.#observed("removePackages", onProgress, (report) =>
      call(signal, ({ cancel, guard }) =>
        this.#native.removePackages(wanted, json, cancel, guard(reader(report))),
      ),
    );
    return JSON.parse(change) as EnvironmentChange;
  }

  /**
   * What is installed in one of the two environments.
   *
   * Each has name, version, build string, platform and channel; sorted by name.
   *
   * @example
   * await session.addPackages(["libgreet"]);
   * console.log((await session.packages("host")).map(({ name }) => name).join()); // → libgreet
   */
  async packages(environment: "host" | "build", options: WaitOptions = {}): Promise<InstalledPackage[]> {
    checkArgument("environment", environment, oneOf("host", "build"));
    const packages = await call(takeSignal(options), ({ cancel }) =>
      this.#native.packages(environment, cancel),
    );
    return JSON.parse(packages) as InstalledPackage[];
  }

  /**
   * Reads all installed files that this session shares with others, and compares their checksums with those that the
   * packages list. A file that differs becomes private to this session, and the shared copy is restored.
   *
   * Runs compare sizes, times, modes, owners and inodes only (`result.editedPackages`). This also finds what leaves no trace
   * there, such as a failing disk.
   *
   * @returns The files that differ; empty if all are as packaged.
   * @throws SessionBusyError while a script runs, SessionClosedError after `close`.
   *
   * @example
   * console.log(await session.verifyPackages()); // → []
   */
  async verifyPackages(options: WaitOptions = {}): Promise<EditedPackage[]> {
    const edited = await call(takeSignal(options), ({ cancel }) => this.#native.verifyPackages(cancel));
    return JSON.parse(edited) as EditedPackage[];
  }

  /**
   * Returns the exact packages of both environments as data: plain JSON that can be kept with a report.
   * `DebugSession.create(variant, { lock })` installs exactly those, without solving.
   *
   * @example
   * await session.addPackages(["libgreet"]);
   * const { host } = await session.lock();
   * console.log(host[0].name, host[0].version); // → libgreet 1.2.0
   */
  async lock(options: WaitOptions = {}): Promise<EnvironmentLock> {
    const lock = await call(takeSignal(options), ({ cancel }) => this.#native.lock(cancel));
    return JSON.parse(lock) as EnvironmentLock;
  }

  /**
   * Makes a patch of what changed in the work folder since its sources were fetched.
   *
   * @returns The patch; where nothing changed, with an empty text and without a file.
   * @throws PatchError when a file of its name is there and `overwrite` is not set.
   *
   * @example
   * await writeFile(`${session.workDir}/greet.sh`, "echo changed\n");
   * const { files } = await session.createPatch({ dryRun: true });
   * console.log(files[0].path, files[0].change); // → greet.sh modified
   */
  async createPatch(options: PatchOptions = {}): Promise<Patch> {
    const { json, signal, onProgress } = takePatch(options);
    const patch = await this.#observed("createPatch", onProgress, (report) =>
      call(signal, ({ cancel, guard }) => this.#native.createPatch(json, cancel, guard(reader(report)))),
    );
    return JSON.parse(patch) as Patch;
  }

  /**
   * Carries edits of the build script into the recipe: into its `build.sh`, or into the lines of an inline script, in the
   * branch of a condition that they come from. Templates, quotes and comments stay.
   *
   * @param options `dryRun`: write nothing, only return the new text.
   * @returns The file that was changed and its new text; both null if the recipe has all edits already.
   * @throws SyncConflictError for edits of lines that are not from the recipe; SidewinderError with code `SCRIPT_FAILED`
   *   for scripts in `steps` or of other interpreters, and where the lines are not found in the recipe.
   *
   * @example
   * await session.writeBuildScript(`${await session.readBuildScript()}echo done\n`);
   * const { text } = await session.updateRecipeScript({ dryRun: true });
   * console.log(text.includes("echo done")); // → true
   */
  async updateRecipeScript(options: { dryRun?: boolean } & WaitOptions = {}): Promise<RecipeScriptUpdate> {
    const { json, signal } = takeRecipeScript(options);
    const updated = await call(signal, ({ cancel }) => this.#native.updateRecipeScript(json, cancel));
    return JSON.parse(updated) as RecipeScriptUpdate;
  }

  /**
   * Builds a package from what the script installed into the host prefix, puts it into the channel folder and indexes that.
   * Can be called again after another run; a package of the same name is replaced. The same prefix gives the same bytes.
   *
   * @throws PackageError if a check fails; then no package is in the channel folder. SessionBusyError while a script runs,
   *   SessionClosedError after `close`.
   *
   * @example
   * await session.exec("mkdir -p $PREFIX/share && echo hi > $PREFIX/share/hi.txt");
   * const { name, files } = await session.package();
   * console.log(name, files.map(({ path }) => path).includes("share/hi.txt")); // → hello true
   */
  async package(options: PackageOptions = {}): Promise<BuiltPackage> {
    const { json, signal, onProgress } = takePackage(options);
    const built = await this.#observed("package", onProgress, (report) =>
      call(signal, ({ cancel, guard }) => this.#native.package(json, cancel, guard(reader(report)))),
    );
    const result = JSON.parse(built) as BuiltPackage;
    this.#package = result.path;
    return result;
  }

  /** The tests of the recipe, in order. Tests that have nothing to run are left out. */
  get tests(): RecipeTest[] {
    return JSON.parse(this.#native.testsJson()) as RecipeTest[];
  }

  /**
   * Runs one test of the recipe on the package that was built last. All parts run until one fails: one for each Python
   * version, or one for each test of a downstream package. Their environments are removed afterwards.
   *
   * @param index The `index` of one of {@link tests}.
   * @returns A failing test is a result, not an error. If its environment cannot be solved, the result has `error`.
   * @throws SidewinderError with code `INVALID_OPTION` if there is no such test, or no package yet; ChannelError,
   *   SessionClosedError after `close`.
   *
   * @example
   * for (const { index } of session.tests) console.log((await session.runTest(index)).success);
   */
  async runTest(index: number, options: RunOptions & { package?: string } = {}): Promise<TestResult> {
    const { package: given, ...run } = options;
    takeRun(run);
    testIndex(index);
    const path = await this.#packagePath(given);
    const test = (await packageTests(path)).find((candidate) => candidate.index === index);
    const open: OpenPart = async (part) => await this.#openTest(path, index, part, run.signal);
    // An index that is not a test is refused by the addon, which knows the tests of the package.
    return await runParts(test ?? { index, kind: "script", summary: "" }, path, open, run);
  }

  /**
   * Sets up the environment of one test of the recipe, with the package that was built last, and keeps it open.
   *
   * @param index The `index` of one of {@link tests}.
   * @param options `package`: another package file; `part`: which part of a test that has several, from 0.
   * @throws SolveError, ChannelError, InstallError; SidewinderError with code `INVALID_OPTION` if there is no such test, if it
   *   tests the package's contents, or if no package was built yet; SessionClosedError after `close`.
   */
  async openTest(
    index: number,
    options: { package?: string; part?: number; signal?: AbortSignal } = {},
  ): Promise<TestSession> {
    const { package: given, part = 0, signal } = options;
    takeSignal(signal === undefined ? {} : { signal });
    return await this.#openTest(await this.#packagePath(given), testIndex(index), part, signal);
  }

  async #openTest(
    path: string,
    index: number,
    part: number,
    signal: AbortSignal | undefined,
  ): Promise<TestSession> {
    const choice = JSON.stringify({ index, part });
    const session = await call(signal, ({ cancel }) => this.#native.openTest(path, choice, cancel), discard);
    return testSession(session);
  }

  /** @internal Sets up the environment of one test of a finished package. */
  static async openTestOf(
    path: string,
    index: number,
    part: number,
    options: DebugSessionOptions,
  ): Promise<TestSession> {
    const place = checkArgument("path", path, filledName);
    const choice = JSON.stringify({ index: testIndex(index), part });
    const { json, signal, onProgress } = takeSession(options);
    const session = await call(
      signal,
      ({ cancel, guard }) => native().openTest(place, choice, json, cancel, guard(reader(onProgress))),
      discard,
    );
    return testSession(session);
  }

  /** The package that tests run on. */
  async #packagePath(given: string | undefined): Promise<string> {
    if (given !== undefined) return checkArgument("package", given, filledName);
    return this.#package ?? (await findPackage(this.outputDir, this.variant));
  }

  /** @internal The package was moved. */
  static movePackage(session: DebugSession, path: string): void {
    session.#package = path;
  }

  /**
   * Lists what the package would contain, without building it.
   *
   * @throws PackageError for files that cannot be packaged; SessionBusyError while a script runs, SessionClosedError after
   *   `close`.
   *
   * @example
   * for (const { path, size } of await session.files()) console.log(size, path);
   */
  async files(options: { signal?: AbortSignal } = {}): Promise<PackagedFile[]> {
    const stop = takeSignal(options);
    return JSON.parse(await call(stop, ({ cancel }) => this.#native.files(cancel))) as PackagedFile[];
  }

  /**
   * Saves the work folder and both prefixes under a name (1 to 64 letters, digits, `-`, `_`, `.`). A checkpoint of
   * that name is replaced. Cheap where the file system shares blocks; elsewhere what did not change since the last
   * checkpoint is shared with it.
   *
   * @example
   * await session.checkpoint("before");
   * await session.runScript();
   * await session.restore("before");
   */
  async checkpoint(name: string, options: WaitOptions = {}): Promise<void> {
    checkArgument("name", name, filledName);
    await this.#observed("checkpoint", undefined, () =>
      call(takeSignal(options), ({ cancel }) => this.#native.checkpoint(name, cancel)),
    );
  }

  /**
   * Makes the work folder and both prefixes what they were at a checkpoint; touches only what changed since.
   *
   * @throws SidewinderError when there is no checkpoint of that name.
   */
  async restore(name: string, options: WaitOptions = {}): Promise<void> {
    checkArgument("name", name, filledName);
    await this.#observed("restore", undefined, () =>
      call(takeSignal(options), ({ cancel }) => this.#native.restore(name, cancel)),
    );
  }

  /** The names of all checkpoints, sorted. */
  async checkpoints(options: WaitOptions = {}): Promise<string[]> {
    return await call(takeSignal(options), ({ cancel }) => this.#native.checkpoints(cancel));
  }

  /**
   * An independent copy of the session, for trying several repairs side by side. It lives in a temporary folder of its
   * own, which its `close()` removes. Nothing is solved, fetched or installed again. Checkpoints are not copied.
   *
   * @example
   * const other = await session.fork();
   * await other.writeBuildScript("echo from the copy\n");
   * console.log((await other.runScript()).stdout.trim()); // → from the copy
   * await other.close();
   */
  async fork(options: WaitOptions = {}): Promise<DebugSession> {
    const copy = await this.#observed("fork", undefined, () =>
      call(takeSignal(options), ({ cancel }) => this.#native.fork(cancel)),
    );
    return new DebugSession(KEY, copy);
  }

  /**
   * Ends what still runs; removes the folders unless they were given as `outputDir`, or `keep` is set. With `remove` the
   * build folder goes from an `outputDir` as well; what else is in there stays.
   *
   * Closing twice does nothing. After an error, closing again goes on: what could not be removed may be removable now.
   *
   * @throws SidewinderError with code `INVALID_OPTION` for `keep` and `remove` at once, `IO_FAILED` when something cannot be
   *   removed.
   */
  async close(options: CloseOptions = {}): Promise<void> {
    const { json, isRefused, signal } = takeClose(options);
    this.#closed ||= !isRefused;
    await this.#observed("close", undefined, () =>
      call(signal, ({ cancel }) => this.#native.close(json, cancel)),
    );
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** @internal What `console.log` shows in Node.js. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const { name, version, buildString } = this.variant;
    return `DebugSession ${inspect({ package: `${name} ${version} ${buildString}`, workDir: this.workDir }, options)}`;
  }
}

function testSession(session: NativeSession): TestSession {
  return new TestSession(new DebugSession(KEY, session), JSON.parse(session.openTestJson()) as OpenTest);
}

/** A session that its caller will never have. */
function discard(session: NativeSession): Promise<void> {
  return session.close(takeClose({}).json, new (native().CancelToken)());
}

function packageAttributes({ name, version, targetPlatform }: RenderedVariant): Attributes {
  return {
    "sidewinder.package.name": name,
    "sidewinder.package.version": version,
    "sidewinder.target_platform": targetPlatform,
  };
}

function scriptAttributes({ exitCode, success, timedOut, limit, usage }: ScriptResult): Attributes {
  return {
    "sidewinder.script.exitCode": exitCode,
    "sidewinder.script.success": success,
    "sidewinder.script.timedOut": timedOut,
    ...(limit == null ? {} : { "sidewinder.script.limit": limit }),
    "sidewinder.script.cpuMs": usage.cpuMs,
    "sidewinder.script.writtenBytes": usage.writtenBytes,
    "sidewinder.script.maxMemoryBytes": usage.maxMemoryBytes,
  };
}

function reader(
  onProgress: ((event: ProgressEvent) => void) | undefined,
): ((json: string) => void) | undefined {
  return onProgress && ((json) => onProgress(JSON.parse(json) as ProgressEvent));
}

/** Passes output to callbacks and to `take`, and lets more come once both have it. */
function outputTo(
  { onStdout, onStderr }: Pick<RunOptions, "onStdout" | "onStderr">,
  flow: OutputFlow,
  take: TakeChunk | undefined,
  guard: CallContext["guard"],
): OutputCallback | undefined {
  if (onStdout === undefined && onStderr === undefined && take === undefined) return undefined;
  const callbacks = { stdout: guard(onStdout), stderr: guard(onStderr) };
  return (stream, text) => {
    // An empty piece is the addon's sign that all before it arrived.
    if (text === "") return;
    callbacks[stream]?.(text);
    if (take === undefined) flow.release();
    else take({ stream, text }, () => flow.release());
  };
}
