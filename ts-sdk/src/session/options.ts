/** What callers may choose, checked and made into the texts that cross to the addon. */

import {
  type Checks,
  callback,
  checkArgument,
  count,
  date,
  duration,
  filledName,
  flag,
  listOf,
  name,
  names,
  oneOf,
  recordOf,
  signal,
  stdinSource,
  takeOptions,
  variableNames,
  variables,
} from "../checks.js";
import type {
  Limits as LimitsRecord,
  ListOptions,
  PatchOptions as PatchOptionsRecord,
  ProgressEvent,
  PruneOptions as PruneOptionsRecord,
  RunOptions as RunOptionsRecord,
  Sandbox,
  SandboxRules,
  SessionOptions,
  SyncOptions as SyncOptionsRecord,
} from "../generated/types.js";
import type { StdinSource } from "./stdin.js";

/** What may be left out; null, which stands for that on the other side of the border, is not an option's value here. */
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

const ATTACH: Checks = {
  cacheDir: filledName,
  auth: (value) => takeOptions(value as { file?: string }, { file: filledName }, "auth"),
  offline: flag,
};

function limitsOf(value: unknown): Limits {
  const checks = {
    memoryBytes: count,
    cpuSeconds: duration,
    processes: count,
    diskBytes: count,
    logBytes: count,
  };
  return takeOptions(value as Limits, checks, "limits");
}

function sandboxOf(value: unknown): Sandbox {
  if (typeof value === "boolean") return value;
  return takeOptions(value as SandboxRules, { read: names, write: names, network: flag }, "sandbox");
}

const SESSION: Checks = {
  channels: names,
  channelPriority: oneOf("strict", "flexible", "disabled"),
  outputDir: filledName,
  noBuildId: flag,
  excludeNewer: date,
  isolation: oneOf("strict", "none"),
  passEnv: variableNames,
  packages: oneOf("shared", "private"),
  staging: oneOf("build", "debug"),
  mirrors: recordOf("an object of lists of addresses", names, name),
  network: flag,
  limits: limitsOf,
  sandbox: sandboxOf,
  attestation: oneOf("refuse", "skip"),
  onProgress: callback,
  signal,
  ...ATTACH,
};

/** Options, read once: what crosses to the addon as JSON text, and what stays here. */
export type Taken<Stays> = Stays & { json: string };

/** A session's settings. */
export function takeSession(
  options: DebugSessionOptions | undefined,
): Taken<Pick<DebugSessionOptions, "onProgress" | "signal">> {
  const { auth, onProgress, signal, ...rest } = takeOptions(options, SESSION);
  return { json: JSON.stringify({ ...rest, authFile: auth?.file }), ...defined({ onProgress, signal }) };
}

/** The settings for taking up a session. */
export function takeAttach(
  options: Pick<DebugSessionOptions, "cacheDir" | "auth" | "offline"> | undefined,
): string {
  const { auth, ...rest } = takeOptions(options, ATTACH);
  return JSON.stringify({ ...rest, authFile: auth?.file });
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

const RUN: Checks = {
  trace: flag,
  timeoutMs: duration,
  signal,
  env: variables,
  stdin: stdinSource,
  keepRunning: flag,
  limits: limitsOf,
  onStdout: callback,
  onStderr: callback,
  maxOutputBytes: count,
};

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
export interface AddPackagesOptions {
  /** Which environment. Default: `host`. */
  environment?: "host" | "build";
  /** Channels instead of the session's. */
  channels?: string[];
  /** Stops the call, which rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Takes what is happening. */
  onProgress?: (event: ProgressEvent) => void;
}

const ADD: Checks = { environment: oneOf("host", "build"), channels: names, signal, onProgress: callback };

/** The settings for adding packages. */
export function takeAdd(
  options: AddPackagesOptions | undefined,
): Taken<Pick<AddPackagesOptions, "signal" | "onProgress">> {
  const { environment = "host", channels, signal, onProgress } = takeOptions(options, ADD);
  return { json: JSON.stringify({ environment, channels }), ...defined({ signal, onProgress }) };
}

/**
 * How a session is brought in line with its recipe.
 *
 * @example
 * const { files } = await session.sync(variant, { conflicts: "local" });
 * console.log(files.length); // → 0
 */
export interface SyncOptions extends Options<SyncOptionsRecord> {
  /** Stops the call, which rejects with the signal's reason. The session is then what it was. */
  signal?: AbortSignal;
  /** Receives progress events. */
  onProgress?: (event: ProgressEvent) => void;
}

const SYNC: Checks = { conflicts: oneOf("fail", "recipe", "local"), signal, onProgress: callback };

/** The settings for bringing a session in line with its recipe. */
export function takeSync(
  options: SyncOptions | undefined,
): Taken<Pick<SyncOptions, "signal" | "onProgress">> {
  const { signal, onProgress, ...rest } = takeOptions(options, SYNC);
  return { json: JSON.stringify(rest), ...defined({ signal, onProgress }) };
}

/**
 * How a patch is made.
 *
 * Flags default to false, lists are empty: changes and deletions of all files are taken, new files only where `add` names
 * them.
 *
 * @example
 * await writeFile(`${session.workDir}/notes.txt`, "new\n");
 * const { files } = await session.createPatch({ add: ["*.txt"], dryRun: true });
 * console.log(files[0].path, files[0].change); // → notes.txt added
 */
export interface PatchOptions extends Partial<PatchOptionsRecord> {}

const PATCH: Checks = {
  name,
  outputDir: filledName,
  overwrite: flag,
  include: names,
  exclude: names,
  add: names,
  dryRun: flag,
  updateRecipe: flag,
};

/** The JSON text of a patch's settings. */
export function patchText(options: PatchOptions | undefined): string {
  return JSON.stringify(takeOptions(options, PATCH));
}

/** Where sessions are looked for. */
export interface ListSessionsOptions extends Partial<ListOptions> {}

/** The JSON text of the settings for finding sessions. */
export function listText(options: ListSessionsOptions | undefined): string {
  return JSON.stringify(takeOptions(options, { cacheDir: filledName }));
}

/**
 * Which sessions are removed.
 *
 * Without options: of any age, and only those whose process ended without closing them.
 */
export interface PruneSessionsOptions extends Partial<Omit<PruneOptionsRecord, "olderThan">> {
  /** Only those that were made before this moment. */
  olderThan?: Date;
}

/** The JSON text of the settings for removing sessions. */
export function pruneText(options: PruneSessionsOptions | undefined): string {
  return JSON.stringify(takeOptions(options, { cacheDir: filledName, kept: flag, olderThan: date }));
}

/** The one option of calls that take nothing but a signal. */
export function takeSignal(options: { signal?: AbortSignal } | undefined): AbortSignal | undefined {
  return takeOptions(options, { signal }).signal;
}

/** The JSON text of how a session is closed. */
export function closeText(options: { keep?: boolean; remove?: boolean } | undefined): string {
  const { keep = false, remove = false } = takeOptions(options, { keep: flag, remove: flag });
  return JSON.stringify({ keep, remove });
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
