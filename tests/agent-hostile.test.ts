/** What a model or a client sends by mistake or on purpose, and what a build leaves for them. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { sessionTools } from "../ts-sdk/src/agent/index.js";
import { DebugSession } from "../ts-sdk/src/index.js";
import { Client } from "./support/mcp-client.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };

/** Calls a tool of a session. */
function caller(session: DebugSession) {
  const tools = sessionTools(session);
  return async (name: string, input: object): Promise<Record<string, unknown>> => {
    const found = tools.find((one) => one.name === name);
    if (found === undefined) throw new Error(`no tool ${name}`);
    return (await found.execute(input)) as Record<string, unknown>;
  };
}

describe("file tools", () => {
  test.skipIf(process.platform === "win32")("wait for no pipe and no device", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const call = caller(session);
    spawnSync("mkfifo", [join(session.workDir, "pipe")]);
    const refused = { code: "INVALID_INPUT", message: expect.stringContaining("`pipe` is not a file") };
    await expect(call("read_file", { path: "pipe" })).rejects.toMatchObject(refused);
    await expect(call("write_file", { path: "pipe", text: "x" })).rejects.toMatchObject(refused);
    await expect(call("edit_file", { path: "pipe", old_text: "x", new_text: "y" })).rejects.toMatchObject(
      refused,
    );
    expect(await call("search_files", { text: "x", path: "pipe" })).toEqual({ hits: [], truncated: false });
  });

  test("name what is wrong with a path, in words", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const call = caller(session);
    const wrong: [string, object, string][] = [
      ["write_file", { path: "x".repeat(300), text: "" }, "is too long a name"],
      ["write_file", { path: "nowhere/x", text: "" }, "there is no `nowhere/x`"],
      ["write_file", { path: ".", text: "" }, "`.` is not a file"],
      ["list_files", { path: "conda_build.sh" }, "`conda_build.sh` is not a folder"],
      ["list_files", { path: "nowhere" }, "there is no `nowhere`"],
      ["search_files", { text: "x", path: "nowhere" }, "there is no `nowhere`"],
      ["read_file", { path: "conda_build.sh/x" }, "`conda_build.sh/x` is not there"],
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

  test("make no file that is larger than what they read", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    await writeFile(join(session.workDir, "big"), "a".repeat(1 << 20));
    const grow = { path: "big", old_text: "a", new_text: "b".repeat(1 << 20), all: true };
    await expect(caller(session)("edit_file", grow)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    expect((await stat(join(session.workDir, "big"))).size).toBe(1 << 20);
  });

  test("tell of Windows line ends where a text is not found for them", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    await writeFile(join(session.workDir, "dos.txt"), "one\r\ntwo\r\n");
    const edit = { path: "dos.txt", old_text: "one\ntwo", new_text: "" };
    await expect(caller(session)("edit_file", edit)).rejects.toMatchObject({
      hint: expect.stringContaining("Windows line ends"),
    });
  });

  test("read the whole log of a run, which is beside the work folder, and no other file there", async () => {
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

describe("sidewinder mcp", () => {
  test("answers whatever comes, and lives on", async () => {
    const client = new Client(["-c", channel]);
    const bad: [string, number][] = [
      ["{", -32700],
      ["[]", -32600],
      ["[[]]", -32600],
      ["null", -32600],
      ['"text"', -32600],
      ["{}", -32600],
      ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600],
      ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600],
      [`{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(33 << 20)}"}`, -32700],
    ];
    for (const [line, code] of bad) {
      const answer = client.unasked();
      client.write(`${line}\n`);
      expect((await answer).error, line.slice(0, 60)).toMatchObject({ code });
    }
    client.write('{"jsonrpc":"2.0","method":"notifications/cancelled","params":null}\n');
    client.write('{"jsonrpc":"2.0","method":"nothing"}\n');
    client.write('{"jsonrpc":"2.0","id":77,"error":{"code":1,"message":"x"}}\n');
    // biome-ignore lint/suspicious/noExplicitAny: what a client must not send
    const wrong = null as any;
    expect((await client.request("initialize", wrong)).error).toMatchObject({ code: -32602 });
    expect((await client.request("tools/call", { name: { toString: 1 } })).error).toMatchObject({
      code: -32602,
    });
    expect((await client.request("tools/call", { name: "run_script", arguments: "x" })).result).toMatchObject(
      {
        isError: true,
      },
    );
    expect((await client.request("ping")).result).toEqual({});
    expect(await client.end()).toBe(0);
  });

  test("reads no device as a recipe, and says what it is", async () => {
    const client = new Client(["-c", channel]);
    for (const name of ["check_recipe", "render_recipe", "create_session"]) {
      const { error } = await client.call(name, { path: "/dev/zero" });
      expect(error).toContain("INVALID_INPUT");
      expect((await client.call(name, { path: "nowhere.yaml" })).error).toContain(
        "there is no `nowhere.yaml`",
      );
    }
    await client.end();
  });

  test("leaves a session that it only took up, unless it is told to close it", async () => {
    const session = await DebugSession.create(variantOf(scripted(["echo hello"])), options);
    await session.close({ keep: true });
    const first = new Client([]);
    await first.call("attach_session", { dir: session.workDir });
    expect(await first.call("run_script")).toMatchObject({ success: true, stdout: "hello\n" });
    await first.end();
    expect(existsSync(session.workDir)).toBe(true);
    const second = new Client([]);
    await second.call("attach_session", { dir: session.workDir });
    await second.call("close_session");
    expect(existsSync(session.workDir)).toBe(false);
    await second.end();
  });

  test("checks a recipe by rendering it", async () => {
    const path = join(await scratch(), "recipe.yaml");
    await writeFile(path, scripted(["true"], "requirements: {host: ['foo ${{ key }}']}\n"));
    const client = new Client([]);
    const { errors, warnings, report } = await client.call("check_recipe", { path });
    expect({ errors, warnings }).toEqual({ errors: 0, warnings: 1 });
    expect(report).toContain("undefined-variable");
    await client.end();
  });

  test("leaves no session behind when two are made at once, or the client goes in the middle", async () => {
    const path = join(await scratch(), "recipe.yaml");
    await writeFile(path, scripted(["sleep 600"]));
    const TMPDIR = await scratch();
    const client = new Client(["-c", channel], { TMPDIR });
    const [first, second] = await Promise.all([
      client.call("create_session", { path }),
      client.call("create_session", { path }),
    ]);
    expect(first.workDir).not.toBe(second.workDir);
    expect(await readdir(TMPDIR)).toHaveLength(1);
    // A second request with the id of one that runs is refused, and does not take its place.
    client.send({ id: "run", method: "tools/call", params: { name: "run_script", arguments: {} } });
    const refused = client.answerTo("run");
    client.send({ id: "run", method: "ping" });
    expect((await refused).error).toMatchObject({ code: -32600 });
    client.goAway();
    client.write('{"jsonrpc":"2.0","id":5,"method":"ping"}\n');
    expect(await client.ended).toBe(0);
    expect(await readdir(TMPDIR)).toEqual([]);
  });
});
