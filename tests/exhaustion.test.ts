/**
 * Exhaustion, one row per resource: a process that runs out of something gets an error that says so, or a result; it neither
 * crashes nor hangs, and works again once there is room. Each row has a process of its own.
 */

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { channel, scratch } from "./support/workbench.js";

const root = new URL("..", import.meta.url).pathname;
/** Limits of another process, another user (root is exempt from the limit of processes), mounts of its own. */
const works =
  process.platform === "linux" &&
  process.getuid?.() === 0 &&
  ["prlimit", "setpriv"].every((tool) => spawnSync(tool, ["--version"]).status === 0) &&
  spawnSync("unshare", ["--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).status === 0;
const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];

/** Does what each line asks for, and answers with `ok`, or with the code of the error and what the system ran out of. */
const program = (cacheDir: string) => `
  import { rmSync, writeFileSync } from "node:fs";
  import { createInterface } from "node:readline";
  import { DebugSession, onLog, Stage0Recipe, VariantConfig } from ${JSON.stringify(join(root, "ts-sdk/dist/index.js"))};
  const recipe = "package: {name: probe, version: '1'}\\nbuild: {script: ['echo ran']}\\nrequirements: {host: [libweak]}\\n";
  const [variant] = Stage0Recipe.fromYaml(recipe).render(new VariantConfig({}));
  const options = { channels: [${JSON.stringify(channel)}], cacheDir: ${JSON.stringify(cacheDir)} };
  let kept;
  const acts = {
    create: async (more) => (await DebugSession.create(variant, { ...options, ...more })).close(),
    keep: async () => { kept = await DebugSession.create(variant, options); },
    run: () => kept.runScript(),
    fork: async () => (await kept.fork()).close(),
    checkpoint: () => kept.checkpoint("now"),
    limited: () => kept.runScript({ limits: { processes: 50 } }),
    fill: (folder) => { try { for (;;) writeFileSync(folder + "/full", Buffer.alloc(4096), { flag: "a" }); } catch {} },
    free: (folder) => rmSync(folder + "/full"),
  };
  // Loads the addon, and calls nothing.
  onLog(() => {})();
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    const [act, argument] = JSON.parse(line);
    try {
      const result = await acts[act](argument);
      console.log(JSON.stringify({ ok: true, stdout: result?.stdout }));
    } catch (error) {
      console.log(JSON.stringify({ code: error.code ?? String(error), message: error.message, hint: error.hint }));
    }
  }
`;

interface Answer {
  ok?: boolean;
  stdout?: string;
  code?: string;
  message?: string;
  hint?: string;
}

interface Child {
  cacheDir: string;
  temporary: string;
  /** Asks for something, and waits for the answer. */
  ask(act: string, argument?: unknown): Promise<Answer>;
  /** Changes a soft limit as the user of the process, which needs no privilege. */
  limit(name: string, value: number | "unlimited"): void;
  /** How much virtual memory it has. */
  virtualBytes(): number;
}

/** @param mounts Shell commands that run in mounts of its own before the process starts. */
async function withChild(
  work: (child: Child) => Promise<void>,
  mounts: (cacheDir: string, temporary: string) => string = () => "true",
): Promise<void> {
  const [cacheDir, temporary] = [await scratch(), await scratch()];
  for (const folder of [cacheDir, temporary]) chmodSync(folder, 0o777);
  const node = [process.execPath, "--input-type=module", "-e", program(cacheDir)];
  const shell = `${mounts(cacheDir, temporary)} && exec "$@"`;
  const child: ChildProcess = spawn(
    "unshare",
    ["--mount", "sh", "-c", shell, "sh", "setpriv", ...user, ...node],
    { env: { ...process.env, TMPDIR: temporary, HOME: temporary }, stdio: ["pipe", "pipe", "pipe"] },
  );
  let errors = "";
  child.stderr?.on("data", (text) => {
    errors += text;
  });
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })[Symbol.asyncIterator]();
  const answer = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error(`the process ended: ${errors}`);
    return String(value);
  };
  try {
    expect(await answer()).toBe("ready");
    const status = () => readFileSync(`/proc/${child.pid}/status`, "utf8");
    await work({
      cacheDir,
      temporary,
      ask: async (...request) => {
        child.stdin?.write(`${JSON.stringify(request)}\n`);
        return JSON.parse(await answer()) as Answer;
      },
      limit: (name, value) => {
        execFileSync("setpriv", [...user, "prlimit", "--pid", String(child.pid), `--${name}=${value}:`]);
      },
      virtualBytes: () => Number(/^VmSize:\s+(\d+) kB/m.exec(status())?.[1]) * 1024,
    });
  } finally {
    child.kill("SIGKILL");
  }
}

const exhausted = (resource: string) => ({
  code: "RESOURCE_EXHAUSTED",
  message: expect.stringMatching(resource),
  hint: expect.stringContaining("try again"),
});

describe.skipIf(!works)("a process that is out of", () => {
  test("file descriptors", async () => {
    await withChild(async ({ ask, limit }) => {
      // Once everything is open that stays open.
      expect(await ask("create")).toMatchObject({ ok: true });
      for (const count of [24, 26, 28]) {
        limit("nofile", count);
        const answer = await ask("create");
        expect(answer).toMatchObject(answer.ok ? {} : exhausted("Too many open files"));
        if (count === 24) expect(answer.ok).toBeUndefined();
      }
      limit("nofile", 1024);
      expect(await ask("create")).toMatchObject({ ok: true });
    });
  }, 60_000);

  test("processes and threads", async () => {
    await withChild(async ({ ask, limit }) => {
      limit("nproc", 1);
      expect(await ask("create")).toMatchObject(exhausted("processes and threads|temporarily unavailable"));
      limit("nproc", 1024);
      expect(await ask("create")).toMatchObject({ ok: true });
      expect(await ask("keep")).toMatchObject({ ok: true });
      limit("nproc", 1);
      const run = await ask("run");
      expect(run).toMatchObject(run.ok ? {} : exhausted("."));
      limit("nproc", 1024);
      expect(await ask("run")).toMatchObject({ ok: true, stdout: "ran\n" });
    });
  }, 60_000);

  test("virtual memory", async () => {
    await withChild(async ({ ask, limit, virtualBytes }) => {
      limit("as", virtualBytes() + 24 * 1024 * 1024);
      expect(await ask("create")).toMatchObject(exhausted("memory"));
      limit("as", "unlimited");
      expect(await ask("create")).toMatchObject({ ok: true });
      // With its reserve, the work that goes on when memory runs out is stopped, or gets through.
      for (const mebibytes of [4, 16, 64, 96]) {
        limit("as", virtualBytes() + mebibytes * 1024 * 1024);
        const answer = await ask("create");
        expect(answer).toMatchObject(answer.ok ? {} : exhausted("memory|threads|temporarily"));
        limit("as", "unlimited");
        expect(await ask("create")).toMatchObject({ ok: true });
      }
    });
  }, 60_000);

  test("file size", async () => {
    await withChild(async ({ ask, limit }) => {
      limit("fsize", 512);
      expect(await ask("create")).toMatchObject(exhausted("File too large"));
      limit("fsize", "unlimited");
      expect(await ask("create")).toMatchObject({ ok: true });
    });
  }, 60_000);

  test("disk space for the cache, or for sessions", async () => {
    const mounts = (...folders: string[]) =>
      folders.map((folder) => `mount -t tmpfs -o size=16m,mode=777 none ${folder}`).join(" && ");
    await withChild(async ({ ask, cacheDir, temporary }) => {
      for (const folder of [cacheDir, temporary]) {
        await ask("fill", folder);
        expect(await ask("create"), folder).toMatchObject(exhausted("No space left"));
        await ask("free", folder);
        expect(await ask("create"), folder).toMatchObject({ ok: true });
      }
      expect(await ask("keep")).toMatchObject({ ok: true });
      await ask("fill", temporary);
      for (const act of ["fork", "checkpoint"])
        expect(await ask(act), act).toMatchObject(exhausted("No space left"));
      await ask("free", temporary);
      for (const act of ["fork", "checkpoint", "run"])
        expect(await ask(act), act).toMatchObject({ ok: true });
    }, mounts);
  }, 60_000);
});

describe.skipIf(!works)("a process without /proc", () => {
  test("creates, forks and runs sessions, and refuses what it cannot enforce", async () => {
    await withChild(
      async ({ ask }) => {
        expect(await ask("keep")).toMatchObject({ ok: true });
        expect(await ask("run")).toMatchObject({ ok: true, stdout: "ran\n" });
        expect(await ask("fork")).toMatchObject({ ok: true });
        expect(await ask("limited")).toMatchObject({
          code: "INVALID_OPTION",
          message: expect.stringContaining("/proc"),
        });
        expect(await ask("create", { sandbox: true })).toMatchObject({ code: "INVALID_OPTION" });
        expect(await ask("run")).toMatchObject({ ok: true });
      },
      () => "mount -t tmpfs none /proc",
    );
  }, 60_000);
});
