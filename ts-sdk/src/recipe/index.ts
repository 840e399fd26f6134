/**
 * Recipes in any JavaScript runtime: parse and render, nothing else. WebAssembly, no Node built-in, no native code.
 *
 * In a browser or worker call `await init()` first.
 */

export {
  type ErrorData,
  RecipeEditError,
  RecipeParseError,
  RecipeRenderError,
  SidewinderError,
  VariantError,
} from "../errors.js";
export type {
  Completion,
  CompletionKind,
  Conversion,
  Diagnostic,
  EditFault,
  Evidence,
  FileRename,
  Finding,
  FindingKind,
  Fix,
  Hover,
  LineRange,
  LintFinding,
  LintFix,
  LintFixResult,
  LintSeverity,
  RecipeEdit,
  RelatedPlace,
  RenderedVariant,
  Span,
  Stage1Recipe,
  Suggestion,
  TextEdit,
  Upstream,
  UpstreamKind,
} from "../generated/types.js";
export type { RenderConfig } from "./config.js";
export { type ConvertOptions, convertRecipe } from "./convert.js";
export { type BuildLog, type DiagnoseOptions, diagnose, initDiagnosis } from "./diagnose.js";
export { completeRecipe, hoverRecipe } from "./editor.js";
export type { Checksums, Fetch } from "./fetch-checksums.js";
export { formatDiagnostics } from "./frames.js";
export {
  applyTextEdits,
  fixRecipe,
  type LintOptions,
  type LintRule,
  lintRecipe,
  lintRules,
} from "./lint.js";
export { MatchSpec, type PackageFields } from "./match-spec.js";
export {
  type AnnouncedVersion,
  HttpVersionSource,
  type HttpVersionSourceOptions,
  type NewVersionsOptions,
  newVersions,
  type VersionSource,
} from "./new-versions.js";
export type { Platform } from "./platform.js";
export { type JsonSchema, recipeSchema, variantSchema } from "./schema.js";
export { type ParseOptions, Stage0Recipe } from "./stage0.js";
export { initTools } from "./tools.js";
export type { RecipeUpdate, UpdatedSource, UpdateOptions } from "./update.js";
export { VariantConfig, type VariantFileOptions, type VariantValue } from "./variant-config.js";
export { Version, VersionSpec } from "./version.js";
export { init, type ModuleSource } from "./wasm.js";
