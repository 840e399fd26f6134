/** Worker processes of a fleet, started as a user starts them. */

import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { root } from "./workbench.js";

/** A worker process. */
export interface WorkerProcess {
  name: string;
  child: ChildProcess;
  /** What it wrote to standard error. */
  log(): string;
  /** Resolves with its exit status, or the signal that ended it. */
  ended: Promise<number | string>;
}

/** Starts a worker; resolves once it takes items. */
export async function startWorker(
  name: string,
  engine: string,
  args: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<WorkerProcess> {
  const program = join(root, "ts-sdk/dist/cli/main.js");
  const child = spawn(process.execPath, [program, "worker", "--engine", engine, "--name", name, ...args], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { ...process.env, ...env },
  });
  let log = "";
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (code, signal) => resolve(code ?? signal ?? -1));
  });
  await new Promise<void>((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
      if (log.includes("takes items")) resolve();
    });
    void ended.then((status) => reject(new Error(`worker ${name} exited with ${status}: ${log}`)));
  });
  return { name, child, log: () => log, ended };
}

/** Ends workers that still run. */
export async function endWorkers(workers: readonly WorkerProcess[]): Promise<void> {
  for (const { child } of workers) child.kill("SIGKILL");
  await Promise.all(workers.map(({ ended }) => ended));
}
