/** Reads the files that a recipe asks for with `load_from_file`. The core reports their names while rendering. */

import type { requireNode } from "./node.js";

type Node = ReturnType<typeof requireNode>;

/** A recipe's folder, and what was read from it. */
export class RecipeFiles {
  /** Relative path → text. */
  readonly texts: Record<string, string> = {};
  readonly #asked = new Set<string>();
  readonly #folder: string;
  readonly #node: Node;

  constructor(folder: string, node: Node) {
    this.#folder = folder;
    this.#node = node;
  }

  /**
   * Reads files that were missing.
   *
   * Paths that lead out of the recipe's folder and of the current directory are not read, because a recipe is not trusted
   * with the rest of the machine. Files that cannot be read stay missing, and the rendering names them.
   *
   * @returns Whether one of them was read now, so that rendering again gets further.
   */
  read(missing: readonly string[]): boolean {
    const { fs, path } = this.#node;
    let any = false;
    for (const name of missing) {
      if (this.#asked.has(name)) continue;
      this.#asked.add(name);
      // As rattler-build: the recipe's folder first, then the current directory.
      for (const folder of [this.#folder, path.resolve(".")]) {
        try {
          const root = fs.realpathSync(folder);
          const file = fs.realpathSync(path.resolve(root, name));
          if (!file.startsWith(root + path.sep)) continue;
          this.texts[name] = fs.readFileSync(file, "utf8");
          any = true;
          break;
        } catch {
          // Stays missing: see above.
        }
      }
    }
    return any;
  }
}
