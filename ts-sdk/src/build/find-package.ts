/** Packages in an output folder. */

import { stat } from "node:fs/promises";
import { join } from "node:path";
import { SidewinderError } from "../errors.js";
import type { RenderedVariant } from "../generated/types.js";

/** The package of a variant in an output folder, the later one if there are two formats; undefined if there is none. */
export async function packageIn(outputDir: string, variant: RenderedVariant): Promise<string | undefined> {
  const { name, version, buildString, subdir } = variant;
  const stem = join(outputDir, subdir, `${name.toLowerCase()}-${version}-${buildString}`);
  const found = await Promise.all(
    [`${stem}.conda`, `${stem}.tar.bz2`].map(async (path) => ({ path, time: await modified(path) })),
  );
  return found
    .filter(({ time }) => time !== undefined)
    .sort((left, right) => Number(right.time) - Number(left.time))
    .at(0)?.path;
}

/** As {@link packageIn}; an error if there is none. */
export async function findPackage(outputDir: string, variant: RenderedVariant): Promise<string> {
  const path = await packageIn(outputDir, variant);
  if (path !== undefined) return path;
  const message = `invalid option \`package\`: no package of \`${variant.name}\` in \`${outputDir}\``;
  throw new SidewinderError("INVALID_OPTION", message, {
    hint: "build it with `session.package()` or `sidewinder debug package`, or name a package file",
  });
}

async function modified(path: string): Promise<number | undefined> {
  try {
    const entry = await stat(path);
    return entry.isFile() ? entry.mtimeMs : undefined;
  } catch {
    return undefined;
  }
}
