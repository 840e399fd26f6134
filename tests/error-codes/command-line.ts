import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { desk } from "../support/command-line.js";
import { channel, root, scratch } from "../support/workbench.js";
import type { Demonstration } from "./demonstration.js";

const MAIN = join(root, "ts-sdk/dist/cli/main.js");

/** The error that a command prints with `--json`. */
async function failing(recipe: string, ...args: string[]): Promise<unknown> {
  const { folder, call } = await desk();
  await writeFile(join(folder, "recipe.yaml"), recipe);
  return JSON.parse(call(...args, "--json").stdout).error;
}

/** The error of a command in a process that says it runs on Windows. */
async function onWindows(...args: string[]): Promise<unknown> {
  const platform = `data:text/javascript,Object.defineProperty(process, "platform", { value: "win32" })`;
  const child = spawn(process.execPath, ["--import", platform, MAIN, ...args, "--json"]);
  return JSON.parse(await text(child.stdout)).error;
}

/** The error of a command that is stopped by SIGTERM while its script runs. */
async function interrupted(): Promise<unknown> {
  const { folder, call, env } = await desk();
  const fifo = join(await scratch(), "started");
  await writeFile(
    join(folder, "recipe.yaml"),
    `package: {name: probe, version: "1"}\nbuild: {script: ["echo > ${fifo}", "exec sleep 600"]}\n`,
  );
  const made = call("debug", "setup", "recipe.yaml", "-c", channel, "-q");
  if (made.status !== 0) throw new Error(made.stderr);
  await once(spawn("mkfifo", [fifo]), "close");
  const child = spawn(process.execPath, [MAIN, "debug", "run", "--json"], { cwd: folder, env });
  const output = text(child.stdout);
  // Reading blocks until the script writes.
  await once(spawn("cat", [fifo]), "close");
  child.kill("SIGTERM");
  return JSON.parse(await output).error;
}

/** The error of `debug shell` in a session whose environment cannot be set up. */
async function activationFailing(): Promise<unknown> {
  const { folder, call } = await desk();
  await writeFile(join(folder, "recipe.yaml"), 'package: {name: probe, version: "1"}\n');
  const made = JSON.parse(call("debug", "setup", "recipe.yaml", "-c", channel, "-q", "--json").stdout);
  await writeFile(made.paths.buildEnvScript, "echo broken >&2\nexit 5\n");
  return JSON.parse(call("debug", "shell", "--json").stdout).error;
}

export const commandLine: Record<string, Demonstration> = {
  USAGE: async () => await failing("", "render", "--no-such-option"),
  NOTHING_TO_BUILD: async () =>
    await failing('package: {name: x, version: "1"}\nbuild: {skip: true}\n', "debug", "setup", "recipe.yaml"),
  SEVERAL_PACKAGES: async () =>
    await failing(
      'recipe: {name: x, version: "1"}\noutputs: [{package: {name: a}}, {package: {name: b}}]\n',
      ...["debug", "setup", "recipe.yaml"],
    ),
  UNSUPPORTED: async () => await onWindows("debug", "shell"),
  INTERRUPTED: interrupted,
  ACTIVATION_FAILED: activationFailing,
};
