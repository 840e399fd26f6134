/** All that is wrong with a recipe file: what shows when its text is read, and what shows only when it is rendered. */

import { RecipeRenderError } from "../errors.js";
import type { Diagnostic } from "../generated/types.js";
import type { RenderConfig } from "./config.js";
import { filesBeside } from "./files.js";
import { readText, requireNode } from "./node.js";
import { Stage0Recipe } from "./stage0.js";
import { VariantConfig } from "./variant-config.js";

/** A file's text, and what was found in it. */
export interface Findings {
  text: string;
  /** In the order of their places. */
  diagnostics: Diagnostic[];
}

/**
 * Reads a recipe and, where its text has no error, renders it.
 *
 * @param variants What it is rendered for; `none`: it is only read. Where they are not given it is rendered without any,
 *   and a variable that has no value is a warning, once for each: it may be a key of a variant file.
 * @throws SidewinderError with code `IO_FAILED` when the file cannot be read; what is wrong with `config`.
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
    return { text, diagnostics: read };
  }
  const recipe = Stage0Recipe.fromYaml(text, { path, repodataRevision });
  const files = await filesBeside(text, node.path.dirname(node.path.resolve(path)), node);
  const settings = { ...config, files: { ...files, ...config.files } };
  const rendered =
    variants === undefined
      ? withoutFiles(renderingFindings(recipe, new VariantConfig(), settings))
      : renderingFindings(recipe, variants, settings);
  const known = new Set(read.map(keyOf));
  const all = [...read, ...rendered.filter((one) => !known.has(keyOf(one)))];
  return { text, diagnostics: all.sort((a, b) => (a.span?.offset ?? -1) - (b.span?.offset ?? -1)) };
}

function renderingFindings(
  recipe: Stage0Recipe,
  variants: VariantConfig,
  config: RenderConfig,
): Diagnostic[] {
  try {
    return recipe.renderWithWarnings(variants, config).warnings;
  } catch (error) {
    // What has no place is about a setting, and the same for all recipes.
    if (!RecipeRenderError.is(error) || error.diagnostics.some(({ span }) => span === undefined)) throw error;
    return error.diagnostics;
  }
}

const UNDEFINED = "undefined-variable";

/** Of the variables that have no value, the first place of each, as a warning. */
function withoutFiles(found: Diagnostic[]): Diagnostic[] {
  const told = new Set<string>();
  return found.flatMap((one) => {
    if (one.code !== UNDEFINED) return [one];
    // The help names the variable.
    const key = one.help ?? one.message;
    if (told.has(key)) return [];
    told.add(key);
    return [{ ...one, severity: "warning" as const }];
  });
}

/** Whether some of what was found may go away with variant files. */
export function mayNeedVariants(found: readonly Diagnostic[]): boolean {
  return found.some(({ code }) => code === UNDEFINED);
}

function keyOf({ code, message, span }: Diagnostic): string {
  return JSON.stringify([code, message, span?.offset]);
}
