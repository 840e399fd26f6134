/** Renders recipes for tools. */

import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RenderedVariant } from "../../generated/types.js";
import { Stage0Recipe } from "../../recipe/stage0.js";
import { VariantConfig } from "../../recipe/variant-config.js";
import { invalidInput } from "./input.js";
import { type RecipeFile, recipeFile, variantFile } from "./recipe-files.js";

/** Inputs of every tool that renders a recipe. */
export const RECIPE_INPUT = {
  path: {
    type: "string",
    description: "The recipe file, or its folder, relative to the root folder.",
    default: ".",
  },
  variants: {
    type: "array",
    items: { type: "string" },
    description:
      "Variant files (`variants.yaml` or `conda_build_config.yaml`); later files override earlier ones. Default: " +
      "`variants.yaml` next to the recipe, if there is one.",
  },
  target_platform: { type: "string", description: "E.g. `linux-64`. Default: the platform of this machine." },
} as const;

/** What a model says about a rendering. */
export interface RecipeInput {
  path?: string;
  variants?: string[];
  target_platform?: string;
}

/** A recipe with what it is rendered for. */
export interface RecipeChoice extends RecipeFile {
  variants: VariantConfig;
  config: { targetPlatform?: string };
}

/** Finds the recipe and reads its variant files. */
export async function chooseRecipe(tool: string, root: string, input: RecipeInput): Promise<RecipeChoice> {
  const { path = ".", variants, target_platform } = input;
  const recipe = await recipeFile(tool, root, path);
  const config = target_platform === undefined ? {} : { targetPlatform: target_platform };
  const sibling = join(dirname(recipe.file), "variants.yaml");
  const files =
    variants === undefined
      ? existsSync(sibling)
        ? [sibling]
        : []
      : await Promise.all(variants.map((file) => variantFile(tool, root, file)));
  return { ...recipe, config, variants: await VariantConfig.fromFiles(files, config) };
}

/** The packages of a recipe. */
export async function renderRecipe({ file, variants, config }: RecipeChoice): Promise<RenderedVariant[]> {
  return (await Stage0Recipe.fromFile(file)).render(variants, config);
}

/** Picks one package by its index or name. */
export function pickPackage(
  tool: string,
  rendered: RenderedVariant[],
  { index, package: name }: { index?: number; package?: string },
): RenderedVariant {
  const candidates = rendered
    .map((variant, position) => ({ variant, position }))
    .filter(({ variant }) => name === undefined || variant.name === name);
  const described = rendered.map((v, at) => `${at}: ${v.name} ${v.version} ${v.buildString}`).join("; ");
  if (index !== undefined) {
    const chosen = candidates.find(({ position }) => position === index);
    if (chosen !== undefined) return chosen.variant;
    throw invalidInput(tool, `no package with index ${index}`, `packages: ${described || "none"}`);
  }
  const built = candidates.filter(({ variant }) => !variant.skip);
  const [only, ...others] = built.length > 0 ? built : candidates;
  if (only === undefined) throw invalidInput(tool, "no such package", `packages: ${described || "none"}`);
  if (others.length > 0)
    throw invalidInput(tool, "the recipe has several packages", `set \`index\`: ${described}`);
  return only.variant;
}
