/** Walks folders for tools. Symbolic links are not followed: they may lead out of the allowed folders, or in circles. */

import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileError } from "./text-files.js";

/** Whether a path is a folder. */
export async function isFolder(tool: string, path: string, real: string): Promise<boolean> {
  try {
    return (await stat(real)).isDirectory();
  } catch (error) {
    throw fileError(tool, path, error, "list_files lists the files");
  }
}

/** The entries of a folder; none if it cannot be read or was removed meanwhile. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(() => []);
}

/** Names below a folder, level by level; folders end with `/`. */
export async function* namesBelow(folder: string, depth: number): AsyncGenerator<string> {
  let level = [""];
  for (let at = 1; at <= depth && level.length > 0; at += 1) {
    const next: string[] = [];
    for (const below of level) {
      for (const entry of await entriesOf(join(folder, below))) {
        const name = `${below}${entry.name}${entry.isDirectory() ? "/" : ""}`;
        if (entry.isDirectory()) next.push(name);
        yield name;
      }
    }
    level = next;
  }
}

/** All regular files below a folder. */
export async function* filesBelow(start: string): AsyncGenerator<string> {
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) yield path;
    }
  }
}
