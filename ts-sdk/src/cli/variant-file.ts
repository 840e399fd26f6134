/** The variant file next to a recipe, which is used without being named, as by rattler-build. */

import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";

/** The first of them that exists is used. */
const NAMES = ["variants.yaml", "conda_build_config.yaml"];

/** The variant file next to a recipe, unless it is among those that were named. */
export function variantFileNextTo(recipe: string, named: readonly string[]): string | undefined {
  const found = NAMES.map((name) => join(dirname(recipe), name)).find((file) => realPath(file) !== undefined);
  if (found === undefined) return undefined;
  const real = realPath(found);
  return named.some((file) => realPath(file) === real) ? undefined : found;
}

function realPath(file: string): string | undefined {
  try {
    return realpathSync(file);
  } catch {
    return undefined;
  }
}
