/** Loading of the WebAssembly module with the tools for recipes: lint, schema, editor support, updates, conversion. */

import { RecipeParseError, type SidewinderError } from "../errors.js";
import type { Diagnostic } from "../generated/types.js";
import * as glue from "../wasm/tools.js";
import { type ModuleSource, WasmModule } from "./loader.js";
import { guarded } from "./thrown.js";

const MODULE = new WasmModule(
  glue,
  () => new URL("../wasm/tools_bg.wasm", import.meta.url),
  "the WebAssembly module with the tools for recipes",
  "call `await initTools()` before using it",
);

/**
 * Loads the WebAssembly module with the tools for recipes: lint, JSON Schema, editor support, updates and conversion. Needed
 * once in browsers and workers before one of them is used; elsewhere the first call loads it.
 *
 * @param module Where the module is, if not next to this file: a URL, a response, its bytes or a compiled module.
 * @throws SidewinderError with code `WASM_NOT_LOADED` when it cannot be loaded; another call tries again.
 *
 * @example
 * await initTools(); // or `await initTools(new URL("/assets/tools_bg.wasm", location.href))`
 */
export function initTools(module?: ModuleSource): Promise<void> {
  return MODULE.init(module);
}

/**
 * @internal Calls a function of the module. It returns JSON text, and what it throws is JSON text as well.
 *
 * @param Failure The class for problems of a text.
 */
export function callTools<T>(
  call: (functions: typeof glue) => string,
  Failure: new (diagnostics: Diagnostic[]) => SidewinderError = RecipeParseError,
): T {
  return guarded(Failure, () => {
    try {
      return JSON.parse(call(MODULE.functions)) as T;
    } catch (error) {
      throw typeof error === "string" ? parsed(error) : error;
    }
  });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return new Error(text);
  }
}
