// The last check of a repair: from scratch, with nothing of the search left, and nothing removed from the recipe.

import { join } from "node:path";
import { attempt, close, render } from "./attempt.mjs";
import { RecipeFolder } from "./folder.mjs";
import { scriptText } from "./script-text.mjs";

export async function verify(folder, original, options) {
  const removed = await weakened(new RecipeFolder(original), folder);
  if (removed !== undefined) return { repaired: false, last: `the repair weakens the recipe: ${removed}` };
  const outcome = await attempt(folder, { ...options, workDir: join(options.workDir, "verify"), attempt: 0 });
  await close(outcome);
  if (outcome.phase !== "done") return { repaired: false, last: `not reproducible: ${outcome.signature}` };
  return { packages: outcome.packages };
}

/** What a repair must not do: hide failures, drop tests, checksums or steps. */
async function weakened(before, after) {
  const script = await scriptText(after);
  const old = await scriptText(before);
  const count = (text, pattern) => [...text.matchAll(pattern)].length;
  if (count(script, /\|\|\s*(?:true|:)/g) > count(old, /\|\|\s*(?:true|:)/g))
    return "`|| true` in the script";
  if (count(script, /set \+e/g) > count(old, /set \+e/g)) return "`set +e` in the script";
  const commands = (text) =>
    text.split("\n").filter((line) => line.trim() !== "" && !/^\s*#/.test(line)).length;
  if (commands(script) < commands(old)) return "fewer commands in the script";
  const [recipe, oldRecipe] = [await after.read("recipe.yaml"), await before.read("recipe.yaml")];
  for (const key of [
    /^\s*-?\s*(?:sha256|md5):/gm,
    /^tests?:/gm,
    /^\s+- (?:script|python|package_contents|downstream|perl|r):/gm,
  ]) {
    if (count(recipe, key) < count(oldRecipe, key)) return `fewer lines \`${key.source}\``;
  }
  const [variant] = await render(after).catch(() => []);
  if (variant?.recipe?.build?.script === undefined && /script:/.test(oldRecipe)) return "no build script";
  return undefined;
}
