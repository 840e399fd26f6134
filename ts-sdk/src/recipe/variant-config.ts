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
import type { VariantValue as VariantValueRecord } from "../generated/types.js";
import { configText, type RenderConfig } from "./config.js";
import { jsonText } from "./json.js";
import { readText, requireNode } from "./node.js";
import { guarded } from "./thrown.js";
import { wasm } from "./wasm.js";

/** One value of a variant key. `3`, `"3"` and `true` are different values with different hashes. */
export type VariantValue = VariantValueRecord;

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
 * new VariantConfig({ python: ["3.11.*", "3.12.*"] })
 */
export class VariantConfig {
  /** As the core wrote it: JavaScript numbers would not keep `3` and `3.0` apart. */
  #json: string;
  #data: { values: Record<string, VariantValue[]>; zipKeys: string[][] } | undefined;

  /**
   * @param values Key → values. `-` and `.` in keys count as `_`.
   * @param options `zipKeys`: groups of keys whose values are walked index by index.
   */
  constructor(values: Record<string, VariantValue[]> = {}, options: { zipKeys?: string[][] } = {}) {
    const taken = checkArgument("values", values, VALUES);
    const { zipKeys = [] } = takeOptions(options, { zipKeys: listOf("a list of lists of strings", texts) });
    const given = jsonText({ values: taken, zipKeys });
    this.#json = given === EMPTY ? EMPTY : guarded(VariantError, () => wasm().newVariants(given));
  }

  /**
   * Reads the text of a variant file.
   *
   * @param options `format`: `variants` (default) or `conda_build_config`; `config`: platforms and more that
   *   conditions in the file depend on; `path`: named in diagnostics.
   * @throws VariantError with all problems of the text.
   */
  static fromYaml(
    yaml: string,
    options: { format?: "variants" | "conda_build_config"; config?: RenderConfig; path?: string } = {},
  ): VariantConfig {
    checkArgument("text", yaml, text);
    const {
      format = "variants",
      config,
      path,
    } = takeOptions(options, { format: oneOf("variants", "conda_build_config"), config: record, path: text });
    return VariantConfig.#of(
      guarded(VariantError, () => wasm().readVariants(yaml, format, configText(config), path)),
    );
  }

  /**
   * Reads variant files; later files win. Files named `conda_build_config.yaml` are read by their own rules. Node.js only.
   *
   * @throws VariantError with all problems of the first file that has some.
   */
  static async fromFiles(paths: string[], config?: RenderConfig): Promise<VariantConfig> {
    const files = checkArgument("paths", paths, names);
    const node = requireNode("VariantConfig.fromFiles");
    const settings = configText(config);
    let merged = new VariantConfig();
    for (const path of files) {
      const yaml = await readText(node.fs, path);
      merged = merged.merge(
        VariantConfig.#of(guarded(VariantError, () => wasm().readVariants(yaml, "by-path", settings, path))),
      );
    }
    return merged;
  }

  static #of(json: string): VariantConfig {
    const config = new VariantConfig();
    config.#json = json;
    return config;
  }

  /** This configuration with another one on top: its keys win, and its zip keys, where it has any, replace those here. */
  merge(other: VariantConfig): VariantConfig {
    const [below, above] = [this.#json, VariantConfig.text(other, "other")];
    return VariantConfig.#of(guarded(VariantError, () => wasm().mergeVariants(below, above)));
  }

  /** The keys, in file order. */
  get keys(): string[] {
    return Object.keys(this.#read().values);
  }

  /** The values of a key. */
  get(key: string): VariantValue[] | undefined {
    checkArgument("key", key, text);
    const { values } = this.#read();
    return Object.hasOwn(values, key) ? structuredClone(values[key]) : undefined;
  }

  /** Groups of keys whose values are walked index by index. */
  get zipKeys(): string[][] {
    return structuredClone(this.#read().zipKeys);
  }

  toJSON(): { values: Record<string, VariantValue[]>; zipKeys: string[][] } {
    return structuredClone(this.#read());
  }

  /** @internal The text that crosses to the core. */
  static text(config: VariantConfig, argument = "variants"): string {
    if (typeof config === "object" && config !== null && #json in config) return config.#json;
    throw invalidOption(argument, "expected a VariantConfig", {
      hint: "make one with `new VariantConfig(values)`; one of another copy of the package is read by its text",
    });
  }

  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    return `VariantConfig ${inspect(this.#read(), options)}`;
  }

  #read(): { values: Record<string, VariantValue[]>; zipKeys: string[][] } {
    this.#data ??= JSON.parse(this.#json) as { values: Record<string, VariantValue[]>; zipKeys: string[][] };
    return this.#data;
  }
}
