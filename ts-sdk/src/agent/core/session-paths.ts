/** Resolves the paths that tools receive, and keeps them inside the session's folders, whatever symbolic links lead elsewhere. */

import { lstat, realpath } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { SessionClosedError } from "../../errors.js";
import type { DebugSession } from "../../session/session.js";
import { invalidInput } from "./input.js";
import { fileError } from "./text-files.js";

/** The complete output of the last runs, next to the work folder. */
const LOGS = ["conda_build.log", "conda_exec.log"];

/** What is done with a file. */
type Purpose = "read" | "write";

/**
 * Returns the real path of a file that a tool names: relative to the work folder, absolute, or below a variable of the
 * build such as `$PREFIX`.
 *
 * Reading is allowed in the work folder, both prefixes, the recipe's folder and logs of runs; writing in the work folder
 * and the host prefix. A path that leaves them, by `..` or by a link, is refused.
 *
 * @throws SidewinderError with code `INVALID_INPUT`.
 */
export async function sessionPath(
  session: DebugSession,
  tool: string,
  path: string,
  purpose: Purpose,
): Promise<string> {
  if (session.closed) throw new SessionClosedError("SESSION_CLOSED", "the session is closed");
  if (path.includes("\0")) throw invalidInput(tool, "a path cannot contain NUL");
  const { workDir, hostPrefix, buildPrefix, recipeDir, buildDir } = session.paths;
  const allowed = purpose === "write" ? [workDir, hostPrefix] : [workDir, hostPrefix, buildPrefix, recipeDir];
  const expanded = expandVariable(session, path);
  const real = await realPath(isAbsolute(expanded) ? expanded : join(workDir, expanded)).catch((error) => {
    throw fileError(tool, path, error);
  });
  if (purpose === "read" && LOGS.some((log) => real === join(buildDir, log))) return real;
  for (const folder of allowed) if (isInside(real, await realPath(folder))) return real;
  throw invalidInput(
    tool,
    `\`${path}\` is outside of the folders that can be ${purpose === "write" ? "changed" : "read"}`,
    `use a path relative to the work folder, or below ${purpose === "write" ? "$SRC_DIR or $PREFIX" : "$SRC_DIR, $PREFIX, $BUILD_PREFIX or $RECIPE_DIR"}`,
  );
}

/** Replaces a leading `$SRC_DIR`, `${PREFIX}` … as the build script's shell would. */
function expandVariable(session: DebugSession, path: string): string {
  const { workDir, hostPrefix, buildPrefix, recipeDir } = session.paths;
  const folders: Record<string, string> = {
    SRC_DIR: workDir,
    PREFIX: hostPrefix,
    BUILD_PREFIX: buildPrefix,
    RECIPE_DIR: recipeDir,
  };
  const [start, braced, plain] = /^\$(?:\{(\w+)\}|(\w+))(?=[\\/]|$)/.exec(path) ?? [];
  const name = braced ?? plain;
  if (start === undefined || name === undefined || !Object.hasOwn(folders, name)) return path;
  return `${folders[name]}${path.slice(start.length)}`;
}

/** The form in which a path is shown to the model: relative to the work folder if it is inside. */
export function shownPath(session: DebugSession, path: string): string {
  const below = relative(session.workDir, path);
  return below === "" ? "." : below.startsWith("..") || isAbsolute(below) ? path : below;
}

/** Whether a real path is a folder or below it. */
export function isInside(real: string, folder: string): boolean {
  return real === folder || real.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

/** Resolves all symbolic links, also if the last parts of the path do not exist yet. */
export async function realPath(path: string): Promise<string> {
  const whole = resolve(path);
  const missing: string[] = [];
  for (let at = whole; ; at = dirname(at)) {
    try {
      return join(await realpath(at), ...missing);
    } catch (error) {
      // Creating a file through a dangling link would follow it.
      const isDangling = await lstat(at).then(
        (found) => found.isSymbolicLink(),
        () => false,
      );
      if (isDangling || dirname(at) === at) throw error;
      missing.unshift(at.slice(dirname(at).length).replace(/^[\\/]/, ""));
    }
  }
}
