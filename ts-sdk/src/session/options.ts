/** What callers may choose, checked and made into the texts that cross to the addon. */

import {
  callback,
  checkArgument,
  filledName,
  flag,
  listOf,
  name,
  names,
  oneOf,
  options as optionsOf,
  signal,
  stdinSource,
  takeOptions,
} from "../checks.js";
import {
  ADD_OPTIONS,
  LIST_OPTIONS,
  PATCH_OPTIONS,
  PRUNE_OPTIONS,
  RECIPE_SCRIPT_OPTIONS,
  REMOVE_OPTIONS,
  RUN_OPTIONS,
  SEARCH_REQUEST,
  SESSION_OPTIONS,
  SYNC_OPTIONS,
} from "../generated/checks.js";
import type {
  AddOptions as AddOptionsRecord,
  Limits as LimitsRecord,
  ListOptions,
  PatchOptions as PatchOptionsRecord,
  ProgressEvent,
  PruneOptions as PruneOptionsRecord,
  RemoveOptions as RemoveOptionsRecord,
  RunOptions as RunOptionsRecord,
  SearchRequest,
  SessionOptions,
  SyncOptions as SyncOptionsRecord,
} from "../generated/types.js";
import type { StdinSource } from "./stdin.js";

/** Fields that may be left out. Rust uses null for that, which is not a valid value here. */
type Options<Settings> = { [Name in keyof Settings]?: Exclude<Settings[Name], null> };

/** What a run may use at most. A run that exceeds a limit is ended, and `result.limit` says which. */
export interface Limits extends Options<LimitsRecord> {}

/**
 * Settings of a session.
 *
 * Defaults that the fields do not tell: `isolation` is `strict` (the script sees none of this process's variables but
 * those of `passEnv`), `staging` is `build`, flags are false, lists are empty.
 */
export interface DebugSessionOptions
  extends Options<Omit<SessionOptions, "excludeNewer" | "authFile" | "limits">> {
  /** What each run may use; those of a run override them. Default: no limits. */
  limits?: Limits;
  /** Ignore packages that were uploaded after this moment. */
  excludeNewer?: Date;
  /** Credentials; default: the store, the keyring, `.netrc` and environment variables that conda tools share. */
  auth?: { file?: string };
  /**
   * Takes what is happening, fit for a progress bar or a log. What it throws, or rejects with, stops the set-up, which
   * rejects with it and leaves nothing behind.
   */
  onProgress?: (event: ProgressEvent) => void;
  /** Stops the set-up, which then rejects with the signal's reason and leaves nothing behind. */
  signal?: AbortSignal;
}

/** What is done about other outputs of the recipe that a session's environments contain. */
export interface NeedsOptions {
  /**
   * `fail`: they must be in the output folder or a channel. `build`: those that are not in the output folder are built
   * into it first, and not tested; requires `outputDir`. Default: `fail`.
   */
  needs?: "fail" | "build";
}

/** Options that only TypeScript has: callbacks and signals do not cross to the addon. */
const WAIT = { signal };
const WORK = { ...WAIT, onProgress: callback };

const { authFile, cacheDir, offline, ...SETTINGS } = SESSION_OPTIONS;
const ACCESS = { cacheDir, offline, auth: optionsOf({ file: authFile }, "auth") };

/** How a session is reopened. */
export interface AttachOptions extends Pick<DebugSessionOptions, "cacheDir" | "auth" | "offline"> {
  /** Stops the call, which rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Options of a call that only waits. */
export interface WaitOptions {
  /** Stops the call, which rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** Options of a call that waits and reports progress. */
export interface WorkOptions extends WaitOptions {
  /** Receives progress events. */
  onProgress?: (event: ProgressEvent) => void;
}

const SESSION = { ...SETTINGS, ...ACCESS, ...WORK };

/** What only `create` takes. */
const CREATE = { ...SESSION, needs: oneOf("fail", "build") };

/** Options, read once: what crosses to the addon as JSON text, and what stays here. */
export type Taken<Stays> = Stays & { json: string };

/** A session's settings. */
export function takeSession(
  options: DebugSessionOptions | undefined,
): Taken<Pick<DebugSessionOptions, "onProgress" | "signal">> {
  const { auth, onProgress, signal, ...rest } = takeOptions(options, SESSION);
  return { json: JSON.stringify({ ...rest, authFile: auth?.file }), ...defined({ onProgress, signal }) };
}

/** The settings for creating a session. */
export function takeCreate(
  options: (DebugSessionOptions & NeedsOptions) | undefined,
): ReturnType<typeof takeSession> & NeedsOptions {
  const { auth, onProgress, signal, needs, ...rest } = takeOptions(options, CREATE);
  return {
    json: JSON.stringify({ ...rest, authFile: auth?.file }),
    ...defined({ onProgress, signal, needs }),
  };
}

/** The settings for reopening a session. */
export function takeAttach(options: AttachOptions | undefined): Taken<WaitOptions> {
  const { auth, signal: stop, ...rest } = takeOptions(options, { ...ACCESS, ...WAIT });
  return { json: JSON.stringify({ ...rest, authFile: auth?.file }), ...defined({ signal: stop }) };
}

/**
 * How environments are solved without being installed.
 *
 * @example
 * const [lock] = await DebugSession.solve(variant, { channels: ["conda-forge"], platforms: ["linux-64"] });
 * console.log(lock.host.map(({ name }) => name)); // → []
 */
export interface SolveOptions
  extends Pick<
      DebugSessionOptions,
      | "channels"
      | "channelPriority"
      | "outputDir"
      | "cacheDir"
      | "offline"
      | "excludeNewer"
      | "mirrors"
      | "auth"
      | "staging"
    >,
    WorkOptions {
  /** Host platforms to solve for. Default: the variant's own. */
  platforms?: string[];
}

/** The settings for solving. */
export function takeSolve(options: SolveOptions | undefined): Taken<WorkOptions> & { platforms: string } {
  const { channels, channelPriority, outputDir, excludeNewer, mirrors, staging } = SETTINGS;
  const solving = { channels, channelPriority, outputDir, excludeNewer, mirrors, staging };
  const taken = takeOptions(options, { ...solving, ...ACCESS, ...WORK, platforms: names });
  const { platforms = [], auth, onProgress: report, signal: stop, ...rest } = taken;
  return {
    json: JSON.stringify({ ...rest, authFile: auth?.file }),
    platforms: JSON.stringify(platforms),
    ...defined({ signal: stop, onProgress: report }),
  };
}

/** How channels are searched. */
export interface SearchOptions
  extends Options<Omit<SearchRequest, "query">>,
    Pick<DebugSessionOptions, "cacheDir" | "offline" | "auth" | "mirrors">,
    WorkOptions {}

/** The settings for searching channels. */
export function takeSearch(
  query: string,
  channels: readonly string[] | undefined,
  options: SearchOptions | undefined,
): Taken<WorkOptions> & { request: string } {
  const { query: _query, ...search } = SEARCH_REQUEST;
  const checks = { ...search, mirrors: SESSION.mirrors, ...ACCESS, ...WORK };
  const taken = takeOptions(options, checks);
  const { auth, onProgress: report, signal: stop, kind, platform, limit, maxDownloads, ...rest } = taken;
  const request = { query: checkArgument("query", query, name), kind, platform, limit, maxDownloads };
  return {
    json: JSON.stringify({ ...rest, channels, authFile: auth?.file }),
    request: JSON.stringify(request),
    ...defined({ signal: stop, onProgress: report }),
  };
}

/**
 * How a script or command runs.
 *
 * Without options: no trace, no time limit, no further variables, an empty standard input.
 *
 * @example
 * const stop = new AbortController();
 * const lines: string[] = [];
 * await session.runScript({
 *   env: { VERBOSE: "1" },
 *   timeoutMs: 10 * 60_000,
 *   signal: stop.signal,
 *   onStdout: (text) => lines.push(text),
 * });
 * console.log(lines.join("").trim()); // → Hello, wrold
 */
export interface RunOptions extends Partial<Omit<RunOptionsRecord, "stdin" | "limits">> {
  /** What the run may use; for what this leaves open, the session's limits hold. */
  limits?: Limits;
  /**
   * What the script reads from its standard input: a text, or a stream of strings or bytes that is passed on as it comes.
   * A stream that fails stops the run, which rejects with its error. Default: nothing.
   */
  stdin?: StdinSource;
  /** Stops the whole process tree; the call rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Takes output as it comes. What it throws, or rejects with, stops the run, and the call rejects with it. */
  onStdout?: (text: string) => void;
  /** Takes error output as it comes. */
  onStderr?: (text: string) => void;
}

const RUN = { ...RUN_OPTIONS, ...WAIT, stdin: stdinSource, onStdout: callback, onStderr: callback };

/** A run's settings. */
export function takeRun(options: RunOptions | undefined): Taken<
  Pick<RunOptions, "signal" | "onStdout" | "onStderr" | "maxOutputBytes"> & {
    input?: AsyncIterable<string | Uint8Array>;
  }
> {
  const { signal, onStdout, onStderr, stdin, ...rest } = takeOptions(options, RUN);
  const { maxOutputBytes } = rest;
  const [text, input] = typeof stdin === "object" ? [undefined, stdin] : [stdin, undefined];
  return {
    json: JSON.stringify({ ...rest, stdin: text }),
    ...defined({ signal, onStdout, onStderr, maxOutputBytes, input }),
  };
}

/**
 * How packages are added.
 *
 * @example
 * const { added } = await session.addPackages(["libgreet"], {
 *   environment: "build",
 *   onProgress: (event) => event.kind === "package" && console.error(event),
 * });
 * console.log(added.length); // → 1
 */
export interface AddPackagesOptions extends Options<AddOptionsRecord>, WorkOptions {}

/** The settings for adding packages. */
export function takeAdd(options: AddPackagesOptions | undefined): Taken<WorkOptions> {
  const { signal, onProgress, ...rest } = takeOptions(options, { ...ADD_OPTIONS, ...WORK });
  return { json: JSON.stringify(rest), ...defined({ signal, onProgress }) };
}

/** How packages are removed. */
export interface RemovePackagesOptions extends Options<RemoveOptionsRecord>, WorkOptions {}

/** The settings for removing packages. */
export function takeRemove(options: RemovePackagesOptions | undefined): Taken<WorkOptions> {
  const { signal, onProgress, ...rest } = takeOptions(options, { ...REMOVE_OPTIONS, ...WORK });
  return { json: JSON.stringify(rest), ...defined({ signal, onProgress }) };
}

/**
 * How a session is brought in line with its recipe.
 *
 * @example
 * const { files } = await session.sync(variant, { conflicts: "local" });
 * console.log(files.length); // → 0
 */
export interface SyncOptions extends Options<SyncOptionsRecord>, WorkOptions {}

/** The settings for bringing a session in line with its recipe. */
export function takeSync(
  options: SyncOptions | undefined,
): Taken<Pick<SyncOptions, "signal" | "onProgress">> {
  const { signal, onProgress, ...rest } = takeOptions(options, { ...SYNC_OPTIONS, ...WORK });
  return { json: JSON.stringify(rest), ...defined({ signal, onProgress }) };
}

/**
 * How a patch is created.
 *
 * Flags default to false, lists are empty: changes, deletions and renames of all files are taken, new files only where
 * `add` names them.
 *
 * @example
 * await writeFile(`${session.workDir}/notes.txt`, "new\n");
 * const { files } = await session.createPatch({ add: ["*.txt"], dryRun: true });
 * console.log(files[0].path, files[0].change); // → notes.txt added
 */
export interface PatchOptions extends Partial<PatchOptionsRecord>, WorkOptions {}

/** A patch's settings. */
export function takePatch(options: PatchOptions | undefined): Taken<WorkOptions> {
  const { signal, onProgress, ...rest } = takeOptions(options, { ...PATCH_OPTIONS, ...WORK });
  return { json: JSON.stringify(rest), ...defined({ signal, onProgress }) };
}

/** The settings for carrying edits of the build script into the recipe. */
export function takeRecipeScript(
  options: ({ dryRun?: boolean } & WaitOptions) | undefined,
): Taken<WaitOptions> {
  const { signal: stop, ...rest } = takeOptions(options, { ...RECIPE_SCRIPT_OPTIONS, ...WAIT });
  return { json: JSON.stringify(rest), ...defined({ signal: stop }) };
}

/** Where sessions are looked for. */
export interface ListSessionsOptions extends Partial<ListOptions>, WaitOptions {}

/** The settings for finding sessions. */
export function takeList(options: ListSessionsOptions | undefined): Taken<WaitOptions> {
  const { signal: stop, ...rest } = takeOptions(options, { ...LIST_OPTIONS, ...WAIT });
  return { json: JSON.stringify(rest), ...defined({ signal: stop }) };
}

/**
 * Which sessions are removed.
 *
 * Without options: of any age, and only those whose process ended without closing them.
 */
export interface PruneSessionsOptions extends Partial<Omit<PruneOptionsRecord, "olderThan">>, WorkOptions {
  /** Only those that were created before this moment. */
  olderThan?: Date;
}

/** The settings for removing sessions. */
export function takePrune(options: PruneSessionsOptions | undefined): Taken<WorkOptions> {
  const { signal, onProgress, ...rest } = takeOptions(options, { ...PRUNE_OPTIONS, ...WORK });
  return { json: JSON.stringify(rest), ...defined({ signal, onProgress }) };
}

/** The one option of calls that take nothing but a signal. */
export function takeSignal(options: { signal?: AbortSignal } | undefined): AbortSignal | undefined {
  return takeOptions(options, WAIT).signal;
}

/** How a session is closed. */
export interface CloseOptions extends WaitOptions {
  /** Keep the folders although the session made them. Default: false. */
  keep?: boolean;
  /** Remove the build folder although it is in an `outputDir` that was given. Default: false. */
  remove?: boolean;
}

/** The settings for closing a session. */
export function takeClose(options: CloseOptions | undefined): Taken<WaitOptions> & { isRefused: boolean } {
  const taken = takeOptions(options, { keep: flag, remove: flag, ...WAIT });
  const { keep = false, remove = false } = taken;
  // The addon refuses these two together, and the session stays open.
  const isRefused = keep && remove;
  return { json: JSON.stringify({ keep, remove }), isRefused, ...defined({ signal: taken.signal }) };
}

/** A command: a line for the shell, or a program with its arguments. */
export function commandText(command: string | string[]): string {
  if (typeof command === "string") return JSON.stringify(checkArgument("command", command, filledName));
  const list = checkArgument("command", command, listOf("a command line, or a list of strings", name));
  checkArgument("command[0]", list[0], filledName);
  return JSON.stringify(list);
}

/** Without the properties that are undefined. */
function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
