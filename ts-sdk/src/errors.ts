/** All errors that the SDK throws. Each has a stable `code` and may have a `hint`. */

export { type ErrorData, type ErrorDetails, SidewinderError } from "./errors/base.js";
export { RecipeEditError, RecipeParseError, RecipeRenderError, VariantError } from "./errors/recipes.js";
export {
  ChannelError,
  ChecksumError,
  InstallError,
  NativeAddonError,
  PackageError,
  PatchError,
  SessionBusyError,
  SessionClosedError,
  SolveError,
  SourceError,
  SyncConflictError,
} from "./errors/sessions.js";
