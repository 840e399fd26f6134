/** The files that a recipe reads with `load_from_file`, found by the names in its text. */

import type { requireNode } from "./node.js";

/** A call with a literal name; a computed name cannot be known before rendering, and is handed in by `RenderConfig.files`. */
const CALL = /\bload_from_file\(\s*(?:"([^"\\\n]+)"|'([^'\\\n]+)')/g;

/**
 * Reads what `load_from_file` names, relative to the recipe's folder.
 *
 * Names that lead out of the folder are not read: a recipe is not trusted with the rest of the machine. Files that cannot be
 * read are left out, and the rendering says which one it misses.
 */
export async function filesBeside(
  yaml: string,
  folder: string,
  { fs, path }: ReturnType<typeof requireNode>,
): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const [, double, single] of yaml.matchAll(CALL)) {
    const name = double ?? single ?? "";
    try {
      const root = await fs.promises.realpath(folder);
      const file = await fs.promises.realpath(path.resolve(root, name));
      if (!file.startsWith(root + path.sep)) continue;
      files[name] = await fs.promises.readFile(file, "utf8");
    } catch {
      // Left out: see above.
    }
  }
  return files;
}
