/** A run ends with the process that started it, however that ends, and so do all processes of the run. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { DebugSession } from "../ts-sdk/src/index.js";
import { type Desk, desk } from "./support/command-line.js";
import { channel, root, scratch, scripted, variantOf } from "./support/workbench.js";

/** Starts a daemon that nothing in its environment or parentage leads to, says so, and goes on without end. */
const SCRIPT = [
  "trap '' HUP",
  "echo $$ > main.pid",
  "(env -i /usr/bin/setsid /bin/sh -c 'echo $$ > daemon.new; mv daemon.new daemon.pid; exec sleep 600' &) > /dev/null 2>&1",
  "while [ ! -e daemon.pid ]; do sleep 0.01; done",
  "echo running",
  "while :; do sleep 0.1; echo still; done",
];

function isRunning(pid: string): boolean {
  const stat = `/proc/${pid}/stat`;
  return existsSync(stat) && !/\) [ZX] /.test(readFileSync(stat, "utf8"));
}

/** Waits for a state of the system that nothing announces. */
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await pause(5);
}

async function pidsOf(workDir: string): Promise<string[]> {
  const files = ["main.pid", "daemon.pid"].map((name) => readFile(join(workDir, name), "utf8"));
  return (await Promise.all(files)).map((text) => text.trim());
}

/** Runs a program of Node.js until the script says that it runs. */
async function hosted(text: string, env: Record<string, string>): Promise<ChildProcess> {
  const child = spawn(process.execPath, ["--input-type=module", "--eval", text], {
    cwd: root,
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, ...env },
  });
  await running(child);
  return child;
}

async function running(child: ChildProcess): Promise<void> {
  for await (const piece of child.stdout as AsyncIterable<Buffer>) {
    if (piece.toString().includes("running")) break;
  }
}

/** Runs the script, and does this once it runs. */
const HOST = (then: string): string => `
  const { DebugSession } = await import("./ts-sdk/dist/index.js");
  const session = await DebugSession.attach(process.env.SESSION);
  const options = { keepRunning: process.env.KEEP === "1", onStdout(text) {
    if (text.includes("running")) { console.log("running"); ${then} }
  } };
  await session.runScript(options);
`;
const WORKER = `
  const { Worker } = await import("node:worker_threads");
  const worker = new Worker(process.env.TEXT, { eval: true, stdout: true });
  worker.stdout.on("data", async () => {
    await worker.terminate();
    console.log("running");
    setInterval(() => {}, 1000);
  });
`;

async function closed(): Promise<DebugSession> {
  const options = { channels: [channel], cacheDir: await scratch(), outputDir: await scratch() };
  const session = await DebugSession.create(variantOf(scripted(SCRIPT)), options);
  await session.close({ keep: true });
  return session;
}

describe.runIf(process.platform === "linux")("a run ends when its host", () => {
  const deaths: [string, string, ((host: ChildProcess) => void)?][] = [
    ["is killed", HOST(""), (host) => void host.kill("SIGKILL")],
    ["quits", HOST(""), (host) => void host.kill("SIGQUIT")],
    ["is terminated", HOST(""), (host) => void host.kill("SIGTERM")],
    ["calls process.exit", HOST("process.exit(0);")],
    ["throws", HOST('setImmediate(() => { throw new Error("uncaught"); });')],
    ["aborts", HOST("process.abort();")],
    ["is a worker that is terminated", WORKER],
  ];
  test.concurrent.each(deaths)(
    "%s",
    async (_what, text, end) => {
      const session = await closed();
      const host = await hosted(text, {
        SESSION: session.workDir,
        TEXT: `(async () => {${HOST("")}})()`,
      });
      const pids = await pidsOf(session.workDir);
      end?.(host);
      await until(() => !pids.some(isRunning));
      // Nothing holds the folder any more, and the session can be used at once.
      host.kill("SIGKILL");
      if (host.exitCode === null && host.signalCode === null) await once(host, "exit");
      const again = await DebugSession.attach(session.workDir);
      expect((await again.exec("echo free")).stdout).toBe("free\n");
      await again.close({ remove: true });
    },
    60_000,
  );

  test("is the command line", async () => {
    const work: Desk = await desk();
    const session = await closed();
    for (const signal of ["SIGKILL", "SIGQUIT", "SIGHUP"] as const) {
      const child = spawn(
        join(work.env.PATH?.split(":")[0] ?? "", "sidewinder"),
        ["debug", "run", "--dir", session.workDir],
        {
          cwd: work.folder,
          env: work.env,
          stdio: ["ignore", "pipe", "ignore"],
        },
      );
      await running(child);
      const pids = await pidsOf(session.workDir);
      child.kill(signal);
      await until(() => !pids.some(isRunning));
      if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      const again = await DebugSession.attach(session.workDir);
      await again.exec("rm daemon.pid");
      await again.close({ keep: true });
    }
  }, 60_000);
});

describe.runIf(process.platform === "linux")("a run that is kept running", () => {
  test("goes on without its host, into the log, and no second one may begin until it is closed", async () => {
    const session = await closed();
    const host = await hosted(HOST(""), { SESSION: session.workDir, KEEP: "1" });
    const pids = await pidsOf(session.workDir);
    host.kill("SIGKILL");
    await once(host, "exit");
    const log = join(session.paths.buildDir, "conda_build.log");
    const before = readFileSync(log).length;
    await until(() => readFileSync(log).length > before + 20);
    expect(pids.every(isRunning)).toBe(true);
    const again = await DebugSession.attach(session.workDir);
    await expect(again.exec("true")).rejects.toMatchObject({ code: "SESSION_BUSY" });
    await again.close();
    await until(() => !pids.some(isRunning));
  }, 60_000);
});

describe.runIf(process.platform === "linux")("a daemon with a cleaned environment", () => {
  test("stays after its run, and ends with its session although its folder was given", async () => {
    const options = { channels: [channel], cacheDir: await scratch(), outputDir: await scratch() };
    const lines = [...SCRIPT.slice(0, -2), "exit 0"];
    const session = await DebugSession.create(variantOf(scripted(lines)), options);
    expect(await session.runScript()).toMatchObject({ success: true });
    const [main = "", daemon = ""] = await pidsOf(session.workDir);
    expect([isRunning(main), isRunning(daemon)]).toEqual([false, true]);
    await session.close();
    expect(isRunning(daemon)).toBe(false);
    expect(existsSync(session.workDir)).toBe(true);
  });
});

describe("one signal", () => {
  test("stops twenty runs without a warning of too many listeners", async () => {
    const warnings: Error[] = [];
    const warned = (warning: Error): void => void warnings.push(warning);
    process.on("warning", warned);
    const sessions = await Promise.all(
      Array.from({ length: 20 }, () =>
        DebugSession.create(variantOf(scripted(["sleep 600"])), { channels: [channel] }),
      ),
    );
    try {
      const stop = new AbortController();
      const runs = sessions.map((session) =>
        session.runScript({ signal: stop.signal }).catch((error) => error),
      );
      stop.abort(new Error("enough"));
      for (const run of runs) expect((await run).message).toBe("enough");
    } finally {
      await Promise.all(sessions.map((session) => session.close()));
      process.off("warning", warned);
    }
    expect(warnings).toEqual([]);
  }, 60_000);
});

describe("standard input", () => {
  test("can be a stream, whose failure stops the run", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    async function* pieces() {
      yield "one ";
      yield Buffer.from("two\n");
    }
    expect((await session.exec("cat", { stdin: pieces() })).stdout).toBe("one two\n");
    const web = new Response("from the web\n").body as unknown as AsyncIterable<Uint8Array>;
    expect((await session.exec("cat", { stdin: web })).stdout).toBe("from the web\n");
    async function* failing() {
      yield "one\n";
      throw new TypeError("mine");
    }
    await expect(session.exec("cat; sleep 600", { stdin: failing() })).rejects.toThrow("mine");
    // One that is never at its end does not keep the run from ending.
    async function* endless() {
      while (true) yield "more\n";
    }
    expect((await session.exec("head -n 1", { stdin: endless() })).stdout).toBe("more\n");
  });

  test("that is piped goes to `debug exec`", async () => {
    const work = await desk();
    const session = await closed();
    const call = (line: string) => work.bash(line, "piped\n");
    const at = `--dir ${session.workDir}`;
    expect(call(`sidewinder debug exec ${at} cat`).stdout).toBe("piped\n");
    expect(call(`yes | sidewinder debug exec ${at} 'head -n 1'`).stdout).toBe("y\n");
    expect(call(`sidewinder debug exec ${at} --no-stdin cat; cat`).stdout).toBe("piped\n");
  });
});
