/** A session as a sandbox and a file system of Mastra. */

import type { WorkspaceFilesystem, WorkspaceSandbox } from "@mastra/core/workspace";
import type { DebugSession } from "../../../session/session.js";
import { SessionCommands, sessionDescription } from "../core/session-commands.js";
import { SessionFiles } from "../core/session-files.js";
import { filesystemOf } from "./filesystem.js";

/** What a `Workspace` of Mastra is made of. */
export interface MastraWorkspaceParts {
  /** Runs commands in the activated build environment. */
  sandbox: WorkspaceSandbox;
  /** The files of the session's folders. */
  filesystem: WorkspaceFilesystem;
}

/**
 * Makes the parts of a `Workspace` of a session: commands run in the activated build environment, files are those of the
 * session's folders. Closing the session is up to you.
 *
 * @example
 * import { Agent } from "@mastra/core/agent";
 * import { Workspace } from "@mastra/core/workspace";
 * import { mastraWorkspace } from "sidewinder/agent/mastra";
 *
 * const workspace = new Workspace({ name: "build", ...mastraWorkspace(session) });
 * const agent = new Agent({ id: "repair", name: "repair", instructions, model, workspace });
 */
export function mastraWorkspace(session: DebugSession): MastraWorkspaceParts {
  return { sandbox: sandboxOf(session), filesystem: filesystemOf(session, new SessionFiles(session)) };
}

function sandboxOf(session: DebugSession): WorkspaceSandbox {
  const commands = new SessionCommands(session);
  const id = `sidewinder-${session.variant.name}`;
  return {
    id,
    name: "sidewinder session",
    provider: "sidewinder",
    status: "running",
    // The session has checkpoints of its own, which Mastra cannot start from.
    snapshot: async () => undefined,
    getInstructions: () => sessionDescription(session),
    async executeCommand(command, args, options = {}) {
      const { timeout, env, cwd, onStdout, onStderr, abortSignal } = options;
      const started = performance.now();
      const line = args === undefined ? command : [command, ...args.map(quoted)].join(" ");
      const { success, exitCode, stdout, stderr, timedOut } = await commands.run(line, {
        cwd,
        ...(timeout === undefined ? {} : { timeoutMs: timeout }),
        ...(env === undefined ? {} : { env: defined(env) }),
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
        ...(onStdout === undefined ? {} : { onStdout }),
        ...(onStderr === undefined ? {} : { onStderr }),
      });
      const executionTimeMs = Math.round(performance.now() - started);
      return { success, exitCode, stdout, stderr, timedOut, executionTimeMs, command: line };
    },
  };
}

function quoted(argument: string): string {
  return /^[\w@%+=:,./-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}

function defined(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
