/** `sidewinder debug shell`: a shell in the environment of the build. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { SidewinderError } from "../../errors.js";
import { DebugSession } from "../../session/session.js";
import { command } from "../command.js";
import { EXIT } from "../exit-status.js";
import { interruptible } from "../interrupt.js";
import { remark } from "../output.js";
import { printable } from "../terminal.js";
import { type RunEnvironment, runEnvironment } from "./run-environment.js";
import { noSessionOperand, sessionDir, WHERE, withSession } from "./where.js";
import { withNetworkOf } from "./without-network.js";

export default command({
  name: "debug shell",
  usage: ["[options]", "[options] < COMMANDS"],
  about:
    "Opens bash in the work folder, in the environment that the build script has: the same variables, both environments " +
    "active, ~ being the work folder. Of your own environment only the terminal's type and your editor are added. Where " +
    "standard input is not a terminal, bash runs the commands that come there.\n\n" +
    "Other commands may work on the session meanwhile, e.g. debug add in a second terminal. What the shell shows is not " +
    "masked as the output of scripts is: secrets that the recipe names can be seen.\n\n" +
    "Ends with the status of the shell. With --json, only errors are JSON.",
  options: WHERE,
  examples: [
    {
      description: "look around, then run the build script by hand",
      line: "sidewinder debug shell    # and there: bash -ex conda_build.sh",
    },
    {
      description: "the next commands for a session, from a file",
      line: "sidewinder debug shell < commands.sh",
    },
  ],
  failure: EXIT.notRun,
  async run(call) {
    noSessionOperand(call);
    if (process.platform === "win32") {
      throw new SidewinderError(
        "UNSUPPORTED",
        "`debug shell` needs bash, and works on Linux and macOS only",
        {
          hint: "use `sidewinder debug exec`",
        },
      );
    }
    const { buildDir: dir } = await DebugSession.find(sessionDir(call.values));
    // What is made is removed inside: until the end, a further signal must not end the process.
    return await interruptible(async (signal) => {
      // Released before the shell begins, so that others may add packages or run the script meanwhile.
      const { scene, hasNetwork } = await withSession({ ...call.values, dir }, async (session) => {
        const run = await runEnvironment(session, signal);
        return { scene: sceneOf(session, run), hasNetwork: run.hasNetwork };
      });
      const open = async (before: string[]): Promise<number> => {
        if (process.stdin.isTTY) {
          remark(call, `A shell in the build environment of ${scene.name}. \`exit\` leaves it.`);
        }
        return await shell(scene, before, signal);
      };
      if (hasNetwork) return await open([]);
      return await withSession(
        { ...call.values, dir },
        async (session) => await withNetworkOf(session, signal, open),
      );
    });
  },
});

/** Opens a shell in a session that this process holds; its status. */
export async function openShell(session: DebugSession, signal: AbortSignal): Promise<number> {
  const run = await runEnvironment(session, signal);
  const open = async (before: string[]): Promise<number> =>
    await shell(sceneOf(session, run), before, signal);
  return run.hasNetwork ? await open([]) : await withNetworkOf(session, signal, open);
}

interface Scene {
  /** Package and version, for the prompt. */
  name: string;
  workDir: string;
  buildDir: string;
  bash: string;
  environment: NodeJS.ProcessEnv;
}

/** Variables that tell programs how to use the terminal and which editor to open: the person's, not the build's. */
const OF_THE_PERSON = [
  "TERM",
  "COLORTERM",
  "TERM_PROGRAM",
  "TERMINFO",
  "EDITOR",
  "VISUAL",
  "PAGER",
  "NO_COLOR",
  "FORCE_COLOR",
];

function sceneOf({ variant, paths }: DebugSession, { bash, environment }: RunEnvironment): Scene {
  const own = OF_THE_PERSON.map((name) => [name, process.env[name]]).filter(
    ([, value]) => value !== undefined,
  );
  return {
    name: printable(`${variant.name} ${variant.version}`),
    workDir: paths.workDir,
    buildDir: paths.buildDir,
    bash,
    environment: { ...environment, ...Object.fromEntries(own) },
  };
}

/** Runs bash until it ends, the terminal being its own; gives its status. */
async function shell(
  { name, workDir, buildDir, bash, environment }: Scene,
  before: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const isInteractive = process.stdin.isTTY === true && process.stderr.isTTY === true;
  const folder = await mkdtemp(join(tmpdir(), "sidewinder-shell-"));
  const startFile = join(folder, "bashrc");
  const options = isInteractive ? ["--noprofile", "--rcfile", startFile, "-i"] : ["-s"];
  const [program = bash, ...args] = [...before, bash, ...options];
  await writeFile(startFile, startText(name, join(buildDir, ".shell-history")));
  const child = spawn(program, args, { cwd: workDir, env: environment, stdio: "inherit" });
  // What is typed is for the shell. An interactive one ignores SIGTERM, and ends by SIGHUP.
  const end = (): void => void (signal.reason.signalName === "SIGINT" || child.kill("SIGHUP"));
  signal.addEventListener("abort", end);
  try {
    const [code, signalName] = (await once(child, "exit")) as [number | null, NodeJS.Signals | null];
    return code ?? 128 + constants.signals[signalName ?? "SIGKILL"];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new SidewinderError("SPAWN_FAILED", `cannot start bash: ${reason}`, { cause: error });
  } finally {
    signal.removeEventListener("abort", end);
    await rm(folder, { recursive: true, force: true });
  }
}

/** What an interactive shell begins with. The name comes from the recipe: nothing in it is expanded. */
function startText(name: string, history: string): string {
  const prompt = `\\[\\e[36m\\](${name.replaceAll(/[^\w.+ -]/g, "_")})\\[\\e[0m\\] \\w\\$ `;
  return [
    `PS1=${quoted(prompt)}`,
    // Next to the work folder, whose changes may become a patch.
    `HISTFILE=${quoted(history)}`,
    // It would stop the shell alone, and leave the terminal to nobody.
    "enable -n suspend",
    "",
  ].join("\n");
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
