/** Recipes: parse, look, render. */

import { checkArgument, name, oneOf, records, takeOptions, text } from "../checks.js";
import { RecipeParseError, RecipeRenderError } from "../errors.js";
import type { Diagnostic, RecipeEdit, RenderedVariant } from "../generated/types.js";
import type { Recipe } from "../wasm/recipe.js";
import { configText, type RenderConfig } from "./config.js";
import { filesBeside } from "./files.js";
import { jsonText } from "./json.js";
import { readText, requireNode } from "./node.js";
import { guarded } from "./thrown.js";
import { VariantConfig } from "./variant-config.js";
import { wasm } from "./wasm.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** How a recipe's text is read. */
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
 * const [variant] = Stage0Recipe.fromYaml(text).render(new VariantConfig({ python: ["3.12.*"] }));
 */
export class Stage0Recipe {
  readonly #core: Recipe;
  readonly #text: string;
  readonly #options: ParseOptions;
  readonly #files: Record<string, string>;

  private constructor(core: Recipe, yaml: string, options: ParseOptions, files: Record<string, string>) {
    this.#core = core;
    this.#text = yaml;
    this.#options = options;
    this.#files = files;
  }

  /**
   * Parses a recipe's text.
   *
   * @throws RecipeParseError with all problems of the text, not only the first.
   */
  static fromYaml(yaml: string, options: ParseOptions = {}): Stage0Recipe {
    return Stage0Recipe.#parse(yaml, takeParse(yaml, options), {});
  }

  /**
   * Reads and parses a recipe file, and the files beside it that `load_from_file` names. Node.js only.
   *
   * @throws RecipeParseError with all problems of the text.
   */
  static async fromFile(path: string, options: Omit<ParseOptions, "path"> = {}): Promise<Stage0Recipe> {
    checkArgument("path", path, name);
    const node = requireNode("Stage0Recipe.fromFile");
    const absolute = node.path.resolve(path);
    const taken = takeOptions(options, { repodataRevision: REVISION });
    const yaml = await readText(node.fs, absolute);
    const files = await filesBeside(yaml, node.path.dirname(absolute), node);
    return Stage0Recipe.#parse(yaml, { ...taken, path: absolute }, files);
  }

  /** All errors and warnings of a text, without throwing: for editors, and for agents that repair recipes. */
  static check(yaml: string, options: ParseOptions = {}): Diagnostic[] {
    const { path, repodataRevision = "legacy" } = takeParse(yaml, options);
    return guarded(RecipeParseError, () => wasm().checkRecipe(yaml, path, repodataRevision) as Diagnostic[]);
  }

  static #parse(yaml: string, options: ParseOptions, files: Record<string, string>): Stage0Recipe {
    const { path, repodataRevision = "legacy" } = options;
    const core = guarded(RecipeParseError, () => wasm().Recipe.parse(yaml, path, repodataRevision));
    return new Stage0Recipe(core, yaml, options, files);
  }

  /** Whether the recipe makes one package or several. */
  get kind(): "single" | "multi" {
    return this.#core.isMulti ? "multi" : "single";
  }

  /** Names of the variant keys that the recipe can depend on, sorted. */
  get usedVariables(): string[] {
    return this.#core.usedVariables();
  }

  /** What looks wrong, though it parses. */
  get warnings(): Diagnostic[] {
    return this.#core.warnings() as Diagnostic[];
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
   */
  render(variants: VariantConfig = new VariantConfig(), config: RenderConfig = {}): RenderedVariant[] {
    return JSON.parse(Stage0Recipe.renderText(this, variants, config)) as RenderedVariant[];
  }

  /** @internal What {@link render} gives, as the core wrote it: `1.0` is not yet `1` there. */
  static renderText(recipe: Stage0Recipe, variants: VariantConfig, config: RenderConfig): string {
    const { repodataRevision = "legacy" } = recipe.#options;
    const values = VariantConfig.core(variants);
    const settings = configText(config, { repodataRevision, files: recipe.#files });
    return guarded(RecipeRenderError, () => recipe.#core.render(values, settings));
  }

  /**
   * As {@link render}, with what looks wrong although it renders: a pin that its own bounds exclude, a key that never
   * takes effect.
   *
   * @throws RecipeRenderError with places in the recipe.
   */
  renderWithWarnings(
    variants: VariantConfig = new VariantConfig(),
    config: RenderConfig = {},
  ): { variants: RenderedVariant[]; warnings: Diagnostic[] } {
    const { repodataRevision = "legacy" } = this.#options;
    const values = VariantConfig.core(variants);
    const settings = configText(config, { repodataRevision, files: this.#files });
    const [rendered, warnings] = JSON.parse(
      guarded(RecipeRenderError, () => this.#core.renderWithWarnings(values, settings)),
    ) as [RenderedVariant[], Diagnostic[]];
    return { variants: rendered, warnings };
  }

  /**
   * The recipe after edits of its text: all of them, or none. Comments, order, quoting and everything else stay.
   *
   * @param edits What to change, in order: requirements and patches to add or remove, the version, the build number,
   *   values of the context, single values of a source or of anywhere. `output` names the output of a recipe with several.
   * @returns A new recipe; write its {@link text} back to the file. This one stays as it is.
   * @throws RecipeEditError when an edit cannot be made, with `fault` telling why.
   *
   * @example
   * const repaired = recipe.edit([{ kind: "addRequirement", section: "host", spec: "zlib" }]);
   * await writeFile("recipe.yaml", repaired.text);
   */
  edit(edits: RecipeEdit[]): Stage0Recipe {
    const taken = checkArgument("edits", edits, records);
    const { path, repodataRevision = "legacy" } = this.#options;
    const edited = guarded(RecipeParseError, () =>
      wasm().editRecipe(this.#text, jsonText(taken), path, repodataRevision),
    );
    const core = guarded(RecipeParseError, () => wasm().Recipe.parse(edited, path, repodataRevision));
    return new Stage0Recipe(core, edited, this.#options, this.#files);
  }

  /** The recipe field by field, with templates as their text and conditions as they stand. */
  toJSON(): unknown {
    return JSON.parse(this.#core.toJson());
  }

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
