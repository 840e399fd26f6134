/** One recipe, set up by both tools. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { DebugSession, Stage0Recipe, VariantConfig } from "../../ts-sdk/src/index.js";
import { root, scratch } from "../support/workbench.js";
import type { Case } from "./cases.js";
import { type Made, madeOf, type Raw, rawOf } from "./made.js";

/** A Python that has the reference. */
export const python = process.env["SIDEWINDER_REFERENCE"];
/** Both have the same, as both keep packages as conda's tools share them. */
const cacheDir = python === undefined ? "" : await scratch();

/** What both make of each package of a recipe. */
export async function both(
  recipe: string,
  { variants = {}, ...more }: Case,
  channels: string[],
): Promise<{ ours: Made; theirs: Made }[]> {
  const { platform, experimental = false } = more;
  const config = { experimental, ...(platform && { targetPlatform: platform }) };
  const rendered = (await Stage0Recipe.fromFile(recipe)).render(new VariantConfig(variants), config);
  const outputs = await Promise.all(rendered.map(scratch));
  const plan = { recipe, variants, platform: platform ?? null, experimental, channels, outputs };
  const output = spawnSync(python as string, [join(root, "tests/reference/set_up.py")], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    env: { ...process.env, RATTLER_CACHE_DIR: cacheDir },
    input: `${JSON.stringify(plan)}\n`,
  });
  if (output.status !== 0) throw new Error(`the reference failed: ${output.stderr}`);
  const reference = JSON.parse(output.stdout) as Raw[];
  const made: { ours: Made; theirs: Made }[] = [];
  for (const variant of rendered) {
    const other = reference.find(
      ({ buildString, name }) => buildString === variant.buildString && name === variant.name.toLowerCase(),
    );
    if (other === undefined) throw new Error(`the reference has no ${variant.name} ${variant.buildString}`);
    if (other.error !== undefined) throw new Error(other.error);
    await using session = await DebugSession.create(variant, {
      channels,
      outputDir: await scratch(),
      cacheDir,
    });
    made.push({ ours: madeOf(await rawOf(session)), theirs: madeOf(other) });
  }
  return made;
}
