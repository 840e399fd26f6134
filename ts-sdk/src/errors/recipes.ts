/** Errors in recipes and variant files. */

import type { Diagnostic, EditFault, ErrorCode } from "../generated/types.js";
import { type ErrorDetails, SidewinderError } from "./base.js";

/** An invalid recipe or variant file; `diagnostics` lists every problem. */
abstract class DiagnosticsError extends SidewinderError {
  /** All problems, ordered by location. */
  readonly diagnostics: Diagnostic[];

  constructor(code: ErrorCode, what: string, diagnostics: Diagnostic[]) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    super(code, [what, ...errors.map(line)].join("\n"), { hint: errors[0]?.help });
    this.diagnostics = diagnostics;
  }
}

function line({ file, span, message, code }: Diagnostic): string {
  const place = [file, span?.line, span?.column].filter((part) => part !== undefined).join(":");
  return `  ${place === "" ? "" : `${place}: `}${message} [${code}]`;
}

/**
 * A recipe could not be parsed. Code `RECIPE_INVALID`.
 *
 * @example
 * try {
 *   Stage0Recipe.fromYaml("package:\n  name: hello\n  versoin: 1.0\n");
 * } catch (error) {
 *   if (!RecipeParseError.is(error)) throw error;
 *   for (const { code, span } of error.diagnostics) console.log(code, span?.line);
 * }
 */
export class RecipeParseError extends DiagnosticsError {
  static override readonly className: string = "RecipeParseError";

  constructor(diagnostics: Diagnostic[]) {
    super("RECIPE_INVALID", "failed to parse the recipe", diagnostics);
  }
}

/**
 * A recipe could not be rendered with the given variants and configuration. Code `RENDER_FAILED`.
 *
 * @example
 * const broken = Stage0Recipe.fromYaml("package: {name: hello, version: '${{ nothing }}'}");
 * try {
 *   broken.render();
 * } catch (error) {
 *   if (!RecipeRenderError.is(error)) throw error;
 *   console.log(error.diagnostics.length); // → 1
 * }
 */
export class RecipeRenderError extends DiagnosticsError {
  static override readonly className: string = "RecipeRenderError";

  constructor(diagnostics: Diagnostic[]) {
    super("RENDER_FAILED", "failed to render the recipe", diagnostics);
  }
}

/**
 * An edit could not be applied; the recipe is unchanged. Code `EDIT_FAILED`.
 *
 * @example
 * try {
 *   recipe.edit([{ kind: "removeRequirement", section: "host", name: "zlib" }]);
 * } catch (error) {
 *   if (!RecipeEditError.is(error)) throw error;
 *   console.log(error.fault); // → nothing-there
 * }
 */
export class RecipeEditError extends SidewinderError {
  static override readonly className: string = "RecipeEditError";
  /** Why the edit failed. */
  readonly fault: EditFault;
  /** Problems in the text before or after the edits; empty if the edits themselves are invalid. */
  readonly diagnostics: Diagnostic[];

  constructor(message: string, details: ErrorDetails & { fault: EditFault; diagnostics: Diagnostic[] }) {
    super("EDIT_FAILED", message, details);
    this.fault = details.fault;
    this.diagnostics = details.diagnostics;
  }
}

/**
 * A variant configuration is invalid. Code `VARIANTS_INVALID`.
 *
 * @example
 * try {
 *   VariantConfig.fromYaml("python: 3.12\n");
 * } catch (error) {
 *   if (!VariantError.is(error)) throw error;
 *   console.log(error.diagnostics[0].span.line); // → 1
 * }
 */
export class VariantError extends DiagnosticsError {
  static override readonly className: string = "VariantError";

  constructor(diagnostics: Diagnostic[]) {
    super("VARIANTS_INVALID", "failed to read the variant configuration", diagnostics);
  }
}
