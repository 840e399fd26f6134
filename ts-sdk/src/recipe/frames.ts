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
 * @param options `colors`: with ANSI colors. Default: without.
 *
 * @example
 * const broken = "package:\n  name: hello\n  versoin: 1.0\n";
 * console.log(formatDiagnostics(broken, Stage0Recipe.check(broken)));
 */
export function formatDiagnostics(
  source: string,
  diagnostics: Diagnostic[],
  options: { colors?: boolean } = {},
): string {
  checkArgument("source", source, text);
  const { colors = false } = takeOptions(options, { colors: flag });
  const json = jsonText(checkArgument("diagnostics", diagnostics, records));
  return guarded(RecipeParseError, () => wasm().drawFrames(source, json, colors));
}
