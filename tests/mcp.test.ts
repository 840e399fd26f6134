/** `sidewinder mcp`: the protocol, hostile input, cancellation, and the end of the server. */

import { existsSync } from "node:fs";
import { cp, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Client } from "./support/mcp-client.js";
import { channel, root as repository, scratch, scripted } from "./support/workbench.js";

/** A server over a folder of recipes. */
function serve(root: string, env: NodeJS.ProcessEnv = {}): Client {
  return new Client(["-c", channel, "--root", root], env);
}

describe("sidewinder mcp", () => {
  test("repairs a recipe, from the broken file to the package", async () => {
    const root = await scratch();
    await cp(join(repository, "tests/fixtures/demo-compile"), root, { recursive: true });
    const client = serve(root);
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
    for (const tool of tools) {
      expect(tool).toMatchObject({
        title: expect.any(String),
        annotations: { readOnlyHint: expect.any(Boolean) },
        outputSchema: { type: "object" },
      });
    }
    expect(await client.call("run_script")).toMatchObject({
      ok: false,
      hint: expect.stringContaining("create_session"),
    });
    const session = await client.call("create_session");
    const failed = await client.call("run_script");
    expect(failed.diagnosis[0]).toMatchObject({
      kind: "missing-header",
      suggestions: [{ spec: "libgreet" }],
    });
    const edits = [{ kind: "addRequirement", section: "host", spec: "libgreet" }];
    expect(await client.call("edit_recipe", { edits })).toMatchObject({ ok: true });
    expect(await client.call("sync_session")).toMatchObject({ added: ["libgreet"] });
    expect(await client.call("run_script")).toMatchObject({ success: true });
    expect(await client.call("verify", { output_dir: "out" })).toMatchObject({ success: true });
    const { result } = await client.request("tools/call", { name: "list_packages", arguments: {} });
    expect(result.structuredContent).toEqual(JSON.parse(result.content[0].text));

    expect((await client.request("tools/call", { name: "nonsense" })).error).toMatchObject({ code: -32602 });
    expect((await client.request("nonsense")).error).toMatchObject({ code: -32601 });
    expect(await client.end()).toBe(0);
    expect(existsSync(session.output_dir)).toBe(false);
  });

  test("reports progress with the last line of output", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["echo compiling", "read line < go"]));
    const client = serve(root);
    const { work_dir } = await client.call("create_session");
    await client.call("exec", { command: "mkfifo go" });
    const run = client.request("tools/call", {
      name: "run_script",
      arguments: {},
      _meta: { progressToken: "p" },
    });
    await expect
      .poll(() => client.notifications.filter(({ params }) => params.message === "compiling").length, {
        timeout: 20_000,
      })
      .toBeGreaterThan(1);
    expect(client.notifications[0]).toMatchObject({
      method: "notifications/progress",
      params: { progressToken: "p" },
    });
    await writeFile(join(work_dir, "go"), "on\n");
    expect((await run).result.structuredContent).toMatchObject({ ok: true, success: true });
    await client.end();
  });

  test("stops what is cancelled, and everything on SIGTERM", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["true"]));
    const client = serve(root);
    const { output_dir } = await client.call("create_session");
    client.send({
      id: 999,
      method: "tools/call",
      params: { name: "exec", arguments: { command: "sleep 600" } },
    });
    client.send({ method: "notifications/cancelled", params: { requestId: 999 } });
    expect(await client.call("exec", { command: "true" })).toMatchObject({ success: true });
    await client.call("exec", { command: "sleep 600", background: true });
    void client.request("tools/call", { name: "exec", arguments: { command: "sleep 600" } });
    expect(await client.kill("SIGTERM")).toBe(0);
    expect(existsSync(output_dir)).toBe(false);
  });

  test("answers malformed messages with errors and keeps running", async () => {
    const client = serve(await scratch());
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
    // biome-ignore lint/suspicious/noExplicitAny: a message that a client must not send
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

  test("leaves no session behind when the client disappears during a run", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["sleep 600"]));
    const TMPDIR = await scratch();
    const client = serve(root, { TMPDIR });
    const [first, second] = await Promise.all([client.call("create_session"), client.call("create_session")]);
    expect(first.work_dir).not.toBe(second.work_dir);
    const params = { name: "run_script", arguments: { session: first.session } };
    client.send({ id: "run", method: "tools/call", params });
    // A second request with the id of a running one is refused.
    const refused = client.answerTo("run");
    client.send({ id: "run", method: "ping" });
    expect((await refused).error).toMatchObject({ code: -32600 });
    client.goAway();
    client.write('{"jsonrpc":"2.0","id":5,"method":"ping"}\n');
    expect(await client.ended).toBe(0);
    expect(await readdir(TMPDIR)).toEqual([]);
  });
});
