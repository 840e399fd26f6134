/** Renders the recipe of a session again, after it was edited. */

import { SidewinderError } from "../../errors.js";
import type { RenderedVariant } from "../../generated/types.js";
import { Stage0Recipe } from "../../recipe/stage0.js";
import { VariantConfig, type VariantValue } from "../../recipe/variant-config.js";

/**
 * Renders the recipe file that a variant came from, for the same platforms, and returns the same package.
 *
 * @param variants The variants it was rendered with. Default: the values that are part of the variant's hash.
 * @throws SidewinderError with code `INVALID_VARIANT` if the variant did not come from a file, or the recipe no longer has
 *   that package; RecipeParseError and RecipeRenderError.
 */
export async function rerender(variant: RenderedVariant, variants?: VariantConfig): Promise<RenderedVariant> {
  const { recipePath, name, targetPlatform, hostPlatform, buildPlatform } = variant;
  if (recipePath === undefined) {
    throw new SidewinderError("INVALID_VARIANT", "the session's recipe is not a file", {
      hint: "render the recipe with `Stage0Recipe.fromFile`",
    });
  }
  const recipe = await Stage0Recipe.fromFile(recipePath);
  const config = { targetPlatform, hostPlatform, buildPlatform };
  const rendered = recipe.render(variants ?? valuesOf(variant), config);
  const candidates = rendered.filter((candidate) => candidate.name === name);
  const same = candidates.find((candidate) => hasSameValues(candidate, variant)) ?? candidates[0];
  if (same !== undefined) return same;
  throw new SidewinderError("INVALID_VARIANT", `the recipe no longer has the package \`${name}\``, {
    hint: `it has: ${[...new Set(rendered.map((candidate) => candidate.name))].join(", ") || "no packages"}`,
  });
}

/** The values that are part of the hash, as a configuration with one variant. */
function valuesOf({ variant }: RenderedVariant): VariantConfig {
  const values = Object.entries(variant as Record<string, VariantValue>)
    // Set by the platforms.
    .filter(([key]) => key !== "target_platform" && key !== "channel_targets")
    .map(([key, value]): [string, VariantValue[]] => [key, [value]]);
  return new VariantConfig(Object.fromEntries(values));
}

/** Whether two variants have the same value for every key that both have. */
function hasSameValues(one: RenderedVariant, other: RenderedVariant): boolean {
  const values = other.variant as Record<string, unknown>;
  return Object.entries(one.variant).every(([key, value]) => !(key in values) || values[key] === value);
}
