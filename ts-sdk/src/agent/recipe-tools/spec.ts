/** How tools over the recipes of a folder are declared, and what their schemas share. */

import type { Diagnostic } from "../../generated/types.js";
import { formatDiagnostics } from "../../recipe/frames.js";
import { ends } from "../core/limit.js";
import type { ObjectSchema } from "../core/schema.js";
import { toolSpec } from "../core/tool.js";

/** Where recipes are. */
export interface RecipeRoot {
  /** Only files in this folder are read or written. */
  readonly root: string;
}

/** Declares a recipe tool with types from its schemas. */
export const recipeSpec = toolSpec<RecipeRoot>();

const MAX_DIAGNOSTICS = 100;

/** Fields that say what is wrong with a recipe. */
export const FINDINGS = {
  errors: { type: "integer", description: "Number of errors." },
  warnings: { type: "integer", description: "Number of warnings." },
  report: { type: "string", description: "Each problem with its line and how to fix it." },
} as const satisfies ObjectSchema["properties"];

/** Problems of a recipe, drawn with their lines. */
export function shownFindings(text: string, diagnostics: Diagnostic[], maxChars: number) {
  const count = (severity: string): number =>
    diagnostics.filter((diagnostic) => diagnostic.severity === severity).length;
  return {
    errors: count("error"),
    warnings: count("warning"),
    report: ends(formatDiagnostics(text, diagnostics.slice(0, MAX_DIAGNOSTICS)), Math.floor(maxChars / 2)),
  };
}
