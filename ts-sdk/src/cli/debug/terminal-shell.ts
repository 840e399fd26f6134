/** An interactive shell in the environment of a build. */

import { spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { SidewinderError } from "../../errors.js";
import type { DebugSession } from "../../session/session.js";

/** What a terminal needs to know of itself; a build's environment does not have it. */
const OF_THE_TERMINAL = ["TERM", "COLORTERM", "TERMINFO", "LINES", "COLUMNS"];

/** What the probing shell sets for itself. */
const OF_THE_PROBE = ["_", "SHLVL", "OLDPWD"];

/** A shell, and the environment that it starts in. */
export interface ShellStart {
  /** The bash that runs the build's script. */
  program: string;
  env: Record<string, string>;
  cwd: string;
}

/**
 * What a shell in the session's environment starts with: the same that a command of `exec` sees.
 *
 * The values come by a file that only this user can read, and that is removed at once: the output of commands has its
 * secrets masked.
 */
export async function shellStart(session: DebugSession, signal?: AbortSignal): Promise<ShellStart> {
  const folder = await mkdtemp(join(tmpdir(), "sidewinder-shell-"));
  try {
    const file = join(folder, "environment");
    const probe = 'umask 077; { printf "%s\\0" "$BASH"; env -0; } > "$1"';
    const { success, stderr } = await session.exec(["bash", "-c", probe, "bash", file], {
      ...(signal === undefined ? {} : { signal }),
    });
    if (!success) {
      throw new SidewinderError(
        "SCRIPT_FAILED",
        `the build environment cannot be set up\n${stderr.trimEnd()}`,
        {
          hint: "look at build_env.sh in the work folder",
        },
      );
    }
    const [program = "bash", ...entries] = (await readFile(file, "utf8")).split("\0");
    const env: Record<string, string> = {};
    for (const entry of entries) {
      const at = entry.indexOf("=");
      if (at > 0) env[entry.slice(0, at)] = entry.slice(at + 1);
    }
    for (const name of OF_THE_PROBE) delete env[name];
    return { program, env, cwd: session.workDir };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * Hands the terminal over to a shell until it ends, and gives its exit code.
 *
 * Ctrl-C is the shell's: this process does not end by it. Without a terminal the shell reads its commands from standard
 * input.
 */
export async function runShell({ program, env, cwd }: ShellStart, name: string): Promise<number> {
  const interactive = process.stdin.isTTY === true;
  const ofTheTerminal = OF_THE_TERMINAL.flatMap((key) => {
    const value = process.env[key];
    return value === undefined ? [] : [[key, value] as const];
  });
  const shell = spawn(program, ["--noprofile", "--norc", ...(interactive ? ["-i"] : [])], {
    cwd,
    env: { ...env, ...Object.fromEntries(ofTheTerminal), PS1: `[${name}] \\w \\$ ` },
    stdio: "inherit",
  });
  const ignore = (): void => {};
  const hangUp = (): void => void shell.kill("SIGHUP");
  process.on("SIGINT", ignore).on("SIGTERM", hangUp).on("SIGHUP", hangUp);
  try {
    return await new Promise<number>((done, failed) => {
      shell.once("error", failed);
      shell.once("exit", (code, signal) =>
        done(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  } finally {
    process.off("SIGINT", ignore).off("SIGTERM", hangUp).off("SIGHUP", hangUp);
  }
}
