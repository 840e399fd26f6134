/** What callers may choose, checked and made into the texts that cross to the addon. */

import {
  type Checks,
  callback,
  checkOptions,
  count,
  date,
  duration,
  flag,
  invalidOption,
  oneOf,
  record,
  signal,
  text,
  textRecord,
  texts,
} from "../checks.js";
import type {
  ListOptions,
  PatchOptions as PatchOptionsRecord,
  ProgressEvent,
  PruneOptions as PruneOptionsRecord,
  RunOptions as RunOptionsRecord,
  SessionOptions,
} from "../generated/types.js";

/** Settings of a session. */
export interface DebugSessionOptions extends Partial<Omit<SessionOptions, "excludeNewer" | "authFile">> {
  /** Ignore packages that were uploaded after this moment. */
  excludeNewer?: Date;
  /** Credentials; default: the store, `.netrc` and environment variables that conda tools share. */
  auth?: { file?: string };
  /** Takes what is happening, fit for a progress bar or a log. */
  onProgress?: (event: ProgressEvent) => void;
  /** Stops the set-up, which then rejects with the signal's reason and leaves nothing behind. */
  signal?: AbortSignal;
}

const SESSION: Checks = {
  channels: texts,
  channelPriority: oneOf("strict", "flexible", "disabled"),
  outputDir: text,
  cacheDir: text,
  noBuildId: flag,
  offline: flag,
  excludeNewer: date,
  auth: (value) =>
    record(value) ??
    ((value as { file?: unknown }).file === undefined ? undefined : text((value as { file: unknown }).file)),
  isolation: oneOf("strict", "none"),
  passEnv: texts,
  staging: oneOf("build", "debug"),
  network: flag,
  onProgress: callback,
  signal,
};

/** The JSON text of a session's settings. */
export function sessionText(options: DebugSessionOptions): string {
  checkOptions(options, SESSION);
  const { excludeNewer, auth, onProgress: _progress, signal: _signal, ...rest } = options;
  return JSON.stringify({ ...rest, excludeNewer: excludeNewer?.toISOString(), authFile: auth?.file });
}

/** How a script or command runs. */
export interface RunOptions extends Partial<RunOptionsRecord> {
  /** Stops the whole process tree; the call rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Takes output as it comes. */
  onStdout?: (text: string) => void;
  /** Takes error output as it comes. */
  onStderr?: (text: string) => void;
}

const RUN: Checks = {
  trace: flag,
  timeoutMs: duration,
  signal,
  env: textRecord,
  stdin: text,
  onStdout: callback,
  onStderr: callback,
  maxOutputBytes: count,
};

/** The JSON text of a run's settings. */
export function runText(options: RunOptions): string {
  checkOptions(options, RUN);
  const { signal: _signal, onStdout: _stdout, onStderr: _stderr, ...rest } = options;
  return JSON.stringify(rest);
}

/** How packages are added. */
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

const ADD: Checks = { environment: oneOf("host", "build"), channels: texts, signal, onProgress: callback };

/** The JSON text of the settings for adding packages. */
export function addText(options: AddPackagesOptions): string {
  checkOptions(options, ADD);
  return JSON.stringify({ environment: options.environment ?? "host", channels: options.channels });
}

/** How a patch is made. */
export interface PatchOptions extends Partial<PatchOptionsRecord> {}

const PATCH: Checks = {
  name: text,
  outputDir: text,
  overwrite: flag,
  include: texts,
  exclude: texts,
  add: texts,
  dryRun: flag,
  updateRecipe: flag,
};

/** The JSON text of a patch's settings. */
export function patchText(options: PatchOptions): string {
  checkOptions(options, PATCH);
  return JSON.stringify(options);
}

/** Where sessions are looked for. */
export interface ListSessionsOptions extends Partial<ListOptions> {}

/** The JSON text of the settings for finding sessions. */
export function listText(options: ListSessionsOptions): string {
  checkOptions(options, { cacheDir: text });
  return JSON.stringify(options);
}

/** Which sessions are removed. */
export interface PruneSessionsOptions extends Partial<Omit<PruneOptionsRecord, "olderThan">> {
  /** Only those that were made before this moment. */
  olderThan?: Date;
}

/** The JSON text of the settings for removing sessions. */
export function pruneText(options: PruneSessionsOptions): string {
  checkOptions(options, { cacheDir: text, kept: flag, olderThan: date });
  return JSON.stringify({ ...options, olderThan: options.olderThan?.toISOString() });
}

/** A command: a line for the shell, or a program with its arguments. */
export function commandText(command: string | string[]): string {
  const list = Array.isArray(command) ? command : [command];
  if (list.length === 0 || texts(list) !== undefined || list[0] === "") {
    throw invalidOption("command", "expected a command line, or a list of a program and its arguments");
  }
  return JSON.stringify(command);
}
