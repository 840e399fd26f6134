/** Scripts under control, through the real addon: floods, slow takers, signals, limits, secrets, odd bytes. */

import { AsyncLocalStorage } from "node:async_hooks";
import { stat } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { DebugSession, type RunOptions, type ScriptResult } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

/** Sets up a session with this script. */
const session = (lines: string[], more = ""): Promise<DebugSession> =>
  DebugSession.create(variantOf(scripted(lines, more)), { channels: [channel] });

/** Runs a script once. */
async function ran(lines: string[], options: RunOptions = {}): Promise<ScriptResult> {
  await using one = await session(lines);
  return await one.runScript(options);
}

const MIB = 1024 * 1024;

/** How far the memory of this process grew while something ran. */
async function growth(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage().rss;
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss);
  }, 5);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return most - before;
}

test("runs within AsyncLocalStorage, as frameworks for agents call it", async () => {
  const storage = new AsyncLocalStorage<string>();
  await using opened = await session(["echo hi"]);
  const seen: unknown[] = [];
  const result = await storage.run("agent", async () =>
    opened.runScript({ onStdout: () => seen.push(storage.getStore()) }),
  );
  expect(result.exitCode).toBe(0);
  expect((await storage.run("agent", async () => opened.exec("true"))).exitCode).toBe(0);
  expect(seen.length).toBeGreaterThan(0);
});

describe("a flood of output", () => {
  // Far more than may be kept; `SIDEWINDER_FLOOD_MIB=1024` for a gigabyte.
  const SIZE = Number(process.env.SIDEWINDER_FLOOD_MIB ?? 256) * MIB;
  const flood = ["echo begin", `yes 0123456789 | head -c ${SIZE}`, "echo", "echo end"];

  test("stays in bounded memory with a slow taker, and is whole on disk", async () => {
    await using one = await session(flood);
    const run = one.streamScript({ maxOutputBytes: MIB });
    let [taken, pieces] = [0, 0];
    const grown = await growth(async () => {
      for await (const { text } of run) {
        taken += text.length;
        pieces += 1;
        // Slower than the script writes: it has to wait.
        if (pieces % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 1));
      }
    });
    const result = await run.result;
    const whole = SIZE + "begin\n".length + "\nend\n".length;
    expect(taken).toBe(whole);
    expect((await stat(result.logPath)).size).toBe(whole);
    expect(result.stdout.length).toBeLessThanOrEqual(MIB);
    expect(result.stdout.startsWith("begin\n0123456789\n")).toBe(true);
    expect(result.stdout.endsWith("\nend\n")).toBe(true);
    expect(result.stdout.length + result.omitted.stdout).toBeGreaterThanOrEqual(whole);
    expect(grown).toBeLessThan(200 * MIB);
  }, 60_000);

  test("that nobody takes makes the script wait, and is ended by its time limit", async () => {
    await using one = await session(["yes"]);
    const run = one.streamScript({ timeoutMs: 1500, maxOutputBytes: MIB });
    const chunks = run[Symbol.asyncIterator]();
    await chunks.next();
    const result = await run.result;
    expect(result).toMatchObject({ timedOut: true, success: false });
    // What the script wrote before it had to wait, and what was in its pipe: not what it can write in that time.
    expect((await stat(result.logPath)).size).toBeLessThan(16 * MIB);
  });

  test("that nobody takes does not keep it from being aborted, also once the script has ended", async () => {
    await using one = await session(["head -c 3000000 /dev/zero | tr '\\0' x"]);
    const controller = new AbortController();
    const run = one.streamScript({ signal: controller.signal });
    await run[Symbol.asyncIterator]().next();
    controller.abort(new Error("enough"));
    await expect(run.result).rejects.toThrow("enough");
    expect((await one.exec("echo free")).stdout).toBe("free\n");
  });

  test("ends when the loop is left, and the session is free", async () => {
    await using one = await session(['echo started; test "$AGAIN" || exec sleep 600']);
    for await (const _ of one.streamScript()) break;
    expect(await one.runScript({ env: { AGAIN: "1" } })).toMatchObject({ success: true });
    await using flooding = await session(['test "$AGAIN" || exec yes']);
    for await (const _ of flooding.streamScript()) break;
    expect(await flooding.runScript({ env: { AGAIN: "1" } })).toMatchObject({ success: true });
  });

  test("that is not looped over at all does not make the script wait", async () => {
    await using one = await session(["head -c 50000000 /dev/zero | tr '\\0' x"]);
    expect(await one.streamScript({ maxOutputBytes: MIB }).result).toMatchObject({ success: true });
  });
});

describe("the end of a script", () => {
  test("by a signal is told apart from an exit code", async () => {
    expect(await ran(["kill -SEGV $$"])).toMatchObject({ exitCode: 139, signal: "SIGSEGV", success: false });
    expect(await ran(["exit 139"])).toMatchObject({ exitCode: 139, signal: null, success: false });
  });

  test("comes at once, although a process it left holds its pipes", async () => {
    const result = await ran(["(trap '' TERM; sleep 600) &", "echo done"], { timeoutMs: 60_000 });
    expect(result).toMatchObject({ stdout: "done\n", success: true, timedOut: false });
  });

  test("by its time limit takes all its processes along, also one that ignores the request", async () => {
    await using one = await session(["trap '' TERM", "setsid sleep 4545.4545 &", "sleep 4545.4545 & wait"]);
    expect(await one.runScript({ timeoutMs: 500 })).toMatchObject({ timedOut: true, success: false });
    expect((await one.exec("pgrep -f 'sleep 4545[.]4545' || true")).stdout).toBe("");
  });
});

describe("what a script reads and writes", () => {
  test("standard input is at its end unless it is given, and then arrives whole", async () => {
    expect(await ran(["cat", "echo after"])).toMatchObject({ stdout: "after\n", success: true });
    const stdin = "ä€😀\n".repeat(100_000);
    expect((await ran(["sha256sum", "cat"], { stdin })).success).toBe(true);
    expect((await ran(["cat"], { stdin })).stdout).toBe(stdin);
    expect(await ran(["true"], { stdin })).toMatchObject({ success: true });
  });

  test("invalid bytes are replaced, and incomplete characters wait for the rest", async () => {
    const pieces: string[] = [];
    const result = await ran(
      ["printf 'a\\xff\\xfeb'", "printf '\\xf0\\x9f'", "sleep 0.2", "printf '\\x98\\x80 \\xe2\\x82'"],
      { onStdout: (text) => pieces.push(text) },
    );
    expect(result.stdout).toBe("a\ufffd\ufffdb😀 \ufffd");
    expect(pieces.join("")).toBe(result.stdout);
    expect(pieces.length).toBeGreaterThan(1);
  });

  test("secrets are masked wherever they show, also in two pieces", async () => {
    process.env.SIDEWINDER_TEST_SECRET = "s3cr3t-value";
    try {
      const recipe = scripted([
        'printf "%s" "${SIDEWINDER_TEST_SECRET:0:5}"',
        "sleep 0.2",
        'printf "%s\\n" "${SIDEWINDER_TEST_SECRET:5}"',
        'echo "again $SIDEWINDER_TEST_SECRET" >&2',
      ]).replace("  script:\n", "  script:\n    secrets: [SIDEWINDER_TEST_SECRET]\n");
      await using one = await DebugSession.create(variantOf(recipe), { channels: [channel] });
      const streamed: string[] = [];
      const result = await one.runScript({
        trace: true,
        onStdout: (text) => streamed.push(text),
        onStderr: (text) => streamed.push(text),
      });
      expect(result.stdout).toBe("********\n");
      expect(result.stderr).toContain("again ********");
      const log = await one.exec(["cat", result.logPath]);
      for (const text of [result.stderr, streamed.join(""), log.stdout]) {
        expect(text).toContain("********");
        expect(text).not.toContain("s3cr3t-value");
      }
    } finally {
      delete process.env.SIDEWINDER_TEST_SECRET;
    }
  });
});

test("the event loop goes on while a script writes as fast as it can", async () => {
  await using one = await session([`yes 0123456789 | head -c ${64 * MIB}`]);
  let turns = 0;
  let running = true;
  const count = (): void => {
    turns += 1;
    if (running) setImmediate(count);
  };
  setImmediate(count);
  await one.runScript({ onStdout: () => undefined, maxOutputBytes: MIB });
  running = false;
  // A turn for each piece at the least.
  expect(turns).toBeGreaterThan(64);
});

describe.runIf(process.platform === "linux")("limits", () => {
  test("of the session hold for each run, and those of a run override them", async () => {
    // It goes on after its output where it is held, so that it cannot end before the limit ends it.
    const script = ["yes | head -c 200000", '[ -z "$HOLD" ] || sleep 600', "echo end"];
    await using one = await DebugSession.create(variantOf(scripted(script)), {
      channels: [channel],
      limits: { logBytes: 1000 },
    });
    const held = await one.runScript({ env: { HOLD: "1" } });
    expect(held).toMatchObject({ success: false, limit: "logBytes" });
    expect(await one.runScript({ limits: { logBytes: MIB } })).toMatchObject({ success: true, limit: null });
    expect(one.usage.cpuMs).toBeGreaterThan(0);
    await expect(one.runScript({ limits: { cpuSeconds: -1 } })).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
  });

  test("the sandbox keeps a script in its folders", async () => {
    const folder = await scratch();
    await using one = await DebugSession.create(variantOf(scripted(['touch "$TARGET"', "echo written"])), {
      channels: [channel],
      sandbox: true,
    });
    const run = (target: string) => one.runScript({ env: { TARGET: target } });
    const inside = await run(`${one.workDir}/file`).catch((error: unknown) => error);
    if (inside instanceof Error) {
      // Where the kernel has no Landlock, nothing runs with less.
      expect(inside).toMatchObject({ code: "INVALID_OPTION" });
      return;
    }
    expect(inside).toMatchObject({ success: true });
    expect(await run("/etc/sidewinder-test")).toMatchObject({ success: false, stdout: "" });
    expect(await run(`${folder}/temporary`)).toMatchObject({ success: true });
  });
});
