/** Where the files of a run are kept. */

import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { mkdir, open, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { FleetError } from "./errors.js";
import type { Artifact } from "./types.js";

/** Which file of which item. */
export interface ArtifactKey {
  /** Name of the run. */
  run: string;
  /** Index of the item. */
  item: number;
  /** Relative path with `/`; checked before a store gets it. */
  name: string;
}

/** What is stored: text, bytes, or a file of the worker's host. */
export type ArtifactContent = string | Uint8Array | { file: string };

/**
 * Keeps files of runs. Implement it for an object store; `FolderStore` keeps them in a folder, which several workers may
 * share.
 *
 * @example
 * const store: ArtifactStore = {
 *   async put({ run, item, name }, content) {
 *     const key = `${run}/${item}/${name}`;
 *     // await s3.putObject({ Bucket: "repairs", Key: key, Body: … });
 *     return { name, location: `s3://repairs/${key}`, size: typeof content === "string" ? content.length : 0 };
 *   },
 * };
 * console.log(typeof store.put); // → function
 */
export interface ArtifactStore {
  /** Stores one file; replaces an earlier one of the same key. */
  put(key: ArtifactKey, content: ArtifactContent): Promise<Artifact>;
}

/**
 * Keeps artifacts in a folder: `<folder>/<run>/<item>/<name>`.
 *
 * @example
 * const fleet = new Fleet({ artifacts: new FolderStore("artifacts") });
 * await fleet.close();
 */
export class FolderStore implements ArtifactStore {
  /** Absolute path of the folder. */
  readonly folder: string;

  constructor(folder: string) {
    this.folder = resolve(folder);
  }

  async put({ run, item, name }: ArtifactKey, content: ArtifactContent): Promise<Artifact> {
    const location = join(this.folder, run, String(item), ...name.split("/"));
    const partial = join(dirname(location), `.${randomUUID()}.partial`);
    try {
      await mkdir(dirname(location), { recursive: true });
      if (typeof content === "object" && "file" in content) await copyRegularFile(content.file, partial);
      else await writeFile(partial, content);
      const { size } = await stat(partial);
      // In one step: a reader never sees half a file, also when two attempts store the same name.
      await rename(partial, location);
      return { name, location, size };
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }
}

/** Copies a file that a build may have made: no link, no device, no pipe is followed or opened for long. */
async function copyRegularFile(from: string, to: string): Promise<void> {
  const source = await open(
    from,
    constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
  );
  try {
    if (!(await source.stat()).isFile()) throw new TypeError(`\`${from}\` is not a regular file`);
    const target = await open(to, "w");
    await pipeline(source.createReadStream({ autoClose: false }), target.createWriteStream());
  } finally {
    await source.close();
  }
}

/** Stores a file of an item; every failure is a `FLEET_ARTIFACT_FAILED` that names the artifact. */
export async function putArtifact(
  store: ArtifactStore,
  key: ArtifactKey,
  content: ArtifactContent,
): Promise<Artifact> {
  checkName(key.name);
  try {
    return await store.put(key, content);
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOSPC" ? "disk full" : code === "ELOOP" ? "it is a symbolic link" : message;
    throw new FleetError("FLEET_ARTIFACT_FAILED", `could not store artifact \`${key.name}\`: ${reason}`, {
      cause,
      ...(code === "ENOSPC" ? { hint: "free space in the artifact folder, or store fewer files" } : {}),
    });
  }
}

/** Names become paths and object keys. */
function checkName(name: string): void {
  const segments = typeof name === "string" ? name.split("/") : [""];
  const isPlain = segments.every(
    (segment) =>
      segment !== "" &&
      segment !== "." &&
      segment !== ".." &&
      Buffer.byteLength(segment) <= 200 &&
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
      !/[\u0000-\u001f\u007f\\:]/.test(segment),
  );
  if (isPlain && segments.length <= 16) return;
  throw new FleetError("FLEET_ARTIFACT_FAILED", `invalid artifact name ${JSON.stringify(name)}`, {
    hint: "use a relative path such as `logs/build.log`, without `..`, `\\` and `:`",
  });
}
