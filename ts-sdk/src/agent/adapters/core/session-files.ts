/** Files of a session for the sandbox interfaces of frameworks, inside the same folders as the file tools. */

import { constants } from "node:fs";
import { copyFile, lstat, mkdir, readdir, readlink, rm, rmdir, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { DebugSession } from "../../../session/session.js";
import { withFile } from "../../core/queue.js";
import { sessionPath } from "../../core/session-paths.js";
import { stateOf } from "../../core/session-state.js";
import { fileError, readBytes, writeBytes } from "../../core/text-files.js";

/** Goes before messages of errors, in place of a tool's name. */
const NAME = "sandbox";

type Kind = "file" | "directory" | "symlink" | "other";

/** Facts about a file or folder, links followed. */
export interface FileFacts {
  path: string;
  type: Exclude<Kind, "symlink">;
  size: number;
  createdAt: Date;
  modifiedAt: Date;
}

/** An entry of a folder; links are not followed. */
export interface FolderEntry {
  name: string;
  type: Kind;
  /** Where a link leads. */
  target?: string;
}

/**
 * Files of a session by path: relative to the work folder, absolute, or below `$SRC_DIR` and `$PREFIX`. What does not exist is
 * `undefined` for the methods that ask; the others throw `INVALID_INPUT`.
 */
export class SessionFiles {
  readonly #session: DebugSession;

  constructor(session: DebugSession) {
    this.#session = session;
  }

  /** The content, secrets masked where it is text. */
  async read(path: string, signal?: AbortSignal): Promise<Buffer | undefined> {
    const file = await this.#path(path, "read");
    return await this.#reading(signal, async () => {
      if ((await missing(stat(file))) === undefined) return undefined;
      const bytes = await readBytes({ tool: NAME, path, file }, { binary: true });
      const text = bytes.toString("utf8");
      // Bytes that are not text stay as they are.
      return Buffer.from(text, "utf8").equals(bytes) ? Buffer.from(this.#session.mask(text), "utf8") : bytes;
    });
  }

  /** Writes a file and creates missing parent folders. An existing file keeps its permissions. */
  async write(path: string, content: Uint8Array, signal?: AbortSignal): Promise<void> {
    const file = await this.#path(path, "write");
    await this.#editing(signal, () =>
      withFile(file, signal, () => writeBytes({ tool: NAME, path, file }, content)),
    );
  }

  /** Facts about a file or folder. */
  async facts(path: string): Promise<FileFacts | undefined> {
    const file = await this.#path(path, "read");
    const stats = await missing(stat(file));
    if (stats === undefined) return undefined;
    const type = stats.isFile() ? "file" : stats.isDirectory() ? "directory" : "other";
    return { path: file, type, size: stats.size, createdAt: stats.birthtime, modifiedAt: stats.mtime };
  }

  /** The entries of a folder. */
  async list(path: string): Promise<FolderEntry[] | undefined> {
    const folder = await this.#path(path, "read");
    const entries = await missing(this.#named(path, readdir(folder, { withFileTypes: true })));
    if (entries === undefined) return undefined;
    return await Promise.all(
      entries.map(async (entry) => {
        const { name } = entry;
        if (!entry.isSymbolicLink()) {
          return { name, type: entry.isFile() ? "file" : entry.isDirectory() ? "directory" : "other" };
        }
        return { name, type: "symlink", target: await readlink(join(folder, name)) };
      }),
    );
  }

  /** Deletes a file, or a link itself. Returns whether there was one. */
  async remove(path: string, signal?: AbortSignal): Promise<boolean> {
    const file = await this.#entry(path);
    return await this.#editing(signal, async () => {
      const stats = await missing(lstat(file));
      if (stats === undefined) return false;
      if (stats.isDirectory()) throw fileError(NAME, path, { code: "EISDIR" });
      await this.#named(path, rm(file));
      return true;
    });
  }

  /** Deletes a folder; one that is not empty only with `recursive`. Returns whether there was one. */
  async removeFolder(path: string, { recursive = false } = {}): Promise<boolean> {
    const folder = await this.#entry(path);
    return await this.#editing(undefined, async () => {
      if ((await missing(lstat(folder))) === undefined) return false;
      await this.#named(path, recursive ? rm(folder, { recursive: true }) : rmdir(folder));
      return true;
    });
  }

  /** Creates a folder with its parents. */
  async makeFolder(path: string): Promise<void> {
    const folder = await this.#path(path, "write");
    await this.#editing(undefined, () => this.#named(path, mkdir(folder, { recursive: true })));
  }

  /** Copies or moves a file. An existing file stays, unless `overwrite` is set. */
  async transfer(kind: "copy" | "move", from: string, to: string, { overwrite = false } = {}): Promise<void> {
    const source = kind === "move" ? await this.#entry(from) : await this.#path(from, "read");
    const target = await this.#path(to, "write");
    await this.#editing(undefined, async () => {
      await this.#named(to, mkdir(dirname(target), { recursive: true }));
      // Never into the file: it may be a hard link to a package that other sessions use.
      if (overwrite) await rm(target, { force: true });
      await this.#named(from, copyFile(source, target, constants.COPYFILE_EXCL));
      if (kind === "move") await rm(source);
    });
  }

  async #path(path: string, purpose: "read" | "write"): Promise<string> {
    return await sessionPath(this.#session, NAME, path, purpose);
  }

  /** As a path to write to, but a link in its last part is meant itself. */
  async #entry(path: string): Promise<string> {
    const name = basename(path);
    if (name === "" || name === "." || name === "..") return await this.#path(path, "write");
    return join(await this.#path(dirname(path), "write"), name);
  }

  #reading<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return stateOf(this.#session).queue.run("read", signal, work);
  }

  #editing<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    return stateOf(this.#session).queue.run("edit", signal, work);
  }

  #named<T>(path: string, work: Promise<T>): Promise<T> {
    return work.catch((error: NodeJS.ErrnoException) => {
      throw error.code === "ENOENT" ? error : fileError(NAME, path, error);
    });
  }
}

/** `undefined` for what does not exist. */
async function missing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
