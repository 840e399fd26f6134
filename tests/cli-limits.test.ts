/** Limits and the sandbox on the command line. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ScriptResult } from "../ts-sdk/src/index.js";
import { type Desk, desk } from "./support/command-line.js";
import { channel, scripted } from "./support/workbench.js";

let work: Desk;
const setUp = (...args: string[]) => work.call("debug", "setup", ".", "-c", channel, ...args);
const result = (command: "run" | "exec", ...args: string[]) =>
  JSON.parse(work.call("debug", command, "--json", ...args).stdout) as ScriptResult;

beforeAll(async () => {
  work = await desk();
  await writeFile(join(work.folder, "recipe.yaml"), scripted(["yes | head -c 100000"]));
});

describe("--limit", () => {
  test("holds for a session, and a run overrides it", () => {
    expect(setUp("--limit", "log=1k")).toMatchObject({ status: 0 });
    expect(result("run")).toMatchObject({ success: false, limit: "logBytes" });
    expect(result("exec", "--limit", "log=1M", "yes | head -c 100000")).toMatchObject({
      success: true,
    });
    expect(result("exec", "--limit", "log=0.5k", "yes | head -c 1000")).toMatchObject({
      limit: "logBytes",
    });
  });

  test.runIf(process.platform === "linux")("takes times, sizes and counts", () => {
    const busy = "while :; do :; done";
    expect(result("exec", "--limit", "cpu=200ms", busy)).toMatchObject({ limit: "cpuSeconds" });
    expect(result("exec", "--limit", "disk=1M", "head -c 9000000 /dev/zero > big")).toMatchObject({
      limit: "diskBytes",
    });
    const many = ["--limit", "memory=1.5GiB", "--limit", "processes=500"];
    expect(result("exec", ...many, "true")).toMatchObject({ success: true, limit: null });
  });

  test.each([
    ["speed=1", "unknown limit `speed`; expected memory, cpu, processes, disk, log"],
    ["memroy=1G", "did you mean `memory`?"],
    ["memory=lots", "invalid value `lots` for the limit `memory`; expected a size such as 512M or 2G"],
    ["cpu=0", "invalid value `0` for the limit `cpu`; expected a time such as 90, 90s, 5m or 1h"],
    ["processes=1.5", "expected a number such as 64"],
    ["memory", "expected KEY=VALUE"],
  ])("refuses `%s`", (text, message) => {
    const { status, stderr } = work.call("debug", "run", "--limit", text);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) });
  });
});

describe.runIf(process.platform === "linux")("--sandbox", () => {
  test("confines scripts, or says why it cannot, when the session is set up", async () => {
    const outside = `/var/lib/.sandbox-test-${process.pid}`;
    const { status, stderr } = setUp("--allow-host", "example.org");
    if (status !== 0) {
      expect(stderr).toMatch(/error\[INVALID_OPTION\]: .*sandbox/);
      return;
    }
    expect(result("exec", `echo x > ${outside}`)).toMatchObject({ success: false });
    expect(result("exec", "echo $https_proxy").stdout).toMatch(/^http:\/\/127\.0\.0\.1:\d+\n$/);
  });

  test("refuses a host that is a URL before anything is downloaded", () => {
    const { status, stderr } = setUp("--allow-host", "https://example.org");
    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining("invalid host") });
  });
});
