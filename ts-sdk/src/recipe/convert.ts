/** Converts recipes of conda-build to the v1 format. WebAssembly, so that it also runs in a browser. */

import { type Checks, checkArgument, takeOptions, text, texts } from "../checks.js";
import type { Conversion } from "../generated/types.js";
import { callTools } from "./tools.js";

/** What a conversion may know besides the text. */
export interface ConvertOptions {
  /** Where the text comes from; named in diagnostics. */
  path?: string;
  /** Names of the files next to the recipe, such as `build.sh` and `run_test.py`: conda-build runs some by their names. */
  files?: string[];
}

const OPTIONS: Checks = { path: text, files: texts };

/**
 * Converts a `meta.yaml` of conda-build to a v1 recipe: Jinja variables to `context`, selectors to conditions, fields to their
 * new names and places.
 *
 * @param meta The text of the `meta.yaml`.
 * @returns The text of the new recipe, and diagnostics with places in the old one: an error for what has no counterpart, a
 *   warning for what is left out or should be checked. Without errors, both recipes mean the same.
 * @throws SidewinderError with code `INVALID_OPTION` for a wrong argument, `WASM_NOT_LOADED` in browsers before `initTools`.
 *
 * @example
 * const { recipe, diagnostics } = convertRecipe(`
 * {% set version = "1.0" %}
 * package:
 *   name: hello
 *   version: {{ version }}
 * requirements:
 *   run:
 *     - colorama  # [win]
 * `);
 * console.log(diagnostics.length); // → 0
 * console.log(recipe.includes("- if: win\n      then: colorama")); // → true
 */
export function convertRecipe(meta: string, options?: ConvertOptions): Conversion {
  checkArgument("text", meta, text);
  const given = JSON.stringify(takeOptions(options, OPTIONS));
  return callTools<Conversion>((tools) => tools.convertRecipe(meta, given));
}
