/** Loading of the WebAssembly core: by itself where files can be read, with `init()` elsewhere. */

import { SidewinderError } from "../errors.js";
import start, * as core from "../wasm/recipe.js";
import { nodeFile } from "./node.js";

/**
 * Where a WebAssembly module comes from: an address, a response, its bytes, or a compiled `WebAssembly.Module`, which is
 * written `object` as not every set of TypeScript's libraries declares it.
 */
export type ModuleSource = URL | string | Response | ArrayBuffer | ArrayBufferView | object;

let ready = false;
let loading: Promise<void> | undefined;

/**
 * Loads the WebAssembly core. Needed once in browsers and workers, before anything else is used; elsewhere the first use
 * loads it.
 *
 * @param module Where the module is, if not beside this file: a URL, a response, its bytes or a compiled module.
 * @throws SidewinderError with code `WASM_NOT_LOADED` when it cannot be loaded; another call tries again.
 *
 * @example
 * await init(); // or `await init(new URL("/assets/recipe_bg.wasm", location.href))`
 * console.log(Stage0Recipe.check(text).length); // → 0
 */
export function init(module?: ModuleSource): Promise<void> {
  if (ready) return Promise.resolve();
  if (module === undefined && nodeFile() !== undefined) {
    loadFromFile();
    return Promise.resolve();
  }
  loading ??= start({ module_or_path: (module ?? coreFile()) as URL }).then(
    () => {
      ready = true;
    },
    (error: unknown) => {
      loading = undefined;
      throw new SidewinderError("WASM_NOT_LOADED", "the WebAssembly core cannot be loaded", { cause: error });
    },
  );
  return loading;
}

/** @internal The functions of the core, loaded. */
export function wasm(): typeof core {
  if (!ready) loadFromFile();
  return core;
}

function loadFromFile(): void {
  const files = nodeFile();
  if (files === undefined) {
    throw new SidewinderError("WASM_NOT_LOADED", "the WebAssembly core is not loaded", {
      hint: "call `await init()` before using recipes",
    });
  }
  const file = coreFile();
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = files.readFileSync(file);
  } catch (error) {
    throw new SidewinderError("WASM_NOT_LOADED", `the WebAssembly core cannot be read from ${file.href}`, {
      cause: error,
    });
  }
  core.initSync({ module: bytes });
  ready = true;
}

/** The module next to this file. Not a constant: in Cloudflare Workers `import.meta.url` is no URL, and importing must work. */
function coreFile(): URL {
  return new URL("../wasm/recipe_bg.wasm", import.meta.url);
}
