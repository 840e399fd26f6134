// The last check of a repair: all outputs from scratch, with nothing of the search left, and nothing weakened.

import { rm } from "node:fs/promises";
import { join } from "node:path";
import { buildRecipe, VariantConfig } from "sidewinder";
import { notPackaged, render } from "./attempt.mjs";
import { RecipeFolder } from "./folder.mjs";
import { scriptText } from "./script-text.mjs";

/** @returns {Promise<{repaired?: false, last?: string, outputs?: object[]}>} Why the repair does not count, or what was built. */
export async function verify(folder, original, options) {
  const removed = await weakened(new RecipeFolder(original), folder);
  if (removed !== undefined) return { repaired: false, last: `the repair weakens the recipe: ${removed}` };
  const outputDir = join(options.workDir, "verified");
  const file = folder.path("variants.yaml");
  const variants = (await folder.exists("variants.yaml")) ? await VariantConfig.fromFiles([file]) : undefined;
  const report = await buildRecipe(folder.path("recipe.yaml"), {
    channels: options.channels,
    outputDir,
    signal: options.signal,
    run: { timeoutMs: options.timeoutMs },
    ...(variants === undefined ? {} : { variants }),
  });
  try {
    if (!report.success) {
      const failed = report.outputs.find(({ phase }) => phase !== "done" && phase !== "skipped");
      const [finding] = failed?.result?.diagnosis ?? [];
      const reason = failed?.error?.message ?? finding?.message ?? failed?.reason ?? failed?.phase;
      return { repaired: false, last: `not reproducible: ${failed?.phase}: ${reason}` };
    }
    const files = report.outputs.flatMap(({ package: built }) =>
      (built?.files ?? []).map(({ path }) => path),
    );
    const missing = await notPackaged(folder, files);
    if (missing !== undefined) return { repaired: false, last: `no package has \`${missing}\`` };
    return { packages: report.outputs.filter(({ package: built }) => built).map(summary) };
  } finally {
    await report.close();
    await rm(outputDir, { recursive: true, force: true });
  }
}

/** What the report says about a package: contents, tests, and the packages it was built with. */
function summary({ package: built, tests, lock }) {
  const names = (list) => (list ?? []).map(({ name, version, build }) => `${name}=${version}=${build}`);
  return {
    ...built,
    tests: tests.map(({ success }, index) => ({ index, success })),
    lock: { build: names(lock?.build), host: names(lock?.host) },
  };
}

/** Ways to hide that a command fails. */
const HIDES = /\|\|\s*(?:true|:|exit 0|echo\b)|;\s*true\s*$|set \+e|^\s*(?:- )?exit 0\s*$|\|\|\s*\{?\s*$/gm;

/** What a repair must not do: hide failures, drop steps, tests or checksums. */
export async function weakened(before, after) {
  const script = await scriptText(after);
  const old = await scriptText(before);
  const count = (text, pattern) => [...text.matchAll(pattern)].length;
  if (count(script, HIDES) > count(old, HIDES)) return "the script hides that a command fails";
  const commands = (text) =>
    text.split("\n").filter((line) => line.trim() !== "" && !/^\s*#/.test(line)).length;
  if (commands(script) < commands(old)) return "fewer commands in the script";
  const [recipe, oldRecipe] = [await after.read("recipe.yaml"), await before.read("recipe.yaml")];
  for (const key of [
    /^\s*-?\s*(?:sha256|md5):/gm,
    /^tests?:/gm,
    /^\s+- (?:script|python|package_contents|downstream|perl|r):/gm,
    /^\s+(?:imports|pip_check|bin|lib|include|files|site_packages|commands):/gm,
  ]) {
    if (count(recipe, key) < count(oldRecipe, key)) return `fewer lines \`${key.source}\``;
  }
  const lines = (text) =>
    text
      .split(/^tests:/m)[1]
      ?.split("\n")
      .filter((line) => line.trim() !== "").length ?? 0;
  if (lines(recipe) < lines(oldRecipe)) return "fewer lines of tests";
  const [variant] = await render(after).catch(() => []);
  if (variant?.recipe?.build?.script === undefined && /script:/.test(oldRecipe)) return "no build script";
  if (variant?.recipe?.build?.skip === true) return "the recipe is skipped";
  return undefined;
}
