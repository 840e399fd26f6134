/** All that is wrong with a recipe file: what shows when its text is read, and what shows only when it is rendered. */

import type { Diagnostic } from "../generated/types.js";
import type { RenderConfig } from "./config.js";
import { readText, requireNode } from "./node.js";
import { Stage0Recipe } from "./stage0.js";
import type { VariantConfig } from "./variant-config.js";

/** A file's text, and what was found in it. */
export interface Findings {
  text: string;
  /** In the order of their places. */
  diagnostics: Diagnostic[];
  /** Whether variant files might define some of the variables that have no value. */
  needsVariants: boolean;
}

/**
 * Reads a recipe and, where its text has no error, renders it.
 *
 * @param variants What it is rendered for; `none`: it is only read. Without them it is rendered without any, and a variable
 *   that has no value is a warning, once for each: it may be a key of a variant file.
 * @throws SidewinderError with code `IO_FAILED` when the file cannot be read; RecipeRenderError for an unknown platform.
 */
export async function findingsOf(
  path: string,
  config: RenderConfig,
  variants?: VariantConfig | "none",
): Promise<Findings> {
  const node = requireNode("check");
  const text = await readText(node.fs, path);
  const { repodataRevision = "legacy" } = config;
  const read = Stage0Recipe.check(text, { path, repodataRevision });
  if (variants === "none" || read.some(({ severity }) => severity === "error")) {
    return { text, diagnostics: read, needsVariants: false };
  }
  const recipe = Stage0Recipe.parseFile(text, path, { repodataRevision });
  return { text, ...recipe.findings(variants, config) };
}
