/** Scripts that must not reach the network. */

import { createServer } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DebugSession } from "../ts-sdk/src/index.js";
import { channel, scripted, variantOf } from "./support/workbench.js";

const server = createServer((_, response) => response.end("reached"));
let port: number;
beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  port = (server.address() as { port: number }).port;
});
afterAll(() => server.close());

/** Whether this system can keep a process from the network. */
async function isolated(): Promise<DebugSession | undefined> {
  try {
    return await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel], network: false });
  } catch (error) {
    expect(error).toMatchObject({
      code: "INVALID_OPTION",
      message: expect.stringContaining("user namespaces"),
    });
    console.warn("skipped: this system has no user namespaces");
    return undefined;
  }
}

describe("a script", () => {
  const connect = () =>
    `exec 3<>/dev/tcp/127.0.0.1/${port} && printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3 && cat <&3`;

  test("reaches the network by default", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    expect((await session.exec(connect())).stdout).toContain("reached");
  });

  test.skipIf(process.platform !== "linux")(
    "reaches nothing but itself with `network: false`, and is otherwise the same",
    async () => {
      const session = await isolated();
      if (session === undefined) return;
      try {
        const refused = await session.exec(connect());
        expect(refused.success).toBe(false);
        expect(refused.stdout).toBe("");
        // It is who it was, its files are its own, and it can talk to itself.
        const { uid, gid } = { uid: process.getuid?.(), gid: process.getgid?.() };
        const same = await session.exec(
          "id -u; id -g; touch made && stat -c %u made; cat /sys/class/net/lo/operstate || true; ls /proc/net/dev > /dev/null",
        );
        expect(same.stdout.split("\n").slice(0, 3)).toEqual([String(uid), String(gid), String(uid)]);
        const interfaces = await session.exec("tail -n +3 /proc/net/dev | cut -d: -f1");
        expect(interfaces.stdout.trim()).toBe("lo");
        expect((await session.exec("cat", { stdin: "given" })).stdout).toBe("given");
        const late = await session.exec("sleep 600 & sleep 600", { timeoutMs: 200 });
        expect(late).toMatchObject({ timedOut: true, signal: "SIGTERM" });
        expect((await session.runScript({ trace: true })).stderr).toContain("+ true");
        // Another process that takes the session up is held to it as well.
        const { outputDir } = session;
        await session.close({ keep: true });
        await using attached = await DebugSession.attach(outputDir);
        expect((await attached.exec(connect())).success).toBe(false);
      } finally {
        await session.close();
      }
    },
  );
});
