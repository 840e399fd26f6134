/** `sidewinder mcp`: versions of the protocol, hostile input, long runs, and the end of the server. */

import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { callMcpTool } from "../ts-sdk/src/agent/adapters/mcp/call.js";
import { workspaceTools } from "../ts-sdk/src/agent/index.js";
import { Client } from "./support/mcp-client.js";
import { channel, root as repository, scratch, scripted } from "./support/workbench.js";

const run = promisify(execFile);

/** A server over a folder of recipes. */
function serve(root: string, env: NodeJS.ProcessEnv = {}): Client {
  return new Client(["-c", channel, "--root", root], env);
}

/** Waits until a process has ended, zombies included. */
async function ended(pid: number): Promise<void> {
  const state = async (): Promise<string> =>
    (await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ") gone")).replace(/^.*\) /, "")[0] ?? "";
  await expect.poll(state, { timeout: 20_000 }).toMatch(/[gZX]/);
}

describe("sidewinder mcp", () => {
  test.each(["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"])(
    "speaks version %s",
    async (version) => {
      const client = serve(await scratch());
      expect(await client.open(version)).toMatchObject({
        protocolVersion: version,
        serverInfo: { name: "sidewinder" },
        capabilities: { tools: {}, resources: { listChanged: true }, prompts: {} },
        instructions: expect.stringContaining("verify"),
      });
      expect(await client.end()).toBe(0);
    },
  );

  test("speaks version 2026-07-28, without a handshake", async () => {
    const client = serve(await scratch());
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "test", version: "0" },
      "io.modelcontextprotocol/clientCapabilities": {},
    };
    const { result } = await client.request("tools/list", { _meta });
    expect(result.tools.map(({ name }: { name: string }) => name)).toContain("verify");
    for (const tool of result.tools) {
      expect(tool).toMatchObject({
        title: expect.any(String),
        annotations: { readOnlyHint: expect.any(Boolean) },
        outputSchema: { type: "object" },
      });
    }
    const call = await client.request("tools/call", { _meta, name: "list_sessions", arguments: {} });
    expect(call.result).toMatchObject({ structuredContent: { ok: true, open: [] } });
    expect(await client.end()).toBe(0);
  });

  test("repairs a recipe for a client that asks for no progress", async () => {
    const root = await scratch();
    await cp(join(repository, "tests/fixtures/demo-compile"), root, { recursive: true });
    const client = serve(root);
    await client.open();
    expect(await client.call("run_script")).toMatchObject({
      ok: false,
      hint: expect.stringContaining("create_session"),
    });
    const session = await client.call("create_session");
    const failed = await client.call("run_script");
    expect(failed).not.toHaveProperty("run");
    expect(failed.diagnosis[0]).toMatchObject({ suggestions: [{ spec: "libgreet" }] });
    const edits = [{ kind: "addRequirement", section: "host", spec: "libgreet" }];
    expect(await client.call("edit_recipe", { edits })).toMatchObject({ ok: true });
    expect(await client.call("sync_session")).toMatchObject({ added: ["libgreet"] });
    expect(await client.call("run_script")).toMatchObject({ success: true });
    expect(await client.call("exec", { command: "cd /; false" })).toMatchObject({
      success: false,
      note: expect.stringContaining("the folder"),
    });
    expect(await client.call("verify", { output_dir: "out" })).toMatchObject({ success: true });
    expect((await client.request("tools/call", { name: "nonsense" })).error).toMatchObject({ code: -32602 });
    expect((await client.request("nonsense")).error).toMatchObject({ code: -32601 });
    expect(await client.end()).toBe(0);
    expect(existsSync(session.output_dir)).toBe(false);
  });

  test("shows no content of files that are not recipes", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["true"]));
    await writeFile(join(root, "secrets.yaml"), "token: hunter2\n");
    await mkdir(join(root, "linked"));
    await symlink(join(root, "secrets.yaml"), join(root, "linked/recipe.yaml"));
    await symlink("/etc", join(root, "outside"));
    const client = serve(root);
    await client.open();
    const uri = (path: string): string => `sidewinder://recipes/${path}`;
    const { result } = await client.request("resources/list");
    expect(result.resources.map((resource: { uri: string }) => resource.uri)).toEqual([uri("recipe.yaml")]);
    const answers = [
      await client.call("check_recipe", { path: "secrets.yaml" }),
      await client.call("read_recipe", { path: "linked/recipe.yaml" }),
      await client.call("render_recipe", { path: "../../../etc/passwd" }),
      await client.request("resources/read", { uri: uri("secrets.yaml") }),
      await client.request("resources/read", { uri: uri("outside/passwd") }),
      await client.request("resources/read", { uri: uri("..%2F..%2Fetc%2Fpasswd") }),
    ];
    for (const answer of answers) {
      expect(answer.ok ?? answer.result, JSON.stringify(answer)).toBeFalsy();
      expect(JSON.stringify(answer)).not.toMatch(/hunter2|root:x:/);
    }
    await client.end();
  });

  test("reports progress with the last lines of output, and stops what is cancelled", async () => {
    const root = await scratch();
    await writeFile(
      join(root, "recipe.yaml"),
      scripted(["echo configuring", "echo compiling", "read line < go"]),
    );
    const client = serve(root);
    await client.open();
    const { work_dir } = await client.call("create_session");
    await client.call("exec", { command: "mkfifo go" });
    const script = client.request("tools/call", {
      name: "run_script",
      arguments: {},
      _meta: { progressToken: "p" },
    });
    const notices = () => client.notifications.filter(({ method }) => method === "notifications/progress");
    const shown = () => notices().filter(({ params }) => params.message === "configuring\ncompiling").length;
    await expect.poll(shown, { timeout: 20_000 }).toBeGreaterThan(1);
    expect(notices()[0]).toMatchObject({ params: { progressToken: "p", progress: 1 } });
    await writeFile(join(work_dir, "go"), "on\n");
    expect((await script).result.structuredContent).toMatchObject({ ok: true, success: true });
    client.send({
      id: 999,
      method: "tools/call",
      params: { name: "exec", arguments: { command: "sleep 600" } },
    });
    client.send({ method: "notifications/cancelled", params: { requestId: 999 } });
    expect(await client.call("exec", { command: "true" })).toMatchObject({ success: true });
    await client.end();
  });

  test("answers a client that asks for no progress before it gives up", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["echo compiling", "read line < go"]));
    const tools = workspaceTools({ root, channels: [channel] });
    const tool = (name: string) => {
      const found = tools.find((candidate) => candidate.name === name);
      if (found === undefined) throw new Error(`no tool ${name}`);
      return found;
    };
    try {
      const session = await tool("create_session").execute({});
      await tool("exec").execute({ command: "mkfifo go" });
      const answer = await callMcpTool(tool("run_script"), { trace: true }, { tools, answerAfterMs: 0 });
      expect(answer.structuredContent).toMatchObject({
        ok: true,
        running: true,
        note: expect.stringContaining("run_wait"),
      });
      const { work_dir = "" } = session as { work_dir?: string };
      const [ended] = await Promise.all([
        tool("run_wait").execute({}),
        writeFile(join(work_dir, "go"), "on\n"),
      ]);
      expect(ended).toMatchObject({ ok: true, success: true, stdout: "compiling\n" });
      // A call that is cancelled while it waits stops the run.
      const stop = new AbortController();
      const waiting = callMcpTool(tool("exec"), { command: "sleep 600" }, { tools, signal: stop.signal });
      await expect
        .poll(async () => JSON.stringify(await tool("list_sessions").execute({})))
        .toContain("sleep 600");
      stop.abort(new Error("cancelled"));
      await expect(waiting).rejects.toThrow("cancelled");
      expect(await tool("exec").execute({ command: "true" })).toMatchObject({ success: true });
    } finally {
      await tools.close();
    }
  });

  test("survives malformed messages", async () => {
    const client = serve(await scratch());
    await client.open();
    const bad = [
      ...["{", "[]", "[[]]", "null", '"text"', "{}", '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
      '{"jsonrpc":"2.0","method":"notifications/cancelled","params":null}',
      '{"jsonrpc":"2.0","method":"nothing"}',
      '{"jsonrpc":"2.0","id":77,"error":{"code":1,"message":"x"}}',
      `{"jsonrpc":"2.0","id":1,"method":"${"x".repeat(1 << 20)}"}`,
    ];
    for (const line of bad) client.write(`${line}\n`);
    for (const name of [{ toString: 1 }, "__proto__", ""]) {
      expect((await client.request("tools/call", { name })).error, JSON.stringify(name)).toMatchObject({
        code: -32602,
      });
    }
    expect((await client.request("ping")).result).toEqual({});
    expect(await client.end()).toBe(0);
  });

  test("says how to install the package with the server", async () => {
    const folder = await scratch();
    await mkdir(join(folder, "node_modules/sidewinder"), { recursive: true });
    await cp(join(repository, "ts-sdk/dist"), join(folder, "node_modules/sidewinder/dist"), {
      recursive: true,
    });
    await cp(join(repository, "ts-sdk/package.json"), join(folder, "node_modules/sidewinder/package.json"));
    const program = join(folder, "node_modules/sidewinder/dist/cli/main.js");
    const failed = await run(process.execPath, [program, "mcp"]).catch((error: { stderr: string }) => error);
    expect(failed.stderr).toBe(
      "error[UNSUPPORTED]: the package `sidewinder-mcp` is not installed\n" +
        "hint: install it next to this one: npm install sidewinder-mcp\n",
    );
  });
});

describe.skipIf(process.platform !== "linux")("nothing is left running or behind", () => {
  /** A server that runs a script, which writes its process id to a file. */
  async function running(
    env: NodeJS.ProcessEnv,
  ): Promise<{ client: Client; script: number; folder: string }> {
    const root = await scratch();
    await writeFile(
      join(root, "recipe.yaml"),
      scripted(["echo $$ > pid.new", "mv pid.new pid", "sleep 600"]),
    );
    const client = serve(root, env);
    await client.open();
    const { work_dir, output_dir } = await client.call("create_session");
    void client.request("tools/call", { name: "run_script", arguments: {} });
    const pid = async (): Promise<string> => await readFile(join(work_dir, "pid"), "utf8").catch(() => "");
    await expect.poll(pid, { timeout: 20_000 }).not.toBe("");
    return { client, script: Number(await pid()), folder: output_dir };
  }

  test("after SIGTERM", async () => {
    const { client, script, folder } = await running({});
    expect(await client.kill("SIGTERM")).toBe(0);
    await ended(script);
    expect(existsSync(folder)).toBe(false);
  });

  test("after the client closed its side", async () => {
    const TMPDIR = await scratch();
    const { client, script } = await running({ TMPDIR });
    client.goAway();
    client.write('{"jsonrpc":"2.0","id":5,"method":"ping"}\n');
    expect(await client.ended).toBe(0);
    await ended(script);
    expect(await readdir(TMPDIR)).toEqual([]);
  });

  test("after the server was killed with SIGKILL", async () => {
    const { client, script } = await running({});
    await client.kill("SIGKILL");
    await ended(script);
  });

  test("after the client was killed with SIGKILL", async () => {
    const [root, TMPDIR] = [await scratch(), await scratch()];
    await writeFile(join(root, "recipe.yaml"), scripted(["sleep 600"]));
    const program = join(repository, "ts-sdk/dist/cli/main.js");
    const parent = spawn(process.execPath, ["-e", PARENT, program, channel, root], {
      env: { ...process.env, TMPDIR },
      stdio: ["ignore", "pipe", "inherit"],
    });
    const server = await new Promise<number>((resolve) => {
      parent.stdout.once("data", (text) => resolve(Number(text)));
    });
    parent.kill("SIGKILL");
    await ended(server);
    expect(await readdir(TMPDIR)).toEqual([]);
  });
});

/** A client that starts a server and a run in it, prints the server's process id, and waits. */
const PARENT = `
const { spawn } = require("node:child_process");
const [program, channel, root] = process.argv.slice(1);
const server = spawn(process.execPath, [program, "mcp", "-c", channel, "--root", root], { stdio: ["pipe", "pipe", "inherit"] });
const send = (message) => server.stdin.write(JSON.stringify({ jsonrpc: "2.0", ...message }) + "\\n");
const clientInfo = { name: "parent", version: "0" };
send({ id: 1, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } });
send({ method: "notifications/initialized" });
send({ id: 2, method: "tools/call", params: { name: "create_session", arguments: {} } });
let output = "";
server.stdout.on("data", (text) => {
  output += text;
  if (!output.includes('"id":2')) return;
  output = "";
  send({ id: 3, method: "tools/call", params: { name: "run_script", arguments: {} } });
  send({ id: 4, method: "ping" });
  console.log(server.pid);
});
setInterval(() => {}, 1000);
`;
