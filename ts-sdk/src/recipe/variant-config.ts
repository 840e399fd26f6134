/// <reference lib="esnext.disposable" preserve="true" />
/** Variant keys and their values. */

import {
  checkArgument,
  invalidOption,
  listOf,
  names,
  oneOf,
  record,
  recordOf,
  takeOptions,
  text,
  texts,
  value,
} from "../checks.js";
import { VariantError } from "../errors.js";
import type { Diagnostic, VariantValue as VariantValueRecord } from "../generated/types.js";
import type { Variants } from "../wasm/recipe.js";
import { configText, coreSettings, type RenderConfig } from "./config.js";
import { jsonText } from "./json.js";
import { Live } from "./live.js";
import { readText, requireNode } from "./node.js";
import { guarded } from "./thrown.js";
import { isTooLong, wasm } from "./wasm.js";

/** One value of a variant key. `3`, `"3"` and `true` are different values with different hashes. */
export type VariantValue = VariantValueRecord;

/**
 * How a variant file's text is read.
 *
 * @example
 * const file = "python:\n  - 3.12.*\n";
 * const [value] = VariantConfig.fromYaml(file, { path: "variants.yaml" }).get("python") ?? [];
 * console.log(value); // → 3.12.*
 */
export interface VariantFileOptions {
  /** Which rules it follows. Default: `variants`. */
  format?: "variants" | "conda_build_config";
  /** Platforms and more that conditions and selectors in the file depend on. */
  config?: RenderConfig;
  /** Where the text comes from: named in diagnostics. */
  path?: string;
}

const VALUES = recordOf("an object", listOf("a list of strings, numbers and booleans", value));

/** Needs no core: a program may make one before `init()`. */
const EMPTY = '{"values":{},"zipKeys":[]}';
const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * Variant keys with their values, and zip keys: what `variants.yaml` or `conda_build_config.yaml` say.
 *
 * Values do not change; {@link merge} gives a new configuration.
 *
 * @example
 * const variants = new VariantConfig({ python: ["3.11.*", "3.12.*"] });
 * console.log(variants.get("python")?.length); // → 2
 */
export class VariantConfig implements Disposable {
  /** Kept by the core: JavaScript numbers would not keep `3` and `3.0` apart. Nothing where there are no keys. */
  #core: Live<Variants> | undefined;
  #data: { values: Record<string, VariantValue[]>; zipKeys: string[][] } | undefined;

  /**
   * @param values Key → values. `-` and `.` in keys count as `_`.
   * @param options `zipKeys`: groups of keys whose values are walked index by index.
   */
  constructor(values: Record<string, VariantValue[]> = {}, options: { zipKeys?: string[][] } = {}) {
    const taken = checkArgument("values", values, VALUES);
    const { zipKeys = [] } = takeOptions(options, { zipKeys: listOf("a list of lists of strings", texts) });
    const given = jsonText({ values: taken, zipKeys });
    if (given !== EMPTY) this.#core = guarded(VariantError, () => coreVariants(given));
  }

  /**
   * Reads the text of a variant file.
   *
   * @throws VariantError with all problems of the text. What looks wrong though it can be read is in {@link warnings}.
   *
   * @example
   * const old = VariantConfig.fromYaml("python:\n  - 3.12\n  - 2.7  # [win]\n", {
   *   format: "conda_build_config",
   *   config: { targetPlatform: "linux-64" },
   * });
   * console.log(old.get("python")?.join()); // → 3.12
   */
  static fromYaml(yaml: string, options: VariantFileOptions = {}): VariantConfig {
    const { format, settings, path } = checkedFile(yaml, options);
    return VariantConfig.#read(yaml, format, settings, path);
  }

  /**
   * All errors and warnings of a variant file's text, without throwing: for editors, and for agents that repair files.
   *
   * @example
   * const [problem] = VariantConfig.check("python: 3.12\n");
   * console.log(problem.severity, problem.span?.line); // → error 1
   */
  static check(yaml: string, options: VariantFileOptions = {}): Diagnostic[] {
    const { format, settings, path } = checkedFile(yaml, options);
    return guarded(VariantError, () => {
      if (isTooLong(yaml)) return wasm().textTooLong(path) as Diagnostic[];
      return wasm().Variants.check(yaml, format, coreSettings(settings), path) as Diagnostic[];
    });
  }

  /**
   * Reads variant files; later files win. Files named `conda_build_config.yaml` are read by their own rules. Node.js only.
   *
   * @throws VariantError with all problems of the first file that has some.
   *
   * @example
   * const variants = await VariantConfig.fromFiles(["variants.yaml"], { targetPlatform: "linux-64" });
   * console.log(variants.keys.join()); // → python
   */
  static async fromFiles(paths: string[], config?: RenderConfig): Promise<VariantConfig> {
    const files = checkArgument("paths", paths, names);
    const node = requireNode("VariantConfig.fromFiles");
    const settings = configText(config);
    let merged = new VariantConfig();
    for (const path of files) {
      const yaml = await readText(node.fs, path);
      merged = merged.merge(VariantConfig.#read(yaml, "by-path", settings, path));
    }
    return merged;
  }

  static #read(yaml: string, format: string, settings: string, path: string | undefined): VariantConfig {
    const core = guarded(VariantError, () => {
      if (isTooLong(yaml)) throw new VariantError(wasm().textTooLong(path) as Diagnostic[]);
      const read = (): Variants => wasm().Variants.read(yaml, format, coreSettings(settings), path);
      return new Live(yaml.length, read);
    });
    return VariantConfig.#of(core);
  }

  static #of(core: Live<Variants>): VariantConfig {
    const config = new VariantConfig();
    config.#core = core;
    return config;
  }

  /**
   * This configuration with another one on top: its keys win, and its zip keys, where it has any, replace those here.
   *
   * @example
   * const pinned = new VariantConfig({ zlib: ["1.2"], python: ["3.11.*"] });
   * const merged = pinned.merge(new VariantConfig({ python: ["3.12.*"] }));
   * console.log(merged.get("zlib")?.join(), merged.get("python")?.join()); // → 1.2 3.12.*
   */
  merge(other: VariantConfig): VariantConfig {
    const below = VariantConfig.#live(this, "this");
    const above = VariantConfig.#live(other, "other");
    const merge = (): Variants => below.use((lower) => above.use((upper) => lower.merge(upper)));
    return VariantConfig.#of(new Live(below.length + above.length, merge));
  }

  /** What looks wrong in the files that it was read from, though they can be read: a key or selector without effect. */
  get warnings(): Diagnostic[] {
    return (this.#core?.use((core) => core.warnings()) ?? []) as Diagnostic[];
  }

  /** The keys, in file order. */
  get keys(): string[] {
    return Object.keys(this.#parsed().values);
  }

  /**
   * The values of a key.
   *
   * @returns A copy, or `undefined` if the key does not exist.
   */
  get(key: string): VariantValue[] | undefined {
    checkArgument("key", key, text);
    const { values } = this.#parsed();
    return Object.hasOwn(values, key) ? structuredClone(values[key]) : undefined;
  }

  /** Groups of keys whose values are walked index by index. */
  get zipKeys(): string[][] {
    return structuredClone(this.#parsed().zipKeys);
  }

  /**
   * Keys with their values, and zip keys, as plain data.
   */
  toJSON(): { values: Record<string, VariantValue[]>; zipKeys: string[][] } {
    return structuredClone(this.#parsed());
  }

  /**
   * @internal Problems that only show once all files are merged: `zip_keys` with different numbers of values, keys that do not
   * exist, a `target_platform` other than the requested one.
   */
  static problems(config: VariantConfig, targetPlatform?: string): Diagnostic[] {
    return guarded(VariantError, () =>
      VariantConfig.use(config, (core) => core.problems(targetPlatform) as Diagnostic[]),
    );
  }

  /** @internal Calls a function with what the core keeps of it. */
  static use<R>(config: VariantConfig, call: (core: Variants) => R): R {
    return VariantConfig.#live(config, "variants").use(call);
  }

  static #live(config: VariantConfig, argument: string): Live<Variants> {
    if (typeof config !== "object" || config === null || !(#core in config)) {
      throw invalidOption(argument, "expected a VariantConfig", {
        hint: "make one with `new VariantConfig(values)`; one of another copy of the package is read by its text",
      });
    }
    config.#core ??= coreVariants(EMPTY);
    return config.#core;
  }

  /**
   * Frees the memory that the WebAssembly core keeps for this configuration. It can still be used: it is then read again.
   *
   * Not needed in general, because the core keeps only what was used last.
   */
  free(): void {
    this.#core?.free();
  }

  /** {@link free}. */
  [Symbol.dispose](): void {
    this.free();
  }

  /** @internal What `console.log` shows in Node.js. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `VariantConfig ${inspect(this.#parsed(), options)}`;
  }

  #parsed(): { values: Record<string, VariantValue[]>; zipKeys: string[][] } {
    this.#data ??= JSON.parse(this.#core?.use((core) => core.toJson()) ?? EMPTY) as {
      values: Record<string, VariantValue[]>;
      zipKeys: string[][];
    };
    return this.#data;
  }
}

function checkedFile(
  yaml: string,
  options: VariantFileOptions,
): { format: string; settings: string; path: string | undefined } {
  checkArgument("text", yaml, text);
  const {
    format = "variants",
    config,
    path,
  } = takeOptions(options, { format: oneOf("variants", "conda_build_config"), config: record, path: text });
  return { format, settings: configText(config), path };
}

function coreVariants(values: string): Live<Variants> {
  return new Live(values.length, () => wasm().Variants.fromValues(values));
}
