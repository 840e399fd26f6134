/** Loads a WebAssembly module: by itself where files can be read, with an explicit call elsewhere. */

import { SidewinderError } from "../errors.js";
import { nodeFile } from "./node.js";

/**
 * Where a WebAssembly module comes from: an address, a response, its bytes, or a compiled `WebAssembly.Module`, which is
 * written `object` as not every set of TypeScript's libraries declares it.
 */
export type ModuleSource = URL | string | Response | ArrayBuffer | ArrayBufferView | object;

/** The glue that wasm-bindgen generates for the web. */
interface Glue {
  default(source: { module_or_path: URL }): Promise<unknown>;
  initSync(source: { module: Uint8Array<ArrayBuffer> }): unknown;
}

/** One module, loaded at most once. */
export class WasmModule<G extends Glue> {
  readonly #glue: G;
  readonly #file: () => URL;
  readonly #what: string;
  readonly #hint: string;
  #ready = false;
  #loading: Promise<void> | undefined;

  /**
   * @param file The module next to the glue. Not a constant: in Cloudflare Workers `import.meta.url` is not a URL, and
   *   importing must work.
   * @param what Its name in messages.
   * @param hint What to do in runtimes that cannot read its file.
   */
  constructor(glue: G, file: () => URL, what: string, hint: string) {
    this.#glue = glue;
    this.#file = file;
    this.#what = what;
    this.#hint = hint;
  }

  /** Loads it; where files can be read, that is done when this returns. */
  init(source?: ModuleSource): Promise<void> {
    if (this.#ready) return Promise.resolve();
    if (source === undefined && nodeFile() !== undefined) {
      this.#loadFromFile();
      return Promise.resolve();
    }
    this.#loading ??= this.#glue.default({ module_or_path: (source ?? this.#file()) as URL }).then(
      () => {
        this.#ready = true;
      },
      (error: unknown) => {
        this.#loading = undefined;
        throw new SidewinderError("WASM_NOT_LOADED", `${this.#what} cannot be loaded`, { cause: error });
      },
    );
    return this.#loading;
  }

  /** The functions of the module, loaded. */
  get functions(): G {
    if (!this.#ready) this.#loadFromFile();
    return this.#glue;
  }

  #loadFromFile(): void {
    const files = nodeFile();
    if (files === undefined) {
      throw new SidewinderError("WASM_NOT_LOADED", `${this.#what} is not loaded`, { hint: this.#hint });
    }
    let place = "";
    let bytes: Uint8Array<ArrayBuffer>;
    try {
      // A bundle in CommonJS has no `import.meta.url`, so that this throws, too.
      const file = this.#file();
      place = ` from ${file.href}`;
      bytes = files.readFileSync(file);
    } catch (error) {
      throw new SidewinderError("WASM_NOT_LOADED", `${this.#what} cannot be read${place}`, {
        cause: error,
        hint:
          "if the SDK is part of a bundle, mark `sidewinder` as external in the bundler's configuration, or pass the module " +
          "to `init()`",
      });
    }
    this.#glue.initSync({ module: bytes });
    this.#ready = true;
  }
}
