/** Outputs that another output of the same recipe needs. */

import { invalidOption } from "../checks.js";
import { SidewinderError } from "../errors.js";
import type { RenderedVariant } from "../generated/types.js";
import { siblingsOf } from "../recipe/siblings.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig, type VariantValue } from "../recipe/variant-config.js";
import type { DebugSessionOptions } from "../session/options.js";
import { buildOutput, type OutputReport } from "./build-output.js";
import { packageIn } from "./find-package.js";

/** Whether a variant is the one of its name that another variant needs. */
export function isNeededBy(sibling: RenderedVariant, variant: RenderedVariant): boolean {
  const same = (name: string): boolean => name.toLowerCase() === sibling.name.toLowerCase();
  if (!variant.needs.some(same)) return false;
  const pinned = Object.entries(variant.subpackages).find(([name]) => same(name))?.[1];
  return pinned === undefined || pinned.buildString === sibling.buildString;
}

/** The outputs that a variant needs, directly or not, in build order. */
export function neededBy(variant: RenderedVariant, siblings: readonly RenderedVariant[]): RenderedVariant[] {
  const needed = new Set<RenderedVariant>();
  const visit = (dependant: RenderedVariant): void => {
    for (const sibling of siblings) {
      if (needed.has(sibling) || !isNeededBy(sibling, dependant)) continue;
      needed.add(sibling);
      visit(sibling);
    }
  };
  visit(variant);
  return siblings.filter((sibling) => needed.has(sibling));
}

/**
 * Builds the outputs that a variant needs and that are not in the output folder.
 *
 * @throws SidewinderError with code `INVALID_OPTION` without `outputDir`, or if the outputs are not known; the errors of setting
 *   up and packaging them; code `SCRIPT_FAILED` if a build script fails.
 */
export async function buildNeeds(variant: RenderedVariant, options: DebugSessionOptions): Promise<void> {
  if (variant.needs.length === 0) return;
  const { outputDir } = options;
  if (outputDir === undefined) {
    throw invalidOption("needs", "`build` requires `outputDir`", {
      hint: "pass the folder that the packages are written to",
    });
  }
  for (const sibling of neededBy(variant, siblingsOf(variant) ?? (await renderAgain(variant)))) {
    if ((await packageIn(outputDir, sibling)) !== undefined) continue;
    const run = options.signal === undefined ? {} : { signal: options.signal };
    const report = await buildOutput(sibling, { session: { ...options, outputDir }, run, package: {} });
    await report.session?.close();
    if (report.package === undefined) throw failureOf(report);
  }
}

/** Why an output was not built. */
function failureOf({ variant, error, result }: OutputReport): SidewinderError {
  if (error !== undefined) return error;
  const end = (result?.stderr ?? "").trimEnd().split("\n").slice(-20).join("\n");
  return new SidewinderError(
    "SCRIPT_FAILED",
    `the build script of the needed output \`${variant.name}\` exited with status ${result?.exitCode}; last lines of output:\n${end}`,
    { hint: `debug the output \`${variant.name}\` by itself` },
  );
}

/** The outputs of the recipe file for the values of a variant that was copied or read from JSON. */
async function renderAgain(variant: RenderedVariant): Promise<readonly RenderedVariant[]> {
  if (variant.recipePath === undefined) {
    throw invalidOption("needs", `the other outputs of the recipe of \`${variant.name}\` are not known`, {
      hint: "pass a variant that `render` returned, not a copy, or render from a file",
    });
  }
  const recipe = await Stage0Recipe.fromFile(variant.recipePath);
  const values = Object.entries(variant.variant).filter(([key]) => !key.endsWith("_platform"));
  const config = new VariantConfig(
    Object.fromEntries(values.map(([key, value]) => [key, [value as VariantValue]])),
  );
  const { targetPlatform, hostPlatform, buildPlatform, experimental } = variant;
  return recipe.render(config, { targetPlatform, hostPlatform, buildPlatform, experimental });
}
