/** A session in the hands of an agent: tools, their limits, and the Model Context Protocol. */

import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { type AgentTool, sessionTools } from "../ts-sdk/src/agent/index.js";
import { DebugSession } from "../ts-sdk/src/index.js";
import { Client } from "./support/mcp-client.js";
import { channel, root, scratch, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };

/** The tools by name, each as a function of its input. */
function callable(tools: AgentTool[]) {
  return new Proxy({} as Record<string, (input?: unknown) => Promise<Record<string, unknown>>>, {
    get: (_, name) => (input: unknown) => {
      const tool = tools.find((tool) => tool.name === name);
      if (tool === undefined) throw new Error(`no tool ${String(name)}`);
      return tool.execute(input);
    },
  });
}

describe("tools of a session", () => {
  test("repair a build as an agent would", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["ecko hello", "cat $PREFIX/include/greet.h > copy.h"])),
      options,
    );
    const agent = callable(sessionTools(session));
    const failed = await agent.run_script?.();
    expect(failed).toMatchObject({ success: false, exit_code: 127 });
    expect(failed?.diagnosis).toMatchObject([
      { kind: "missing-command", message: "the command `ecko` is not there" },
    ]);

    await agent.checkpoint?.({ name: "start" });
    const found = await agent.search_files?.({ text: "ECKO", ignore_case: true });
    expect(found?.hits).toMatchObject([{ path: "conda_build.sh", text: "ecko hello" }]);
    await agent.edit_file?.({ path: "conda_build.sh", old_text: "ecko", new_text: "echo" });
    expect(await agent.run_script?.({ trace: true })).toMatchObject({ success: false, stdout: "hello\n" });
    expect(await agent.add_packages?.({ specs: ["libgreet"] })).toMatchObject({
      added: [expect.stringMatching(/^libgreet /)],
      removed: [],
    });
    expect(await agent.run_script?.()).toMatchObject({ success: true, diagnosis: [] });
    expect(await agent.list_files?.()).toMatchObject({
      entries: ["build_env.sh", "conda_build.sh", "copy.h"],
    });
    expect(await agent.read_file?.({ path: "copy.h", from_line: 1, lines: 1 })).toMatchObject({
      path: "copy.h",
    });
    expect(await agent.exec?.({ command: "wc -l < copy.h" })).toMatchObject({ success: true });
    expect(await agent.list_packages?.()).toMatchObject([{ name: "libgreet", requested: true }]);
    await expect(agent.create_patch?.()).rejects.toMatchObject({ code: "PATCH_FAILED" });

    await agent.restore?.({ name: "start" });
    expect(await agent.list_packages?.()).toEqual([]);
    expect(await session.readBuildScript()).toContain("ecko");
  });

  test("have schemas that say what they take, and hold callers to them", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const tools = sessionTools(session);
    expect(tools.map(({ name }) => name)).toEqual([
      "read_file",
      "list_files",
      "search_files",
      "edit_file",
      "write_file",
      "run_script",
      "exec",
      "add_packages",
      "list_packages",
      "create_patch",
      "checkpoint",
      "restore",
    ]);
    for (const { inputSchema, description } of tools) {
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(description.length).toBeGreaterThan(20);
      for (const property of Object.values(inputSchema.properties)) {
        expect(property.description).toMatch(/\.$/);
      }
    }
    const agent = callable(tools);
    const wrong: [string, unknown, RegExp][] = [
      ["read_file", {}, /missing: path/],
      ["read_file", { path: 1 }, /`path` must be a string/],
      ["read_file", { path: "x", from_line: 0 }, /`from_line` must be a whole number from 1/],
      ["read_file", { file: "x" }, /no property `file`/],
      ["read_file", { path: "nowhere" }, /there is no `nowhere`/],
      ["read_file", { path: "." }, /not a file/],
      ["run_script", [], /must be an object/],
      ["run_script", { __proto__: null, constructor: 1 }, /no property `constructor`/],
      ["add_packages", { specs: [] }, /not empty/],
      ["add_packages", { specs: ["x"], environment: "run" }, /one of host, build/],
      ["edit_file", { path: "conda_build.sh", old_text: "", new_text: "" }, /must not be empty/],
      ["edit_file", { path: "conda_build.sh", old_text: "no such text", new_text: "" }, /is not in/],
      ["edit_file", { path: "conda_build.sh", old_text: "e", new_text: "" }, /times/],
    ];
    for (const [name, input, message] of wrong) {
      await expect(agent[name]?.(input), `${name} ${JSON.stringify(input)}`).rejects.toThrow(message);
      await expect(agent[name]?.(input)).rejects.toMatchObject({ code: "INVALID_INPUT" });
    }
    // What a model leaves out it often sends as null.
    expect(await agent.run_script?.({ trace: null })).toMatchObject({ success: true });
  });

  test("reach nothing outside of the session", async () => {
    const outside = await scratch();
    await writeFile(join(outside, "secret"), "secret");
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    await symlink(outside, join(session.workDir, "link"));
    await symlink(join(outside, "new"), join(session.workDir, "dangling"));
    await mkdir(join(session.workDir, "sub"));
    const agent = callable(sessionTools(session));
    for (const path of [
      "link/secret",
      "../../../../../../../../etc/passwd",
      "/etc/passwd",
      join(outside, "secret"),
      "sub/../../..",
      "a\0b",
    ]) {
      await expect(agent.read_file?.({ path }), path).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await expect(agent.list_files?.({ path }), path).rejects.toMatchObject({ code: "INVALID_INPUT" });
      await expect(agent.search_files?.({ text: "s", path }), path).rejects.toThrow();
    }
    for (const path of ["link/secret", "link/new", "dangling", "dangling/x", "../x", session.buildPrefix]) {
      await expect(agent.write_file?.({ path, text: "x" }), path).rejects.toThrow();
    }
    expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
    expect(existsSync(join(outside, "new"))).toBe(false);
    expect((await agent.search_files?.({ text: "secret" }))?.hits).toEqual([]);
    // What is inside works, also by a link and in a folder that is new.
    await symlink("sub", join(session.workDir, "inner"));
    await agent.write_file?.({ path: "inner/file", text: "x" });
    expect(await readFile(join(session.workDir, "sub/file"), "utf8")).toBe("x");
  });

  test("give back only so much", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["seq 1 100000"])), options);
    const agent = callable(sessionTools(session));
    const stdout = String((await agent.run_script?.())?.stdout);
    expect(stdout.length).toBeLessThan(40_000);
    expect(stdout.startsWith("1\n2\n")).toBe(true);
    expect(stdout.endsWith("99999\n100000\n")).toBe(true);
    expect(stdout).toContain("left out");
    await agent.exec?.({ command: "seq 1 100000 > long.txt" });
    let line: number | undefined = 1;
    let read = "";
    while (line !== undefined) {
      const part = (await agent.read_file?.({ path: "long.txt", from_line: line })) as {
        text: string;
        next_line?: number;
      };
      expect(part.text.length).toBeLessThanOrEqual(64 * 1024);
      read += part.next_line === undefined ? part.text : `${part.text}\n`;
      line = part.next_line;
    }
    expect(read).toBe(await readFile(join(session.workDir, "long.txt"), "utf8"));
  });

  test("stop when they are told to", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["sleep 600"])), options);
    const run = sessionTools(session).find(({ name }) => name === "run_script");
    const controller = new AbortController();
    const call = run?.execute({}, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error("enough")), 100);
    await expect(call).rejects.toThrow("enough");
    expect(await run?.execute({ timeout_ms: 100 })).toMatchObject({ success: false, timed_out: true });
  });
});

describe("sidewinder mcp", () => {
  test("checks, renders, sets up, runs and cleans up", async () => {
    const folder = await scratch();
    const path = join(folder, "recipe.yaml");
    await cp(join(root, "tests/fixtures/demo-compile"), folder, { recursive: true });
    const variants = [join(root, "tests/fixtures/demo-compile/variants.yaml")];
    await writeFile(join(folder, "bad.yaml"), "package: {name: x}\nbuid: {}\n");

    const client = new Client(["-c", channel]);
    const hello = await client.request("initialize", {
      protocolVersion: "2025-03-26",
      capabilities: {},
      clientInfo: { name: "test", version: "0" },
    });
    expect(hello.result).toMatchObject({
      protocolVersion: "2025-03-26",
      serverInfo: { name: "sidewinder" },
      capabilities: { tools: {} },
    });
    client.send({ method: "notifications/initialized" });
    expect((await client.request("ping")).result).toEqual({});
    const { tools } = (await client.request("tools/list")).result;
    expect(tools.map(({ name }: AgentTool) => name)).toEqual(
      expect.arrayContaining(["check_recipe", "render_recipe", "create_session", "run_script", "restore"]),
    );

    expect(await client.call("run_script")).toEqual({ error: expect.stringContaining("create_session") });
    const bad = await client.call("check_recipe", { path: join(folder, "bad.yaml") });
    expect(bad.errors).toBeGreaterThan(0);
    expect(bad.report).toContain("buid");

    const rendered = await client.call("render_recipe", { path, variants });
    expect(rendered).toMatchObject([{ index: 0, name: "hello-greet" }]);
    const session = await client.call("create_session", { path, variants });
    expect(existsSync(session.workDir)).toBe(true);
    const failed = await client.call("run_script");
    expect(failed.diagnosis[0]).toMatchObject({
      kind: "missing-header",
      suggestions: [{ spec: "libgreet", environment: "host" }],
    });
    await client.call("add_packages", { specs: ["libgreet"] });
    expect(await client.call("run_script")).toMatchObject({ success: true });
    await client.call("edit_file", { path: "hello.c", old_text: "world", new_text: "agent" });
    const patch = await client.call("create_patch");
    expect(patch).toMatchObject({ path: null, files: [{ path: "hello.c", change: "modified" }] });
    expect(patch.text).toMatch(/^\+.*agent/m);

    expect((await client.request("tools/call", { name: "nonsense" })).error).toMatchObject({ code: -32602 });
    expect((await client.request("nonsense")).error).toMatchObject({ code: -32601 });
    expect(await client.end()).toBe(0);
    expect(existsSync(session.outputDir)).toBe(false);
  });

  test("stops what is cancelled, and all when it is told to end", async () => {
    const folder = await scratch();
    const path = join(folder, "recipe.yaml");
    await writeFile(path, scripted(["true"]));
    const client = new Client(["-c", channel]);
    const { outputDir } = await client.call("create_session", { path });
    client.send({
      id: 999,
      method: "tools/call",
      params: { name: "exec", arguments: { command: "sleep 600" } },
    });
    // The session is busy until the cancelled command is gone.
    client.send({ method: "notifications/cancelled", params: { requestId: 999 } });
    await expect
      .poll(async () => (await client.call("exec", { command: "true" })).success, { timeout: 30_000 })
      .toBe(true);
    void client.request("tools/call", { name: "exec", arguments: { command: "sleep 600" } });
    expect(await client.kill("SIGTERM")).toBe(0);
    expect(existsSync(outputDir)).toBe(false);
  });
});
