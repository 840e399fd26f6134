/** Errors about the texts of recipes and variant files. */

import type { Diagnostic, EditFault } from "../generated/types.js";
import { type ErrorDetails, SidewinderError } from "./base.js";

/** A text that cannot be read: all its problems are in `diagnostics`. */
abstract class DiagnosticsError extends SidewinderError {
  /** All problems, in the order of their places. */
  readonly diagnostics: Diagnostic[];

  constructor(code: string, what: string, diagnostics: Diagnostic[]) {
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
 * A recipe's text is wrong. Code `RECIPE_INVALID`.
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
    super("RECIPE_INVALID", "the recipe cannot be parsed", diagnostics);
  }
}

/**
 * A recipe cannot be rendered with these variants and settings. Code `RENDER_FAILED`.
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
    super("RENDER_FAILED", "the recipe cannot be rendered", diagnostics);
  }
}

/**
 * A recipe's text cannot be edited as asked; it stays as it was. Code `EDIT_FAILED`.
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
  /** What kept the edit from being made. */
  readonly fault: EditFault;
  /** What is wrong with the text, before the edits or after them; empty where the edits are at fault. */
  readonly diagnostics: Diagnostic[];

  constructor(message: string, details: ErrorDetails & { fault: EditFault; diagnostics: Diagnostic[] }) {
    super("EDIT_FAILED", message, details);
    this.fault = details.fault;
    this.diagnostics = details.diagnostics;
  }
}

/**
 * A variant configuration is wrong. Code `VARIANTS_INVALID`.
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
    super("VARIANTS_INVALID", "the variant configuration cannot be read", diagnostics);
  }
}
