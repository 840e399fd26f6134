/** Loading of the WebAssembly core: by itself where files can be read, with `init()` elsewhere. */

import * as core from "../wasm/recipe.js";
import { type ModuleSource, WasmModule } from "./loader.js";

export type { ModuleSource } from "./loader.js";

const MODULE = new WasmModule(
  core,
  () => new URL("../wasm/recipe_bg.wasm", import.meta.url),
  "the WebAssembly core",
  "call `await init()` before using recipes",
);

/**
 * Loads the WebAssembly core. Needed once in browsers and workers, before anything else is used; elsewhere the first use
 * loads it.
 *
 * @param module Where the module is, if not next to this file: a URL, a response, its bytes or a compiled module.
 * @throws SidewinderError with code `WASM_NOT_LOADED` when it cannot be loaded; another call tries again.
 *
 * @example
 * await init(); // or `await init(new URL("/assets/recipe_bg.wasm", location.href))`
 * console.log(Stage0Recipe.check(text).length); // → 0
 */
export function init(module?: ModuleSource): Promise<void> {
  return MODULE.init(module);
}

let maxLength: number | undefined;

/** @internal Whether a text is longer than the core reads: it is refused before it is copied. */
export function isTooLong(text: string): boolean {
  // A text has at least as many bytes as UTF-16 code units.
  maxLength ??= wasm().maxTextBytes();
  return text.length > maxLength;
}

/** @internal The functions of the core, loaded. */
export function wasm(): typeof core {
  return MODULE.functions;
}
