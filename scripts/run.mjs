// Runs other programs and shows their output.

import { spawn, spawnSync } from "node:child_process";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";

/** The root of the repository. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Environment of all programs that are started; `toolchain.mjs` may select another toolchain in it. */
export const environment = { ...process.env };

/** A step that failed; its own output says why. */
export class StepFailed extends Error {}

/** Prints the current step. */
export function say(text) {
  process.stderr.write(
    `${process.stderr.isTTY ? "\u001b[1m" : ""}› ${text}${process.stderr.isTTY ? "\u001b[0m" : ""}\n`,
  );
}

/** Runs a program in the root folder and shows its output; throws if the program fails. */
export function run(command, args, options = {}) {
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    stdio: ["ignore", 2, 2],
    shell: needsShell(command),
    ...options,
  });
  if (error) throw new StepFailed(`failed to start ${command}: ${error.message}`);
  if (status !== 0) throw new StepFailed(`${command} ${args.join(" ")} exited with status ${status}`);
}

/** The output of a program, or undefined if it fails or is not installed. */
export function ask(command, args) {
  const { status, stdout } = spawnSync(command, args, {
    cwd: root,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: needsShell(command),
  });
  return status === 0 ? stdout : undefined;
}

/** The standard output of npm, run in a folder. Its error output is shown; throws if npm fails. */
export function npm(args, cwd) {
  const { status, stdout, error } = spawnSync("npm", ["--loglevel=error", ...args], {
    cwd,
    env: environment,
    encoding: "utf8",
    stdio: ["ignore", "pipe", 2],
    shell: needsShell("npm"),
  });
  if (error) throw new StepFailed(`failed to start npm: ${error.message}`);
  if (status !== 0) throw new StepFailed(`npm ${args.join(" ")} exited with status ${status}\n${stdout}`);
  return stdout;
}

/** Runs a program, shows its output and returns it with the exit status; never throws. */
export function watch(command, args, options = {}) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: environment,
      stdio: ["ignore", "pipe", "pipe"],
      shell: needsShell(command),
      ...options,
    });
    let output = "";
    const keep = (chunk) => {
      output += chunk;
      process.stderr.write(chunk);
    };
    child.stdout.on("data", keep);
    child.stderr.on("data", keep);
    child.on("error", (error) => resolve({ status: 1, output: `${output}${error.message}\n` }));
    child.on("close", (status) => resolve({ status: status ?? 1, output }));
  });
}

/** Runs a script's body; a failed step exits with a message and status 1. */
export async function script(body) {
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    process.stderr.write(`\nfailed: ${error.message}\n`);
    process.exitCode = 1;
  }
}

// npm and npx are batch files on Windows.
function needsShell(command) {
  return process.platform === "win32" && (command === "npm" || command === "npx");
}
