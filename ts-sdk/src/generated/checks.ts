// Generated from the Rust structs by `cargo run -p xtask -- types`. Do not edit.

import {
  type Checks,
  count,
  date,
  duration,
  filledName,
  flag,
  flagOr,
  integer,
  name,
  names,
  oneOf,
  options,
  record,
  recordOf,
  text,
  textRecord,
  texts,
  variableNames,
  variables,
} from "../checks.js";

/** Checks of `Limits`. */
export const LIMITS = {
  memoryBytes: count,
  cpuSeconds: duration,
  processes: count,
  diskBytes: count,
  logBytes: count,
} satisfies Checks;

/** Checks of `SandboxRules`. */
export const SANDBOX_RULES = {
  read: names,
  write: names,
  network: flagOr(names),
} satisfies Checks;

/** Checks of `SessionOptions`. */
export const SESSION_OPTIONS = {
  channels: names,
  channelPriority: oneOf("strict", "flexible", "disabled"),
  outputDir: filledName,
  cacheDir: filledName,
  noBuildId: flag,
  offline: flag,
  excludeNewer: date,
  mirrors: recordOf("an object of lists of strings", names, name),
  authFile: filledName,
  isolation: oneOf("strict", "none"),
  passEnv: variableNames,
  network: flag,
  lock: record,
  packages: oneOf("shared", "private"),
  limits: options(LIMITS, "limits"),
  sandbox: flagOr(options(SANDBOX_RULES, "sandbox")),
  staging: oneOf("build", "debug"),
  attestation: oneOf("refuse", "skip"),
  archiveEntries: oneOf("skip", "refuse"),
} satisfies Checks;

/** Checks of `RunOptions`. */
export const RUN_OPTIONS = {
  trace: flag,
  timeoutMs: duration,
  env: variables,
  stdin: name,
  keepRunning: flag,
  limits: options(LIMITS, "limits"),
  maxOutputBytes: count,
} satisfies Checks;

/** Checks of `AddOptions`. */
export const ADD_OPTIONS = {
  environment: oneOf("build", "host"),
  channels: names,
  dryRun: flag,
} satisfies Checks;

/** Checks of `RemoveOptions`. */
export const REMOVE_OPTIONS = {
  environment: oneOf("build", "host"),
  dryRun: flag,
} satisfies Checks;

/** Checks of `SyncOptions`. */
export const SYNC_OPTIONS = {
  conflicts: oneOf("fail", "recipe", "local"),
} satisfies Checks;

/** Checks of `PatchOptions`. */
export const PATCH_OPTIONS = {
  name: name,
  outputDir: filledName,
  overwrite: flag,
  include: names,
  exclude: names,
  add: names,
  since: filledName,
  onTopOf: names,
  dryRun: flag,
  updateRecipe: flag,
} satisfies Checks;

/** Checks of `ListOptions`. */
export const LIST_OPTIONS = {
  cacheDir: filledName,
} satisfies Checks;

/** Checks of `PruneOptions`. */
export const PRUNE_OPTIONS = {
  cacheDir: filledName,
  kept: flag,
  olderThan: date,
} satisfies Checks;

/** Checks of `PackageOptions`. */
export const PACKAGE_OPTIONS = {
  format: oneOf("conda", "tar.bz2"),
  compressionLevel: integer,
  outputDir: filledName,
  threads: count,
  errorPrefixInBinary: flag,
  allowLinksOnWindows: flag,
  noIncludeRecipe: flag,
  sourceDateEpoch: count,
} satisfies Checks;

/** Checks of `RecipeScriptOptions`. */
export const RECIPE_SCRIPT_OPTIONS = {
  dryRun: flag,
} satisfies Checks;

/** Checks of `SearchRequest`. */
export const SEARCH_REQUEST = {
  query: name,
  kind: oneOf("package", "header", "command", "library", "pkg-config", "cmake", "python", "perl", "r", "file"),
  platform: name,
  limit: count,
  maxDownloads: count,
} satisfies Checks;

/** Checks of `RenderConfig`. */
export const RENDER_CONFIG = {
  targetPlatform: text,
  hostPlatform: text,
  buildPlatform: text,
  experimental: flag,
  repodataRevision: oneOf("legacy", "v3"),
  extraContext: record,
  env: textRecord,
  files: textRecord,
  git: record,
  buildNumberOverride: count,
  buildStringPrefix: text,
  buildEnvironmentNames: texts,
} satisfies Checks;
