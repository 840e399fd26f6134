/**
 * Reading and writing single files for tools. Whatever a build left in the place of a file (a pipe, a device, a link) neither
 * blocks the process nor is followed.
 */

import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { invalidInput } from "./tool.js";

/** Larger files are not read, searched or edited. */
export const LARGEST = 16 * 1024 * 1024;

/** Opening a pipe must not wait for its other end; the last part of a path was resolved before, and is no link. */
const CAREFULLY = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** A file as a tool's messages name it. */
export interface Named {
  tool: string;
  /** As the model gave it. */
  path: string;
  /** Where it is. */
  file: string;
}

/**
 * The bytes of a text file.
 *
 * @throws SidewinderError with code `INVALID_INPUT` for what is no file, no text, or too large.
 */
export async function bytesOf(named: Named): Promise<Buffer> {
  const { tool, path } = named;
  const handle = await opened(named, constants.O_RDONLY, "list_files tells what is there");
  try {
    const { size } = await handle.stat();
    if (size > LARGEST) throw invalidInput(tool, `\`${path}\` has ${size} bytes; use exec to look at it`);
    const bytes = await handle.readFile();
    if (bytes.includes(0)) throw invalidInput(tool, `\`${path}\` is not a text file`);
    return bytes;
  } finally {
    await handle.close();
  }
}

/** Writes a whole file, a new one or over an old one, whose rights stay. */
export async function writeBytes(named: Named, bytes: Uint8Array): Promise<void> {
  const flags = constants.O_WRONLY | constants.O_CREAT;
  const handle = await opened(named, flags, "make its folder first, by exec");
  try {
    // Only now, when it is known to be a file.
    await handle.truncate(0);
    await handle.writeFile(bytes);
  } finally {
    await handle.close();
  }
}

async function opened({ tool, path, file }: Named, flags: number, hint: string): Promise<FileHandle> {
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
  ENOENT: "is not there",
  ENOTDIR: "is not there: a part of its path is no folder",
  EISDIR: "is not a file",
  // A pipe that nobody reads.
  ENXIO: "is not a file",
  ELOOP: "is not a file",
  EACCES: "may not be opened",
  ENAMETOOLONG: "is too long a name",
};

/** What the file system says, as a message that a model can act on. */
export function fileError(tool: string, path: string, error: unknown, hint?: string): Error {
  const { code = "" } = error as NodeJS.ErrnoException;
  if (!Object.hasOwn(REASONS, code)) return error instanceof Error ? error : new Error(String(error));
  const short = path.length > 200 ? `${path.slice(0, 200)}…` : path;
  if (code === "ENOENT") return invalidInput(tool, `there is no \`${short}\``, hint);
  return invalidInput(tool, `\`${short}\` ${REASONS[code]}`);
}
