// A recipe folder whose text files can be changed, and put back to an earlier state.

import { readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";

export class RecipeFolder {
  /** Content of each changed file before the first change; null for a new file. */
  #originals = new Map();

  constructor(dir) {
    this.dir = dir;
  }

  path(name) {
    return join(this.dir, name);
  }

  async read(name) {
    return readFile(this.path(name), "utf8");
  }

  async exists(name) {
    return stat(this.path(name)).then(
      () => true,
      () => false,
    );
  }

  async write(name, text) {
    await this.#saveOriginal(name);
    await writeFile(this.path(name), text);
  }

  /** Saves a file that other code is about to change. */
  async touch(name) {
    await this.#saveOriginal(name);
  }

  async #saveOriginal(name) {
    if (this.#originals.has(name)) return;
    this.#originals.set(name, await readFile(this.path(name)).catch(() => null));
  }

  /** The changed files as they are now, for `restore`. */
  async checkpoint() {
    const files = new Map();
    for (const name of this.#originals.keys()) {
      files.set(name, await readFile(this.path(name)).catch(() => null));
    }
    return files;
  }

  /** Puts changed files back; those that changed only after the checkpoint get their original content. */
  async restore(checkpoint) {
    for (const [name, original] of this.#originals) {
      const content = checkpoint.has(name) ? checkpoint.get(name) : original;
      if (content === null) await rm(this.path(name), { force: true });
      else await writeFile(this.path(name), content);
    }
  }

  /** The folder as it was before all changes, to read. */
  original() {
    return {
      read: async (name) => {
        const content = this.#originals.get(name);
        if (content === null) throw new Error(`file not found: ${name}`);
        return content === undefined ? this.read(name) : content.toString();
      },
      exists: async (name) => {
        const content = this.#originals.get(name);
        return content === undefined ? this.exists(name) : content !== null;
      },
    };
  }

  /** What changed: name, text before and after. */
  async changes() {
    const changes = [];
    for (const [name, original] of this.#originals) {
      const after = await readFile(this.path(name)).catch(() => null);
      if (original?.equals(after ?? Buffer.alloc(0)) || (original === null && after === null)) continue;
      changes.push({ file: name, before: original?.toString() ?? "", after: after?.toString() ?? "" });
    }
    return changes;
  }

  /** All files below the folder, relative to it. */
  async files() {
    return filesBelow(this.dir);
  }
}

const MAX_FILES = 20_000;
const SKIPPED = new Set([".git", "node_modules", "__pycache__"]);

/** Files below a folder, relative to it, in order; links to folders are not followed. */
export async function filesBelow(dir) {
  const found = [];
  const waiting = [""];
  while (waiting.length > 0 && found.length < MAX_FILES) {
    const parent = waiting.shift();
    const entries = await readdir(join(dir, parent), { withFileTypes: true }).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = parent === "" ? entry.name : `${parent}/${entry.name}`;
      if (entry.isDirectory()) {
        if (!SKIPPED.has(entry.name)) waiting.push(path);
      } else found.push(path);
    }
  }
  return found;
}
