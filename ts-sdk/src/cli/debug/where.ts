/** Which session a command works on. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { SidewinderError } from "../../errors.js";
import { DebugSession } from "../../session/session.js";
import type { Options } from "../command.js";

/** Options that say which session. */
export const WHERE = {
  "output-dir": {
    type: "string",
    default: "output",
    value: "DIR",
    about: "the output folder, whose latest session is meant",
  },
  dir: {
    type: "string",
    value: "DIR",
    about: "the session's work or build folder, for another than the latest",
  },
} as const satisfies Options;

/** What {@link WHERE} parses to. */
export interface Where {
  "output-dir": string;
  dir?: string | undefined;
}

/** Takes up the session, does something with it, and leaves it where it is. */
export async function withSession<T>(values: Where, use: (session: DebugSession) => Promise<T>): Promise<T> {
  const session = await DebugSession.attach(sessionDir(values));
  try {
    return await use(session);
  } finally {
    await session.close({ keep: true });
  }
}

/** The work folder: the one given, or the last one of the output folder's log that is still there. */
export function sessionDir(values: Where): string {
  if (values.dir !== undefined) return resolve(values.dir);
  const output = resolve(values["output-dir"]);
  const log = join(output, "rattler-build-log.txt");
  const lines = existsSync(log) ? readFileSync(log, "utf8").trimEnd().split("\n") : [];
  const latest = lines.map(workDirOf).findLast((folder) => existsSync(folder));
  if (latest === undefined) {
    throw new SidewinderError("NOT_A_SESSION", `there is no session in \`${output}\``, {
      hint: "make one with `sidewinder debug setup`, or name its folder with --dir",
    });
  }
  return latest;
}

function workDirOf(line: string): string {
  try {
    return (JSON.parse(line) as { work_dir: string }).work_dir;
  } catch {
    // The oldest form of the log: the bare path.
    return line;
  }
}

/** The options that name the same session again, for a command to type next. */
export function sameSession(values: Where): string {
  if (values.dir !== undefined) return ` --dir ${values.dir}`;
  return values["output-dir"] === WHERE["output-dir"].default ? "" : ` --output-dir ${values["output-dir"]}`;
}
