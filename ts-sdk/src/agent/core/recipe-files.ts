/** Recipe files below a root folder: the only files that recipe tools read and write. */

import { readdir, stat } from "node:fs/promises";
import { basename, dirname, extname, isAbsolute, join, relative } from "node:path";
import { invalidInput } from "./input.js";
import { isInside, realPath } from "./session-paths.js";
import { fileError, readBytes } from "./text-files.js";

/** Names of recipe files, most usual first. */
const RECIPE_NAMES = ["recipe.yaml", "recipe.yml"];
/** A top-level key that only recipes have, also in a recipe with mistakes. */
const RECIPE_KEY = /^(?:package|recipe|outputs|requirements|source|build|tests)\s*:/m;
/** Files next to a recipe that are part of it. */
const PART_EXTENSIONS = [".sh", ".bat", ".ps1", ".patch", ".diff", ".py", ".pl", ".r", ".rb", ".nu"];

/** A file below the root. */
export interface RecipeFile {
  /** Its real path. */
  file: string;
  /** Relative to the root. */
  shown: string;
}

/**
 * Returns the real path of a recipe: of a file, or of the recipe in a folder.
 *
 * @throws SidewinderError with code `INVALID_INPUT` if the path is outside of the root or is not a recipe. The message never
 *   contains text of the file.
 */
export async function recipeFile(tool: string, root: string, path: string): Promise<RecipeFile> {
  const found = await insideRoot(tool, root, path);
  const real = await stat(found.file).then(
    (stats) => (stats.isDirectory() ? recipeIn(tool, path, found.file) : found.file),
    (error: unknown) => {
      throw fileError(tool, path, error, "give the path of a recipe.yaml below the root folder");
    },
  );
  const file = await real;
  const bytes = await readBytes({ tool, path, file });
  const isYaml = [".yaml", ".yml"].includes(extname(file));
  if (!isYaml || !(RECIPE_NAMES.includes(basename(file)) || RECIPE_KEY.test(bytes.toString("utf8")))) {
    throw invalidInput(
      tool,
      `\`${path}\` is not a recipe`,
      "recipes are YAML files with `package` or `outputs`",
    );
  }
  return { file, shown: shownIn(await realPath(root), file) };
}

/** Returns the real path of a variant file. */
export async function variantFile(tool: string, root: string, path: string): Promise<string> {
  const { file } = await insideRoot(tool, root, path);
  if (![".yaml", ".yml"].includes(extname(file))) {
    throw invalidInput(tool, `\`${path}\` is not a variant file`, "variant files are YAML files");
  }
  // Refuses pipes, devices and files that are too large.
  await readBytes({ tool, path, file });
  return file;
}

/**
 * Returns the real path of a recipe, or of a script or patch in a recipe's folder.
 *
 * @throws SidewinderError with code `INVALID_INPUT`.
 */
export async function recipePart(tool: string, root: string, path: string): Promise<RecipeFile> {
  const found = await insideRoot(tool, root, path);
  if (!PART_EXTENSIONS.includes(extname(found.file).toLowerCase())) return await recipeFile(tool, root, path);
  const top = await realPath(root);
  for (let folder = dirname(found.file); isInside(folder, top); folder = dirname(folder)) {
    const names = await readdir(folder).catch(() => [] as string[]);
    if (names.some((name) => RECIPE_NAMES.includes(name))) return found;
    if (dirname(folder) === folder) break;
  }
  throw invalidInput(tool, `\`${path}\` is not in a recipe's folder`);
}

/** Scripts, patches and variant files in a recipe's folder, relative to it. */
export async function partsOf(recipe: string): Promise<string[]> {
  const names = await readdir(dirname(recipe), { recursive: true }).catch(() => [] as string[]);
  return names
    .filter((name) => PART_EXTENSIONS.includes(extname(name).toLowerCase()) || /^[^/\\]+\.ya?ml$/.test(name))
    .filter((name) => name !== basename(recipe))
    .sort()
    .slice(0, 200);
}

/** Resolves a path and its links; refuses what is outside of the root. */
export async function insideRoot(tool: string, root: string, path: string): Promise<RecipeFile> {
  if (path.includes("\0")) throw invalidInput(tool, "a path cannot contain NUL");
  const top = await realPath(root);
  const file = await realPath(isAbsolute(path) ? path : join(root, path)).catch((error) => {
    throw fileError(tool, path, error);
  });
  if (!isInside(file, top)) {
    throw invalidInput(
      tool,
      `\`${path}\` is outside of the root folder`,
      "use a path relative to the root folder",
    );
  }
  return { file, shown: shownIn(top, file) };
}

async function recipeIn(tool: string, path: string, folder: string): Promise<string> {
  const names = await readdir(folder);
  const name = RECIPE_NAMES.find((candidate) => names.includes(candidate));
  if (name === undefined) throw invalidInput(tool, `no recipe.yaml in \`${path}\``);
  return join(folder, name);
}

function shownIn(root: string, file: string): string {
  return relative(root, file) || ".";
}
