/** Commands in a session for the sandbox interfaces of frameworks. */

import { SessionBusyError } from "../../../errors.js";
import type { ScriptResult } from "../../../generated/types.js";
import type { RunOptions } from "../../../session/options.js";
import type { DebugSession } from "../../../session/session.js";
import { sessionPath } from "../../core/session-paths.js";
import { stateOf } from "../../core/session-state.js";

/** How a command runs. */
export interface CommandOptions
  extends Pick<RunOptions, "env" | "timeoutMs" | "stdin" | "signal" | "onStdout" | "onStderr"> {
  /** Where it runs. Default: the work folder. */
  cwd?: string | undefined;
  /** Whether it may go on for long: readers and edits of files do not wait for it. */
  background?: boolean;
}

/** Commands of a session in its activated build environment, one at a time. */
export class SessionCommands {
  readonly #session: DebugSession;
  #background = 0;

  constructor(session: DebugSession) {
    this.#session = session;
  }

  /** Runs a command line after the calls before it. A command that fails is a result. */
  async run(command: string, options: CommandOptions = {}): Promise<ScriptResult> {
    const { cwd, background = false, ...rest } = options;
    // Waiting for a server that the same agent started would never end.
    if (this.#background > 0) {
      throw new SessionBusyError(
        "SESSION_BUSY",
        "a command that was started in this session is still running",
        {
          hint: "wait for it or stop it before you run another one, or run both in one command",
        },
      );
    }
    const line = cwd === undefined ? command : await this.#inFolder(cwd, command);
    if (background) this.#background += 1;
    try {
      const { queue } = stateOf(this.#session);
      const access = background ? "background" : "run";
      return await queue.run(access, rest.signal, () => this.#session.exec(line, defined(rest)));
    } finally {
      if (background) this.#background -= 1;
    }
  }

  async #inFolder(cwd: string, command: string): Promise<string> {
    const folder = await sessionPath(this.#session, "sandbox", cwd, "read");
    if (process.platform === "win32") return `cd /d "${folder}" && (${command})`;
    return `cd -- '${folder.replaceAll("'", `'\\''`)}' || exit\n${command}`;
  }
}

/** Describes a session to a model. */
export function sessionDescription(session: DebugSession): string {
  const { name, version } = session.variant;
  const { workDir, hostPrefix, buildPrefix, buildScript, recipeDir } = session.paths;
  return [
    `The build of the conda package ${name} ${version}, set up but not run. Commands run in its activated build environment.`,
    `Sources and working directory ($SRC_DIR): ${workDir}`,
    `Build script: ${buildScript}; run it with: bash ${buildScript}`,
    `Installation prefix with host dependencies ($PREFIX): ${hostPrefix}`,
    `Build tools ($BUILD_PREFIX, read-only): ${buildPrefix}`,
    `Recipe ($RECIPE_DIR, read-only): ${recipeDir}`,
    "Commands run one at a time. Files outside of these folders cannot be read or written.",
  ].join("\n");
}

function defined<T extends object>(options: T): T {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as T;
}
