/**
 * Reads and writes single text files for tools. What a build may leave in place of a file (a pipe, a device, a link) neither
 * blocks the process nor is followed.
 */

import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { chmod, type FileHandle, mkdir, open, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { invalidInput } from "./input.js";

/** Larger files are not read, searched or edited, in bytes. */
export const MAX_FILE = 16 * 1024 * 1024;

/** Opening a pipe must not wait for its other end. The last part of the path is resolved already, so it is not a link. */
const CAREFULLY = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A file as a tool's messages name it. */
export interface NamedFile {
  tool: string;
  /** As the model wrote it. */
  path: string;
  /** Its real path. */
  file: string;
}

/**
 * Reads a text file, or with `binary` any regular file.
 *
 * @throws SidewinderError with code `INVALID_INPUT` for anything else, and for more than {@link MAX_FILE} bytes.
 */
export async function readBytes(named: NamedFile, { binary = false } = {}): Promise<Buffer> {
  const { tool, path } = named;
  const handle = await openFile(named, constants.O_RDONLY, "list_files lists the files");
  try {
    const { size } = await handle.stat();
    if (size > MAX_FILE) {
      throw invalidInput(
        tool,
        `\`${path}\` is too large (${size} bytes, limit 16 MiB)`,
        "use exec to read parts of it",
      );
    }
    const bytes = await handle.readFile();
    if (!binary && bytes.includes(0)) throw invalidInput(tool, `\`${path}\` is not a text file`);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Writes a whole file and creates missing parent folders. An existing file keeps its permissions. */
export async function writeBytes(named: NamedFile, bytes: Uint8Array): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT;
  await mkdir(dirname(named.file), { recursive: true }).catch((error) => {
    throw fileError(named.tool, named.path, error);
  });
  const handle = await openFile(named, flags);
  try {
    const { nlink, mode } = await handle.stat();
    // Files of installed packages are hard links to a pool that other sessions use: never write into them.
    if (nlink > 1) return await replaceFile(named.file, bytes, mode);
    // Only after `stat` confirmed that it is a regular file.
    await handle.truncate(0);
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

/** Puts a new file in the place of an old one. */
async function replaceFile(file: string, bytes: Uint8Array, mode: number): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file).slice(0, 100)}.${randomUUID()}`);
  try {
    await writeFile(temporary, bytes, { flag: "wx" });
    await chmod(temporary, mode & 0o7777);
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function openFile({ tool, path, file }: NamedFile, flags: number, hint?: string): Promise<FileHandle> {
  let handle: FileHandle;
  try {
    handle = await open(file, flags | CAREFULLY, 0o666);
  } catch (error) {
    throw fileError(tool, path, error, hint);
  }
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw invalidInput(tool, `\`${path}\` is not a file`);
  }
  return handle;
}

const REASONS: Record<string, string> = {
  ENOENT: "file not found: ",
  ENOTDIR: "a parent is not a folder: ",
  EEXIST: "a parent is not a folder: ",
  EISDIR: "not a file: ",
  // ENXIO: a pipe that nobody reads.
  ENXIO: "not a file: ",
  ELOOP: "not a file: ",
  EACCES: "permission denied: ",
  EPERM: "permission denied: ",
  ENAMETOOLONG: "file name too long: ",
  ENOSPC: "disk full: ",
};

/** Turns a file system error into a message that a model can act on. */
export function fileError(tool: string, path: string, error: unknown, hint?: string): Error {
  const { code = "" } = error as NodeJS.ErrnoException;
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  if (reason === undefined) return error instanceof Error ? error : new Error(String(error));
  const short = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  return invalidInput(tool, `${reason}\`${short}\``, code === "ENOENT" ? hint : undefined);
}
