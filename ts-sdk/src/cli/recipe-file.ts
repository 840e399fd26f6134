/** Finds the recipe file for an operand, and suggests alternatives if there is none. */

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SidewinderError } from "../errors.js";
import { closest } from "../nearest.js";
import { shellWord } from "./output.js";

const RECIPE = "recipe.yaml";
/** Maximum number of recipes in a hint. */
const MAX_HINT_RECIPES = 3;

/**
 * The path of the recipe file; for a folder that of its `recipe.yaml`.
 *
 * @throws SidewinderError with code `IO_FAILED` if it does not exist; the hint names a similar path.
 */
export function recipeFile(operand: string): string {
  const kind = kindOf(operand);
  if (kind === "file") return operand;
  if (kind === "folder") {
    const file = join(operand, RECIPE);
    if (kindOf(file) === "file") return file;
    throw new SidewinderError("IO_FAILED", `no ${RECIPE} in \`${operand}\``, {
      hint: hintIn(operand),
    });
  }
  throw new SidewinderError("IO_FAILED", `recipe not found: \`${operand}\``, {
    hint: hintForMissing(operand),
  });
}

function kindOf(path: string): "file" | "folder" | undefined {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** A hint for a folder without recipe.yaml. */
function hintIn(folder: string): string | undefined {
  const names = namesIn(folder);
  if (names.includes("recipe.yml")) return didYouMean(join(folder, "recipe.yml"));
  // A feedstock.
  if (kindOf(join(folder, "recipe", RECIPE)) === "file") return didYouMean(join(folder, "recipe"));
  if (names.includes("meta.yaml") || kindOf(join(folder, "recipe", "meta.yaml")) === "file")
    return OLD_FORMAT;
  const recipes = names
    .map((name) => join(folder, name))
    .filter((path) => kindOf(join(path, RECIPE)) === "file");
  if (recipes.length === 0) return undefined;
  const some = recipes.slice(0, MAX_HINT_RECIPES).map((path) => `\`${shellWord(path)}\``);
  return `pass the recipe folders inside it: ${some.join(", ")}${recipes.length > MAX_HINT_RECIPES ? ", …" : ""}`;
}

/** A hint for a file that does not exist. */
function hintForMissing(path: string): string | undefined {
  const folder = dirname(path);
  const names = namesIn(folder);
  const meant = closest(basename(path), names) ?? names.find((name) => name === RECIPE);
  return meant === undefined ? undefined : didYouMean(join(folder, meant));
}

const OLD_FORMAT = "found a `meta.yaml` of conda-build; sidewinder reads the v1 recipe format, `recipe.yaml`";

function didYouMean(path: string): string {
  return `did you mean \`${shellWord(path)}\`?`;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
