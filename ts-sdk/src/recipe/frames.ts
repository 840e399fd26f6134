/** Diagnostics for people: each with the line it is about, underlined. */

import { checkArgument, flag, records, takeOptions, text } from "../checks.js";
import { RecipeParseError } from "../errors.js";
import type { Diagnostic } from "../generated/types.js";
import { jsonText } from "./json.js";
import { guarded } from "./thrown.js";
import { wasm } from "./wasm.js";

/**
 * Draws diagnostics with the lines that they are about, as compilers do.
 *
 * @param source The text that the diagnostics are about.
 * @param options `colours`: with ANSI colours. Default: without.
 */
export function formatDiagnostics(
  source: string,
  diagnostics: Diagnostic[],
  options: { colours?: boolean } = {},
): string {
  checkArgument("source", source, text);
  const { colours = false } = takeOptions(options, { colours: flag });
  const json = jsonText(checkArgument("diagnostics", diagnostics, records));
  return guarded(RecipeParseError, () => wasm().drawFrames(source, json, colours));
}
