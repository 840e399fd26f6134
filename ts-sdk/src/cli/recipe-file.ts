/** The recipe file that an operand means, and what to type where there is none. */

import { readdirSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { SidewinderError } from "../errors.js";
import { closest } from "../nearest.js";
import { shellWord } from "./output.js";

const RECIPE = "recipe.yaml";
/** Recipes that are named in a hint. */
const MOST_NAMED = 3;

/**
 * The recipe file itself: a folder stands for the `recipe.yaml` in it.
 *
 * @throws SidewinderError with code `IO_FAILED` where it is not there, with what was probably meant as its hint.
 */
export function recipeFile(operand: string): string {
  const kind = kindOf(operand);
  if (kind === "file") return operand;
  if (kind === "folder") {
    const file = join(operand, RECIPE);
    if (kindOf(file) === "file") return file;
    throw new SidewinderError("IO_FAILED", `there is no ${RECIPE} in \`${operand}\``, {
      hint: hintIn(operand),
    });
  }
  throw new SidewinderError("IO_FAILED", `there is no recipe \`${operand}\``, { hint: hintBeside(operand) });
}

function kindOf(path: string): "file" | "folder" | undefined {
  try {
    return statSync(path).isDirectory() ? "folder" : "file";
  } catch {
    return undefined;
  }
}

/** What else is in a folder that has no recipe.yaml. */
function hintIn(folder: string): string | undefined {
  const names = namesIn(folder);
  if (names.includes("recipe.yml")) return didYouMean(join(folder, "recipe.yml"));
  // As in a feedstock.
  if (kindOf(join(folder, "recipe", RECIPE)) === "file") return didYouMean(join(folder, "recipe"));
  if (names.includes("meta.yaml") || kindOf(join(folder, "recipe", "meta.yaml")) === "file")
    return OLD_FORMAT;
  const recipes = names
    .map((name) => join(folder, name))
    .filter((path) => kindOf(join(path, RECIPE)) === "file");
  if (recipes.length === 0) return undefined;
  const some = recipes.slice(0, MOST_NAMED).map((path) => `\`${shellWord(path)}\``);
  return `name the folders of recipes that are in it: ${some.join(", ")}${recipes.length > MOST_NAMED ? ", …" : ""}`;
}

/** What there is in the place of a file that is not there. */
function hintBeside(path: string): string | undefined {
  const folder = dirname(path);
  const names = namesIn(folder);
  const meant = closest(basename(path), names) ?? names.find((name) => name === RECIPE);
  return meant === undefined ? undefined : didYouMean(join(folder, meant));
}

const OLD_FORMAT =
  "there is a `meta.yaml`, the older format of conda-build; sidewinder reads recipes of the format that came after it, " +
  `\`${RECIPE}\``;

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
