/**
 * Parse and render conda recipes, and debug their builds.
 *
 * Recipes are handled in WebAssembly, which runs in any JavaScript runtime; `sidewinder/recipe` exports only that part. Debug
 * sessions need the native addon for Node.js, which is loaded when the first session is created.
 */

export type { BuildLock, BuildPhase, OutputReport } from "./build/build-output.js";
export { type BuildOptions, buildRecipe } from "./build/build-recipe.js";
export { BuildReport, formatReport } from "./build/report.js";
export { openPackageTest, packageTests, type TestPackageOptions, testPackage } from "./build/run-test.js";
export { type TestResult, TestSession } from "./build/test-session.js";
export {
  ChannelError,
  ChecksumError,
  type ErrorData,
  InstallError,
  NativeAddonError,
  PackageError,
  PatchError,
  RecipeEditError,
  RecipeParseError,
  RecipeRenderError,
  SessionBusyError,
  SessionClosedError,
  SidewinderError,
  SolveError,
  SourceError,
  SyncConflictError,
  VariantError,
} from "./errors.js";
export type {
  ActivationFailure,
  ArchiveFormat,
  BuiltPackage,
  CheckStatus,
  Completion,
  CompletionKind,
  Conflict,
  ConflictingEdge,
  ConflictingNode,
  ConflictKind,
  Conversion,
  DebugPaths,
  Diagnostic,
  DoctorCheck,
  EditedPackage,
  EditFault,
  EnvironmentChange,
  EnvironmentLock,
  ErrorCode,
  Evidence,
  FileRename,
  Finding,
  FindingKind,
  Fix,
  FoundBuild,
  FoundPackage,
  FoundVersion,
  Hover,
  InstalledPackage,
  LimitKind,
  LineRange,
  LintFinding,
  LintFix,
  LintFixResult,
  LintSeverity,
  LockedPackage,
  NameMatch,
  NearestPackages,
  NetworkAccess,
  PackagedFile,
  PackagedFileKind,
  PackageWarning,
  Patch,
  PrefixKind,
  ProgressEvent,
  PrunedSession,
  RecipeEdit,
  RecipeScriptUpdate,
  RecipeTest,
  RelatedPlace,
  RenderedVariant,
  Sandbox,
  SandboxRules,
  ScriptResult,
  SearchedPackages,
  SearchKind,
  SearchResult,
  SessionInfo,
  SessionState,
  Span,
  Stage1Recipe,
  Suggestion,
  SyncConflict,
  SyncResult,
  TestKind,
  TextEdit,
  Upstream,
  UpstreamKind,
  Usage,
} from "./generated/types.js";
export type { RenderConfig } from "./recipe/config.js";
export { type ConvertOptions, convertRecipe } from "./recipe/convert.js";
export { type BuildLog, type DiagnoseOptions, diagnose, initDiagnosis } from "./recipe/diagnose.js";
export { completeRecipe, hoverRecipe } from "./recipe/editor.js";
export type { Checksums, Fetch } from "./recipe/fetch-checksums.js";
export { formatDiagnostics } from "./recipe/frames.js";
export {
  applyTextEdits,
  fixRecipe,
  type LintOptions,
  type LintRule,
  lintRecipe,
  lintRules,
} from "./recipe/lint.js";
export { MatchSpec, type PackageFields } from "./recipe/match-spec.js";
export {
  type AnnouncedVersion,
  HttpVersionSource,
  type HttpVersionSourceOptions,
  type NewVersionsOptions,
  newVersions,
  type VersionSource,
} from "./recipe/new-versions.js";
export type { Platform } from "./recipe/platform.js";
export { type JsonSchema, recipeSchema, variantSchema } from "./recipe/schema.js";
export { type ParseOptions, Stage0Recipe } from "./recipe/stage0.js";
export { initTools } from "./recipe/tools.js";
export type { RecipeUpdate, UpdatedSource, UpdateOptions } from "./recipe/update.js";
export { VariantConfig, type VariantFileOptions, type VariantValue } from "./recipe/variant-config.js";
export { Version, VersionSpec } from "./recipe/version.js";
export { init, type ModuleSource } from "./recipe/wasm.js";
export { Channel } from "./session/channel.js";
export { type DoctorOptions, type DoctorReport, doctor } from "./session/doctor.js";
export { type LogEvent, type LogEventLevel, type LogOptions, onLog } from "./session/log.js";
export type {
  AddPackagesOptions,
  AttachOptions,
  CloseOptions,
  DebugSessionOptions,
  Limits,
  ListSessionsOptions,
  NeedsOptions,
  PatchOptions,
  PruneSessionsOptions,
  RemovePackagesOptions,
  RunOptions,
  SearchOptions,
  SolveOptions,
  SyncOptions,
  WaitOptions,
  WorkOptions,
} from "./session/options.js";
export type { PackageOptions } from "./session/package-options.js";
export type { OutputChunk, ScriptRun } from "./session/script-run.js";
export { DebugSession } from "./session/session.js";
export type { StdinSource } from "./session/stdin.js";
