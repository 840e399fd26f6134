/** Files that tools may see and change: those of the session, whatever links lead elsewhere. */

import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { SessionClosedError } from "../errors.js";
import type { DebugSession } from "../session/session.js";
import { fileError } from "./text-files.js";
import { invalidInput } from "./tool.js";

/** Where the whole output of the last run is, beside the work folder. */
const LOGS = ["conda_build.log", "conda_exec.log"];

/** What is done with a file. */
type Purpose = "read" | "write";

/**
 * The real path of a file that a tool names: relative to the work folder, or absolute.
 *
 * Reading is for the work folder, both prefixes, the recipe's folder and the logs of runs; writing for the work folder and
 * the host prefix. A path that leaves them, by `..` or by a link, is refused.
 *
 * @throws SidewinderError with code `INVALID_INPUT`.
 */
export async function inside(
  session: DebugSession,
  tool: string,
  path: string,
  purpose: Purpose,
): Promise<string> {
  if (session.closed) throw new SessionClosedError("SESSION_CLOSED", "the session is closed");
  if (path.includes("\0")) throw invalidInput(tool, "a path has no NUL");
  const { workDir, hostPrefix, buildPrefix, recipeDir, buildDir } = session.paths;
  const allowed = purpose === "write" ? [workDir, hostPrefix] : [workDir, hostPrefix, buildPrefix, recipeDir];
  const real = await realOf(isAbsolute(path) ? path : join(workDir, path)).catch((error) => {
    throw fileError(tool, path, error);
  });
  if (purpose === "read" && LOGS.some((log) => real === join(buildDir, log))) return real;
  for (const folder of allowed) {
    const root = await realOf(folder);
    if (real === root || real.startsWith(root + sep)) return real;
  }
  throw invalidInput(
    tool,
    `\`${path}\` is outside of what may be ${purpose === "write" ? "changed" : "read"}`,
    `use paths relative to the work folder, or below: ${allowed.join(", ")}`,
  );
}

/** How a path is shown: relative to the work folder where it is in it. */
export function shown(session: DebugSession, path: string): string {
  const below = relative(session.workDir, path);
  return below === "" ? "." : below.startsWith("..") || isAbsolute(below) ? path : below;
}

/** The path with all links resolved; of what is not there yet, the part that is. */
async function realOf(path: string): Promise<string> {
  const whole = resolve(path);
  const missing: string[] = [];
  for (let at = whole; ; at = dirname(at)) {
    try {
      return join(await realpath(at), ...missing);
    } catch (error) {
      // A link that leads nowhere would be followed when the file is made.
      const dangling = await lstat(at).then(
        (found) => found.isSymbolicLink(),
        () => false,
      );
      if (dangling || dirname(at) === at) throw error;
      missing.unshift(at.slice(dirname(at).length).replace(/^[\\/]/, ""));
    }
  }
}
