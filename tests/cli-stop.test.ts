/** Signals end what the command line runs, and nothing stays behind. */

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { beforeAll, expect, test } from "vitest";
import { channel, root, scratch, scripted } from "./support/workbench.js";

const PROGRAM = join(root, "ts-sdk", "dist", "cli", "main.js");
const SLEEPS = ["sleep 86399 & echo $! $$", "wait"];

let folder: string;
beforeAll(async () => {
  folder = await scratch();
  await writeFile(join(folder, "recipe.yaml"), scripted(SLEEPS));
  const setup = [PROGRAM, "debug", "setup", "recipe.yaml", "-c", channel];
  const { status, stderr } = spawnSync(process.execPath, setup, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
});

function start(...args: string[]): ChildProcess {
  return spawn(process.execPath, [PROGRAM, ...args], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
}

function lives(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test.each([
  ["SIGINT", 130, ["run"]],
  ["SIGTERM", 143, ["run"]],
  ["SIGINT", 130, ["exec", SLEEPS.join("; ")]],
] as const)("%s ends debug with status %i, and with it all that %j started", async (signal, code, args) => {
  const child = start("debug", ...args);
  if (child.stdout === null) throw new Error("no output");
  const [line] = await once(createInterface(child.stdout), "line");
  const started = String(line).split(" ").map(Number);
  expect(started.map(lives)).toEqual([true, true]);
  const ended = once(child, "exit");
  child.kill(signal);
  expect(await ended).toEqual([code, null]);
  await expect.poll(() => started.map(lives), { timeout: 10_000 }).toEqual([false, false]);
  // The session is as usable as before.
  const next = spawnSync(process.execPath, [PROGRAM, "debug", "exec", "echo again"], {
    cwd: folder,
    encoding: "utf8",
  });
  expect(next).toMatchObject({ status: 0, stdout: "again\n" });
});

test("a time limit ends the script with status 124", () => {
  const args = [PROGRAM, "debug", "run", "--timeout", "0.5", "--json"];
  const { status, stdout } = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8" });
  expect(status).toBe(124);
  expect(JSON.parse(stdout)).toMatchObject({ timedOut: true, diagnosis: [{ kind: "timeout" }] });
});
