/** A session that a fleet opened: on this host or another, with the same calls. */

import { constants } from "node:fs";
import { mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { sessionPath } from "../agent/core/session-paths.js";
import { SidewinderError } from "../errors.js";
import type { ScriptResult } from "../generated/types.js";
import type { RunOptions } from "../session/options.js";
import type { OutputChunk } from "../session/script-run.js";
import type { DebugSession } from "../session/session.js";

/** A running script of a session of a fleet. */
export interface FleetScriptRun extends AsyncIterable<OutputChunk> {
  /** What the script did. */
  readonly result: Promise<ScriptResult>;
  /** Stops it. */
  kill(): void;
}

/** The calls of `DebugSession` that work across hosts, and access to files, which another host's file system is not. */
export interface FleetSession
  extends Pick<
      DebugSession,
      | "paths"
      | "workDir"
      | "hostPrefix"
      | "buildPrefix"
      | "variant"
      | "setupLog"
      | "readBuildScript"
      | "writeBuildScript"
      | "runScript"
      | "exec"
      | "addPackages"
      | "packages"
      | "createPatch"
      | "checkpoint"
      | "restore"
    >,
    AsyncDisposable {
  /** Name of the host that has it. */
  readonly host: string;
  /** As `runScript`, with the output as it comes. */
  streamScript(options?: RunOptions): FleetScriptRun;
  /**
   * The bytes of a file of the session.
   *
   * @param path Relative to the work folder, or absolute in the session's folders.
   */
  readFile(path: string): Promise<Uint8Array>;
  /** Writes a file in the work folder or the host prefix, with the folders that it needs. */
  writeFile(path: string, content: string | Uint8Array): Promise<void>;
  /** Ends the session and removes its folders. */
  close(): Promise<void>;
}

/** Calls that are the session's own and need no help to cross: arguments and values are JSON. */
export const PLAIN_CALLS = [
  "readBuildScript",
  "writeBuildScript",
  "runScript",
  "exec",
  "addPackages",
  "packages",
  "createPatch",
  "checkpoint",
  "restore",
] as const;

/** The largest file that crosses, in bytes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;
/** A script may have left a pipe or a link in the place of a file. */
const CAREFULLY = (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Reads a file of a session. */
export async function readSessionFile(session: DebugSession, path: string): Promise<Buffer> {
  const handle = await open(
    await sessionPath(session, "readFile", path, "read"),
    constants.O_RDONLY | CAREFULLY,
  );
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new SidewinderError("INVALID_INPUT", `\`${path}\` is not a regular file`);
    if (found.size > MAX_FILE_BYTES) {
      throw new SidewinderError(
        "INVALID_INPUT",
        `\`${path}\` has ${found.size} bytes (limit ${MAX_FILE_BYTES})`,
        {
          hint: "store it as an artifact",
        },
      );
    }
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** Writes a file of a session. */
export async function writeSessionFile(
  session: DebugSession,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const file = await sessionPath(session, "writeFile", path, "write");
  await mkdir(dirname(file), { recursive: true });
  const handle = await open(file, constants.O_WRONLY | constants.O_CREAT | CAREFULLY, 0o666);
  try {
    if (!(await handle.stat()).isFile())
      throw new SidewinderError("INVALID_INPUT", `\`${path}\` is not a regular file`);
    await handle.truncate(0);
    await handle.writeFile(content);
  } finally {
    await handle.close();
  }
}

/** A session of this process, with what a session of a fleet has besides. */
export function localSession(session: DebugSession, host: string): FleetSession {
  return Object.defineProperties(session, {
    host: { value: host, enumerable: false },
    readFile: { value: (path: string) => readSessionFile(session, path) },
    writeFile: {
      value: (path: string, content: string | Uint8Array) => writeSessionFile(session, path, content),
    },
  }) as unknown as FleetSession;
}
