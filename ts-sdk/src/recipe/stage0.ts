/// <reference lib="esnext.disposable" preserve="true" />
/** Recipes: parse, look, render. */

import { checkArgument, name, oneOf, records, takeOptions, text } from "../checks.js";
import { RecipeParseError, RecipeRenderError } from "../errors.js";
import type { Diagnostic, LintFinding, RecipeEdit, RenderedVariant } from "../generated/types.js";
import type { Recipe, Settings, Variants } from "../wasm/recipe.js";
import { configText, coreSettings, type RenderConfig } from "./config.js";
import { RecipeFiles } from "./files.js";
import { jsonText } from "./json.js";
import { applyTextEdits, fixRecipe, type LintOptions, lintRecipe } from "./lint.js";
import { Live } from "./live.js";
import { readText, requireNode } from "./node.js";
import { rememberSiblings } from "./siblings.js";
import { guarded } from "./thrown.js";
import { type RecipeUpdate, type UpdateOptions, updateText } from "./update.js";
import { VariantConfig } from "./variant-config.js";
import { isTooLong, wasm } from "./wasm.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/**
 * How a recipe's text is read.
 *
 * @example
 * const { path } = Stage0Recipe.fromYaml(text, { path: "recipes/hello/recipe.yaml" });
 * console.log(path); // → recipes/hello/recipe.yaml
 */
export interface ParseOptions {
  /** Where the text comes from: named in diagnostics, and passed on to debug sessions. */
  path?: string;
  /** Which package format features the recipe may use. Default: `legacy`; `v3` adds extras, flags and conditional dependencies. */
  repodataRevision?: "legacy" | "v3";
}

/**
 * A parsed recipe whose templates and conditions are not yet evaluated.
 *
 * @example
 * const recipe = Stage0Recipe.fromYaml("package: {name: hello, version: '1.0'}");
 * const [variant] = recipe.render();
 * console.log(variant.name, variant.version, variant.buildString); // → hello 1.0 …
 */
export class Stage0Recipe implements Disposable {
  readonly #core: Live<Recipe>;
  readonly #text: string;
  readonly #options: ParseOptions;
  readonly #files: RecipeFiles | undefined;

  private constructor(
    core: Live<Recipe>,
    yaml: string,
    options: ParseOptions,
    files: RecipeFiles | undefined,
  ) {
    this.#core = core;
    this.#text = yaml;
    this.#options = options;
    this.#files = files;
  }

  /**
   * Parses a recipe's text.
   *
   * @throws RecipeParseError with all problems of the text, not only the first.
   *
   * @example
   * const { kind, usedVariables } = Stage0Recipe.fromYaml(text, { path: "recipe.yaml" });
   * console.log(kind, usedVariables.length); // → single …
   */
  static fromYaml(yaml: string, options: ParseOptions = {}): Stage0Recipe {
    return Stage0Recipe.#parse(yaml, takeParse(yaml, options), undefined);
  }

  /**
   * Reads and parses a recipe file, and the files next to it that `load_from_file` names. Node.js only.
   *
   * @throws RecipeParseError with all problems of the text.
   *
   * @example
   * const recipe = await Stage0Recipe.fromFile("recipe.yaml");
   * console.log(recipe.path); // → …/recipe.yaml
   */
  static async fromFile(path: string, options: Omit<ParseOptions, "path"> = {}): Promise<Stage0Recipe> {
    checkArgument("path", path, name);
    const node = requireNode("Stage0Recipe.fromFile");
    const absolute = node.path.resolve(path);
    const taken = takeOptions(options, { repodataRevision: REVISION });
    const yaml = await readText(node.fs, absolute);
    const files = new RecipeFiles(node.path.dirname(absolute), node);
    return Stage0Recipe.#parse(yaml, { ...taken, path: absolute }, files);
  }

  /**
   * All errors and warnings of a text, without throwing: for editors, and for agents that repair recipes.
   *
   * @example
   * const problems = Stage0Recipe.check("package: {nme: hello, version: '1.0'}");
   * console.log(problems.map(({ code }) => code).sort().join()); // → missing-field,unknown-field
   */
  static check(yaml: string, options: ParseOptions = {}): Diagnostic[] {
    const { path, repodataRevision = "legacy" } = takeParse(yaml, options);
    return guarded(RecipeParseError, () => {
      if (isTooLong(yaml)) return wasm().textTooLong(path) as Diagnostic[];
      return wasm().checkRecipe(yaml, path, repodataRevision) as Diagnostic[];
    });
  }

  /** @internal Parses the text of a file that has been read. `path` is named in diagnostics as it is given. */
  static parseFile(yaml: string, path: string, options: Omit<ParseOptions, "path">): Stage0Recipe {
    const node = requireNode("Stage0Recipe.fromFile");
    const files = new RecipeFiles(node.path.dirname(node.path.resolve(path)), node);
    return Stage0Recipe.#parse(yaml, { ...options, path }, files);
  }

  static #parse(yaml: string, options: ParseOptions, files: RecipeFiles | undefined): Stage0Recipe {
    const { path, repodataRevision = "legacy" } = options;
    const core = guarded(RecipeParseError, () => {
      if (isTooLong(yaml)) throw new RecipeParseError(wasm().textTooLong(path) as Diagnostic[]);
      return new Live(yaml.length, () => wasm().Recipe.parse(yaml, path, repodataRevision));
    });
    return new Stage0Recipe(core, yaml, options, files);
  }

  /** Whether the recipe makes one package or several. */
  get kind(): "single" | "multi" {
    return this.#core.use((core) => core.isMulti) ? "multi" : "single";
  }

  /** Names of the variant keys that the recipe can depend on, sorted. */
  get usedVariables(): string[] {
    return this.#core.use((core) => core.usedVariables());
  }

  /** What looks wrong, though it parses. */
  get warnings(): Diagnostic[] {
    return this.#core.use((core) => core.warnings() as Diagnostic[]);
  }

  /** Where the text came from, if anywhere. */
  get path(): string | undefined {
    return this.#options.path;
  }

  /** The text it was parsed from. */
  get text(): string {
    return this.#text;
  }

  /**
   * The packages to build, in build order: one for each combination of the variants that the recipe uses, and for each
   * output.
   *
   * @throws RecipeRenderError with places in the recipe.
   *
   * @example
   * const python = Stage0Recipe.fromYaml(`
   * package: {name: module, version: "1.0"}
   * requirements: {host: [python]}
   * `);
   * const variants = new VariantConfig({ python: ["3.12.*", "3.13.*"] });
   * const rendered = python.render(variants, { targetPlatform: "osx-arm64" });
   * console.log(rendered.map(({ variant }) => variant.python).join()); // → 3.12.*,3.13.*
   */
  render(variants: VariantConfig = new VariantConfig(), config: RenderConfig = {}): RenderedVariant[] {
    return rememberSiblings(JSON.parse(Stage0Recipe.renderText(this, variants, config)) as RenderedVariant[]);
  }

  /**
   * @internal What {@link render} gives, as the core wrote it: `1.0` is not yet `1` there.
   */
  static renderText(recipe: Stage0Recipe, variants: VariantConfig, config: RenderConfig): string {
    return recipe.#withFiles(variants, config, (core, values, settings) => core.render(values, settings()));
  }

  /**
   * All errors and warnings, including those that only show when the recipe is rendered, without throwing: for editors.
   *
   * @param variants Without them the recipe is rendered without any, and a variable that has no value is only a warning: it may be
   *   a variant key.
   * @returns `diagnostics`, in the order of their places, and `needsVariants`: whether variant files might define some of the
   *   variables that have no value.
   * @throws RecipeRenderError for an unknown platform.
   *
   * @example
   * const { diagnostics, needsVariants } = Stage0Recipe.fromYaml(
   *   "package: {name: hello, version: '${{ version }}'}",
   * ).findings();
   * console.log(diagnostics[0].message, needsVariants); // → undefined variable `version` true
   */
  findings(
    variants?: VariantConfig,
    config: RenderConfig = {},
  ): { diagnostics: Diagnostic[]; needsVariants: boolean } {
    return this.#withFiles(
      variants ?? new VariantConfig(),
      config,
      (core, values, settings) =>
        core.findings(values, variants === undefined, settings()) as {
          diagnostics: Diagnostic[];
          needsVariants: boolean;
        },
    );
  }

  /** Calls the core, again after each round of files that `load_from_file` turns out to need. */
  #withFiles<T>(
    variants: VariantConfig,
    config: RenderConfig,
    call: (core: Recipe, values: Variants, settings: () => Settings) => T,
  ): T {
    const { repodataRevision = "legacy" } = this.#options;
    return VariantConfig.use(variants, (values) =>
      this.#core.use((core) => {
        for (;;) {
          const settings = configText(config, { repodataRevision, files: this.#files?.texts ?? {} });
          const again = (): boolean => this.#files?.read(core.missingFiles()) ?? false;
          try {
            const result = guarded(RecipeRenderError, () => call(core, values, () => coreSettings(settings)));
            if (!again()) return result;
          } catch (error) {
            if (!RecipeRenderError.is(error) || !again()) throw error;
          }
        }
      }),
    );
  }

  /**
   * As {@link render}, with what looks wrong although it renders: a pin that its own bounds exclude, a key that never
   * takes effect.
   *
   * @returns `variants`, what {@link render} gives, and `warnings`, in the order of their places.
   * @throws RecipeRenderError with places in the recipe.
   *
   * @example
   * const { variants, warnings } = recipe.renderWithWarnings();
   * console.log(variants.length, warnings.length); // → 1 0
   */
  renderWithWarnings(
    variants: VariantConfig = new VariantConfig(),
    config: RenderConfig = {},
  ): { variants: RenderedVariant[]; warnings: Diagnostic[] } {
    const text = this.#withFiles(variants, config, (core, values, settings) =>
      core.renderWithWarnings(values, settings()),
    );
    const [rendered, warnings] = JSON.parse(text) as [RenderedVariant[], Diagnostic[]];
    return { variants: rememberSiblings(rendered), warnings };
  }

  /**
   * The recipe after edits of its text: all of them, or none. Comments, order, quoting and everything else stay.
   *
   * @param edits What to change, in order: requirements and patches to add or remove, the version, the build number,
   *   values of the context, single values of a source or of anywhere, lines of an inline build script, tests. `output`
   *   names the output of a recipe with several.
   * @returns A new recipe; write its {@link text} back to the file. This one stays as it is.
   * @throws RecipeEditError when an edit cannot be made, with `fault` telling why.
   *
   * @example
   * const repaired = recipe.edit([{ kind: "addRequirement", section: "host", spec: "zlib" }]);
   * await writeFile("repaired.yaml", repaired.text);
   * console.log(repaired.text.includes("- zlib")); // → true
   */
  edit(edits: RecipeEdit[]): Stage0Recipe {
    const taken = checkArgument("edits", edits, records);
    const { path, repodataRevision = "legacy" } = this.#options;
    const edited = guarded(RecipeParseError, () =>
      wasm().editRecipe(this.#text, jsonText(taken), path, repodataRevision),
    );
    return Stage0Recipe.#parse(edited, this.#options, this.#files);
  }

  /**
   * Lints the recipe: finds what renders, but should be written differently. Loads the WebAssembly module with the tools for
   * recipes on the first call; in browsers and workers call `await initTools()` before.
   *
   * @returns The findings in the order of their places, some with a fix; {@link applyFixes} applies them.
   * @throws SidewinderError with code `INVALID_OPTION` for an unknown rule.
   *
   * @example
   * const linted = Stage0Recipe.fromYaml("package: {name: demo, version: '1.0'}");
   * console.log(linted.lint({ rules: ["missing-license"] })[0].message); // → the recipe has no license
   */
  lint(options: LintOptions = {}): LintFinding[] {
    const { repodataRevision = "legacy" } = this.#options;
    return lintRecipe(this.#text, { repodataRevision, ...options });
  }

  /**
   * The recipe after fixes of its text. Comments, order and quoting of everything else stay.
   *
   * @param findings Findings of {@link lint} whose fixes are applied, also those that are not safe. Default: all safe fixes, those
   *   after which the recipe renders to the same packages.
   * @returns A new recipe; write its {@link text} back to the file. This one stays as it is.
   * @throws SidewinderError with code `INVALID_OPTION` if two fixes overlap: apply them one after the other.
   *
   * @example
   * const spaced = Stage0Recipe.fromYaml("package:\n  name: demo\n  version: ${{'1.0'}}\n").applyFixes();
   * console.log(spaced.text.includes("${{ '1.0' }}")); // → true
   */
  applyFixes(findings?: readonly LintFinding[]): Stage0Recipe {
    const { repodataRevision = "legacy" } = this.#options;
    const fixed =
      findings === undefined
        ? fixRecipe(this.#text, { repodataRevision }).text
        : applyTextEdits(
            this.#text,
            findings.flatMap(({ fix }) => fix?.edits ?? []),
          );
    return Stage0Recipe.#parse(fixed, this.#options, this.#files);
  }

  /**
   * The recipe with another version: finds the text that makes the version, fetches the new sources for their checksums, and resets
   * the build number. Comments, order, quoting and everything else stay.
   *
   * @param options The version; checksums that are known already; how to fetch the others.
   * @returns The new text, both versions, and the sources with their checksums. This recipe stays as it is.
   * @throws RecipeEditError if nothing in the recipe makes its version, or a checksum is not written in it; SourceError if a
   *   source cannot be fetched; SidewinderError with code `WASM_NOT_LOADED` in browsers before `initTools`.
   *
   * @example
   * const demo = Stage0Recipe.fromYaml(`
   * context:
   *   version: "1.9"
   * package:
   *   name: demo
   *   version: \${{ version }}
   * source:
   *   url: https://example.org/demo-\${{ version }}.tar.gz
   *   sha256: ${"a".repeat(64)}
   * `);
   * const sources = { "https://example.org/demo-1.10.tar.gz": { sha256: "b".repeat(64) } };
   * const update = await demo.update({ version: "1.10", sources });
   * console.log(update.oldVersion, update.newVersion); // → 1.9 1.10
   * console.log(update.text.includes(`sha256: ${"b".repeat(64)}`)); // → true
   */
  update(options?: UpdateOptions): Promise<RecipeUpdate> {
    return updateText(this.#text, options);
  }

  /**
   * Frees the memory that the WebAssembly core keeps for this recipe. It can still be used: it is then parsed again.
   *
   * Not needed in general, because the core keeps only the recipes that were used last. It helps programs that hold few but
   * very large recipes. `using recipe = Stage0Recipe.fromYaml(text)` calls it, in runtimes that have `using`.
   *
   * @example
   * const recipe = Stage0Recipe.fromYaml(text);
   * const variants = recipe.render();
   * recipe.free();
   */
  free(): void {
    this.#core.free();
  }

  /** {@link free}. */
  [Symbol.dispose](): void {
    this.free();
  }

  /** The recipe field by field, with templates as their text and conditions as they stand. */
  toJSON(): unknown {
    return JSON.parse(this.#core.use((core) => core.toJson()));
  }

  /** @internal What `console.log` shows in Node.js. */
  [INSPECT](_depth: number, options: object, inspect: (value: unknown, options: object) => string): string {
    const { kind, path, usedVariables } = this;
    return `Stage0Recipe ${inspect({ kind, ...(path === undefined ? {} : { path }), usedVariables }, options)}`;
  }
}

const REVISION = oneOf("legacy", "v3");

function takeParse(yaml: string, options: ParseOptions): ParseOptions {
  checkArgument("text", yaml, text);
  return takeOptions(options, { path: text, repodataRevision: REVISION });
}
