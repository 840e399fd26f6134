/** File tools with inputs and files that a build or a model prepared to break them. */

import { spawnSync } from "node:child_process";
import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sessionTools } from "../ts-sdk/src/agent/index.js";
import { DebugSession } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };

/** Calls a tool of a session. */
function caller(session: DebugSession) {
  const tools = sessionTools(session, { errors: "throw" });
  return async (name: string, input: object): Promise<Record<string, unknown>> => {
    const found = tools.find((tool) => tool.name === name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return (await found.execute(input)) as Record<string, unknown>;
  };
}

describe("file tools", () => {
  test.skipIf(process.platform === "win32")("do not wait for pipes", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const call = caller(session);
    spawnSync("mkfifo", [join(session.workDir, "pipe")]);
    const refused = {
      code: "INVALID_INPUT",
      message: expect.stringMatching(/not a file.*`pipe`|`pipe` is not a file/),
    };
    await expect(call("read_file", { path: "pipe" })).rejects.toMatchObject(refused);
    await expect(call("write_file", { path: "pipe", text: "x" })).rejects.toMatchObject(refused);
    await expect(call("edit_file", { path: "pipe", old_text: "x", new_text: "y" })).rejects.toMatchObject(
      refused,
    );
    expect(await call("search_files", { text: "x", path: "pipe" })).toEqual({
      ok: true,
      hits: [],
      truncated: false,
    });
  });

  test("say what is wrong with a path", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const call = caller(session);
    const wrong: [string, object, string][] = [
      ["write_file", { path: "x".repeat(300), text: "" }, "file name too long"],
      ["write_file", { path: "conda_build.sh/x", text: "" }, "not a folder"],
      ["write_file", { path: ".", text: "" }, "not a file"],
      ["list_files", { path: "conda_build.sh" }, "`conda_build.sh` is not a folder"],
      ["list_files", { path: "nowhere" }, "file not found: `nowhere`"],
      ["search_files", { text: "x", path: "nowhere" }, "file not found: `nowhere`"],
      ["read_file", { path: "conda_build.sh/x" }, "a parent is not a folder: `conda_build.sh/x`"],
    ];
    for (const [name, input, message] of wrong) {
      await expect(call(name, input), `${name} ${message}`).rejects.toMatchObject({
        code: "INVALID_INPUT",
        message: expect.stringContaining(message),
      });
    }
  });

  test("edit a file that is not UTF-8, and keep what they do not replace", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const file = join(session.workDir, "latin");
    await writeFile(file, Buffer.from([0x61, 0xe9, 0x0a, 0x62]), { mode: 0o755 });
    await caller(session)("edit_file", { path: "latin", old_text: "b", new_text: "ü" });
    expect([...(await readFile(file))]).toEqual([0x61, 0xe9, 0x0a, 0xc3, 0xbc]);
    expect((await stat(file)).mode & 0o777).toBe(0o755);
  });

  test("create no file that is too large to read", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    await writeFile(join(session.workDir, "big"), "a".repeat(1 << 20));
    const grow = { path: "big", old_text: "a", new_text: "b".repeat(1 << 20), all: true };
    await expect(caller(session)("edit_file", grow)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect((await stat(join(session.workDir, "big"))).size).toBe(1 << 20);
  });

  test("say that a file has Windows line endings", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    await writeFile(join(session.workDir, "dos.txt"), "one\r\ntwo\r\n");
    const edit = { path: "dos.txt", old_text: "one\ntwo", new_text: "" };
    await expect(caller(session)("edit_file", edit)).rejects.toMatchObject({
      hint: expect.stringContaining("Windows line endings"),
    });
  });

  test("read the log of a run next to the work folder, and no other file there", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["seq 1 30000"])), options);
    const call = caller(session);
    const { log_path } = await call("run_script", {});
    const log = await call("read_file", { path: log_path as string, from_line: 15_000, lines: 1 });
    expect(log.text).toBe("15000");
    await expect(call("read_file", { path: "../session.json" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
    await expect(call("write_file", { path: "../conda_build.log", text: "" })).rejects.toMatchObject({
      code: "INVALID_INPUT",
    });
  });

  test("mask secrets that a build wrote to a file", async () => {
    process.env.PROBE_TOKEN = "hunter2-hunter2";
    try {
      const text =
        "package: {name: probe, version: '1'}\nbuild:\n  script:\n    content: echo $PROBE_TOKEN > told\n    secrets: [PROBE_TOKEN]\n";
      await using session = await DebugSession.create(variantOf(text), options);
      const call = caller(session);
      await call("run_script", {});
      expect(await readFile(join(session.workDir, "told"), "utf8")).toBe("hunter2-hunter2\n");
      const given = [
        await call("read_file", { path: "told" }),
        await call("search_files", { text: "*" }),
        await call("search_files", { text: "hunter2" }),
        await call("exec", { command: "cat told" }),
      ];
      expect(JSON.stringify(given)).not.toContain("hunter2");
      expect(given[0]?.text).toBe("********\n");
      expect(given[1]?.hits).toMatchObject([{ path: "told" }]);
    } finally {
      delete process.env.PROBE_TOKEN;
    }
  });

  test("touch nothing once the session is closed", async () => {
    const outputDir = await scratch();
    const session = await DebugSession.create(variantOf(scripted(["true"])), { ...options, outputDir });
    const call = caller(session);
    const before = await session.readBuildScript();
    await session.close();
    for (const [name, input] of [
      ["read_file", { path: "conda_build.sh" }],
      ["list_files", {}],
      ["search_files", { text: "x" }],
      ["write_file", { path: "new", text: "" }],
      ["edit_file", { path: "conda_build.sh", old_text: "true", new_text: "false" }],
      ["run_script", {}],
    ] as const) {
      await expect(call(name, input), name).rejects.toMatchObject({ code: "SESSION_CLOSED" });
    }
    expect(await readFile(session.buildScript, "utf8")).toBe(before);
  });
});
