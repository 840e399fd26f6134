/** The tools over one session, as a model uses them. */

import { existsSync } from "node:fs";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { callTool, sessionTools } from "../ts-sdk/src/agent/index.js";
import { DebugSession, Stage0Recipe } from "../ts-sdk/src/index.js";
import { callable } from "./support/agent-tools.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };
const unix = test.skipIf(process.platform === "win32");

describe("session tools", () => {
  test("repair a build", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["ecko hello", "cat $PREFIX/include/greet.h > copy.h"])),
      options,
    );
    const agent = callable(sessionTools(session));
    const failed = await agent.call("run_script");
    expect(failed).toMatchObject({ ok: true, success: false, exit_code: 127 });
    expect(failed.diagnosis).toMatchObject([{ kind: "missing-command", role: "cause", subject: "ecko" }]);

    await agent.call("checkpoint", { name: "start" });
    const found = await agent.call("search_files", { text: "ECKO", ignore_case: true });
    expect(found.hits).toMatchObject([{ path: "conda_build.sh", text: "ecko hello" }]);
    await agent.call("edit_file", { path: "conda_build.sh", old_text: "ecko", new_text: "echo" });
    expect(await agent.call("run_script", { trace: true })).toMatchObject({
      success: false,
      stdout: "hello\n",
    });
    expect(await agent.call("add_packages", { specs: ["libgreet"], environment: "host" })).toMatchObject({
      ok: true,
      environment: "host",
      added: [expect.stringMatching(/^libgreet /)],
      removed: [],
    });
    expect(await agent.call("run_script")).toMatchObject({ success: true, diagnosis: [] });
    expect(await agent.call("read_file", { path: "copy.h", lines: 1 })).toMatchObject({
      ok: true,
      path: "copy.h",
    });
    expect(await agent.call("list_packages")).toMatchObject({
      packages: [{ environment: "host", name: "libgreet", requested: true }],
    });
    expect(await agent.call("list_packages", { environment: "build" })).toMatchObject({ packages: [] });

    await agent.call("restore", { name: "start" });
    expect((await agent.call("list_packages")).packages).toEqual([]);
    expect(await session.readBuildScript()).toContain("ecko");
  });

  test("describe input and result by schemas that the results match", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["echo hello"])), options);
    const tools = sessionTools(session);
    expect(tools.map(({ name }) => name)).toEqual([
      "read_file",
      "list_files",
      "search_files",
      "edit_file",
      "write_file",
      "run_script",
      "exec",
      "run_status",
      "run_wait",
      "run_stop",
      "add_packages",
      "list_packages",
      "sync_session",
      "update_recipe_script",
      "create_patch",
      "package",
      "list_package_files",
      "list_tests",
      "test",
      "exec_test",
      "checkpoint",
      "restore",
    ]);
    for (const { title, inputSchema, outputSchema, description } of tools) {
      expect(inputSchema).toMatchObject({ type: "object", additionalProperties: false });
      expect(outputSchema).toMatchObject({ type: "object", required: ["ok"] });
      expect(description.length).toBeGreaterThan(20);
      expect(title.length).toBeGreaterThan(3);
      for (const property of Object.values(inputSchema.properties))
        expect(property.description).toMatch(/\.$/);
    }
    const agent = callable(tools);
    const results = {
      read_file: await agent.call("read_file", { path: "conda_build.sh" }),
      list_files: await agent.call("list_files"),
      search_files: await agent.call("search_files", { text: "echo" }),
      exec: await agent.call("exec", { command: "true" }),
      list_packages: await agent.call("list_packages"),
      checkpoint: await agent.call("checkpoint", { name: "x" }),
    };
    for (const [name, result] of Object.entries(results)) {
      const schema = tools.find((tool) => tool.name === name)?.outputSchema;
      for (const key of Object.keys(result)) expect(schema?.properties, name).toHaveProperty(key);
    }
    const typed = await callTool(tools, "exec", { command: "echo typed" });
    expect(typed.ok && typed.stdout).toBe("typed\n");
  });

  test("return errors as results, with code, message and hint", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const agent = callable(sessionTools(session));
    const wrong: [string, unknown, RegExp, RegExp?][] = [
      ["read_file", {}, /missing: path/],
      ["read_file", { path: ["x"] }, /`path` must be a string, found a list/],
      ["read_file", { path: "x", from_line: 0 }, /`from_line` must be an integer of at least 1/],
      ["read_file", { pth: "x" }, /unknown property `pth`/, /did you mean `path`/],
      ["read_file", { path: "nowhere" }, /file not found: `nowhere`/, /list_files/],
      ["read_file", { path: "." }, /`\.` is not a file/],
      ["read_file", { path: "conda_build.sh", from_line: 1000 }, /has \d+ lines/],
      ["run_script", [], /must be an object/],
      ["run_script", { __proto__: null, constructor: 1 }, /unknown property `constructor`/],
      ["add_packages", { specs: [] }, /not empty/],
      ["add_packages", { specs: ["x"], environment: "run" }, /one of host, build/],
      ["add_packages", { specs: ["x"] }, /missing: environment/, /compilers and tools/],
      ["edit_file", { path: "conda_build.sh", old_text: "", new_text: "" }, /must not be empty/],
      ["edit_file", { path: "conda_build.sh", old_text: "no such text", new_text: "" }, /not found in/],
      ["edit_file", { path: "conda_build.sh", old_text: "e", new_text: "" }, /occurs \d+ times/],
      ["run_wait", { run: "run-9" }, /unknown run `run-9`/],
    ];
    for (const [name, input, message, hint] of wrong) {
      const result = await agent.call(name, input);
      expect(result, `${name} ${JSON.stringify(input)}`).toMatchObject({
        ok: false,
        code: "INVALID_INPUT",
        message: expect.stringMatching(message),
      });
      if (hint !== undefined) expect(result.hint).toMatch(hint);
    }
    expect(
      await agent.call("add_packages", { specs: ["no-such-package"], environment: "host" }),
    ).toMatchObject({
      ok: false,
      code: "SOLVE_FAILED",
      details: { environment: "host" },
    });
    expect(await agent.call("sync_session")).toMatchObject({ ok: false, code: "INVALID_VARIANT" });
    const throwing = callable(sessionTools(session, { errors: "throw" }));
    await expect(throwing.call("read_file", {})).rejects.toMatchObject({ code: "INVALID_INPUT" });
  });

  test("accept the forms that models send", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const agent = callable(sessionTools(session));
    expect(await agent.call("run_script", { trace: null, timeout_ms: "60000" })).toMatchObject({
      success: true,
    });
    expect(await agent.call("run_script", '{"trace": "true"}')).toMatchObject({ success: true });
    expect(await agent.call("add_packages", { specs: "libgreet", environment: "host" })).toMatchObject({
      ok: true,
    });
    expect(await agent.call("add_packages", { specs: '["libgreet"]', environment: "host" })).toMatchObject({
      ok: true,
    });
    expect(await agent.call("write_file", { path: "$SRC_DIR/new/folder/x.txt", text: "x" })).toMatchObject({
      ok: true,
      path: join("new", "folder", "x.txt"),
    });
    expect(await readFile(join(session.workDir, "new/folder/x.txt"), "utf8")).toBe("x");
    expect((await agent.call("read_file", { path: "${PREFIX}/include/greet.h" })).text).toContain("greet");
    expect((await agent.call("list_files", { path: "$PREFIX", depth: "2" })).entries).toContain(
      "include/greet.h",
    );
    expect(await agent.call("read_file", { path: "$HOME/x" })).toMatchObject({ ok: false });
  });

  test("take the environment from the diagnosis of the last run", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["printf '#include <greet.h>\\n' | cc -E -I$PREFIX/include -"])),
      options,
    );
    const agent = callable(sessionTools(session));
    const failed = await agent.call("run_script");
    expect(failed.diagnosis[0].suggestions).toMatchObject([{ spec: "libgreet", environment: "host" }]);
    expect(await agent.call("add_packages", { specs: "libgreet" })).toMatchObject({ environment: "host" });
    expect(await agent.call("run_script")).toMatchObject({ success: true });
  });

  test("do not write into files that other sessions share", async () => {
    const variant = variantOf(scripted(["true"], "requirements: {host: [libgreet]}\n"));
    await using one = await DebugSession.create(variant, options);
    await using other = await DebugSession.create(variant, options);
    const before = await readFile(join(other.hostPrefix, "include/greet.h"), "utf8");
    await callable(sessionTools(one)).call("write_file", {
      path: "$PREFIX/include/greet.h",
      text: "changed",
    });
    expect(await readFile(join(one.hostPrefix, "include/greet.h"), "utf8")).toBe("changed");
    expect(await readFile(join(other.hostPrefix, "include/greet.h"), "utf8")).toBe(before);
  });

  test("select tools by name and effect, and prefix their names", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    expect(
      sessionTools(session, { include: ["exec", "read_file"], prefix: "build_" }).map(({ name }) => name),
    ).toEqual(["build_read_file", "build_exec"]);
    const readers = sessionTools(session, { readOnly: true });
    expect(readers.every(({ annotations }) => annotations.readOnlyHint)).toBe(true);
    expect(readers.map(({ name }) => name)).not.toContain("exec");
    expect(() => sessionTools(session, { include: ["exce"] })).toThrow(/unknown tool `exce`/);
    expect(() => sessionTools(session, { maxChars: 10 })).toThrow(/at least 1000/);
    // @ts-expect-error: not an option
    expect(() => sessionTools(session, { readonly: true })).toThrow(/unknown option `readonly`/);
  });

  test("apply the edited recipe to the session", async () => {
    const path = join(await scratch(), "recipe.yaml");
    await writeFile(path, scripted(["echo one"]));
    const [variant] = (await Stage0Recipe.fromFile(path)).render();
    if (variant === undefined) throw new Error("the recipe has no package");
    await using session = await DebugSession.create(variant, options);
    const agent = callable(sessionTools(session));
    await writeFile(path, scripted(["echo two"], "requirements: {host: [libgreet]}\n"));
    expect(await agent.call("sync_session")).toMatchObject({ ok: true, added: ["libgreet"], scripts: true });
    expect(await agent.call("run_script")).toMatchObject({ stdout: "two\n" });
  });

  test("build the package", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["mkdir -p $PREFIX/share", "echo hi > $PREFIX/share/hi.txt"])),
      options,
    );
    const agent = callable(sessionTools(session));
    await agent.call("run_script");
    expect((await agent.call("list_package_files", { below: "share" })).files).toMatchObject([
      { path: "share/hi.txt" },
    ]);
    const built = await agent.call("package");
    expect(built).toMatchObject({ ok: true, name: "probe", version: "1.0" });
    expect(existsSync(built.path)).toBe(true);
  });
});

describe("parallel calls on a session", () => {
  test("lose no edit", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const agent = callable(sessionTools(session));
    // A second set of tools over the same session uses the same queue.
    const other = callable(sessionTools(session));
    for (let round = 0; round < 20; round += 1) {
      const names = Array.from({ length: 10 }, (_, index) => `line-${index};`);
      await agent.call("write_file", { path: "file", text: names.join("\n") });
      const results = await Promise.all(
        names.map((name, index) =>
          (index % 2 === 0 ? agent : other).call("edit_file", {
            path: "file",
            old_text: name,
            new_text: `edited-${name}`,
          }),
        ),
      );
      expect(results.every(({ ok }) => ok)).toBe(true);
      expect(await readFile(join(session.workDir, "file"), "utf8")).toBe(
        names.map((name) => `edited-${name}`).join("\n"),
      );
    }
  });

  test("wait for their turn instead of failing", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["echo script >> order"])), options);
    const agent = callable(sessionTools(session));
    const results = await Promise.all([
      agent.call("exec", { command: "echo first >> order" }),
      agent.call("run_script"),
      agent.call("exec", { command: "echo last >> order" }),
      agent.call("read_file", { path: "order" }),
      agent.call("read_file", { path: "conda_build.sh" }),
    ]);
    expect(results.map(({ ok }) => ok)).toEqual([true, true, true, true, true]);
    expect(results[3].text).toBe("first\nscript\nlast\n");
  });

  test("leave the queue when they are stopped", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["sleep 600"])), options);
    const tools = sessionTools(session);
    const run = tools.find(({ name }) => name === "run_script");
    const controller = new AbortController();
    const waiting = new AbortController();
    const started = new Promise<void>((resolve) => {
      void run
        ?.execute({ trace: true }, { signal: controller.signal, onOutput: () => resolve() })
        .catch(() => resolve());
    });
    await started;
    const queued = run?.execute({}, { signal: waiting.signal });
    waiting.abort(new Error("changed my mind"));
    await expect(queued).rejects.toThrow("changed my mind");
    controller.abort(new Error("enough"));
    expect(await callable(tools).call("exec", { command: "echo free" })).toMatchObject({ stdout: "free\n" });
    expect(await run?.execute({ timeout_ms: 100 })).toMatchObject({ success: false, timed_out: true });
  });
});

describe("background runs", () => {
  unix("report their last lines, let readers pass, and end with a result", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["echo started", "read line < go", 'echo "got $line"'])),
      options,
    );
    const agent = callable(sessionTools(session));
    await agent.call("exec", { command: "mkfifo go" });
    const { run } = await agent.call("run_script", { background: true });
    expect(run).toBe("run-1");
    await expect.poll(async () => (await agent.call("run_status", { run })).last_lines).toContain("started");
    expect(await agent.call("list_files")).toMatchObject({ ok: true });
    expect(await agent.call("write_file", { path: "notes", text: "x" })).toMatchObject({ ok: true });
    expect(await agent.call("run_wait", { timeout_ms: 1 })).toMatchObject({ running: true });
    const queued = agent.call("exec", { command: "echo after" });
    expect(await agent.call("read_file", { path: "notes" })).toMatchObject({ text: "x" });
    await writeFile(join(session.workDir, "go"), "the word\n");
    expect(await agent.call("run_wait", { run })).toMatchObject({
      running: false,
      success: true,
      stdout: "started\ngot the word\n",
    });
    expect(await queued).toMatchObject({ stdout: "after\n" });
  });

  test("are stopped", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["echo up", "sleep 600"])), options);
    const agent = callable(sessionTools(session));
    await agent.call("run_script", { background: true });
    await expect.poll(async () => (await agent.call("run_status")).last_lines).toContain("up");
    expect(await agent.call("run_stop")).toMatchObject({ ok: true, running: false, stopped: true });
    expect(await agent.call("exec", { command: "echo free" })).toMatchObject({ stdout: "free\n" });
  });
});

describe("exec", () => {
  test("says what it does not keep", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const agent = callable(sessionTools(session));
    expect((await agent.call("exec", { command: "cd / && export X=1" })).note).toContain("the folder");
    expect((await agent.call("exec", { command: "true && true; true 2>&1" })).note).toBeUndefined();
  });

  unix("continues where the last persistent command ended", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const agent = callable(sessionTools(session));
    const exec = (command: string) => agent.call("exec", { command, shell: "persistent" });
    await exec(
      "mkdir -p a/b; cd a/b; plain='two words'; export EXPORTED=$'x\\ny'; greet() { echo \"hi $1\"; }; set -u; exit 0",
    );
    const next = await exec('pwd; echo "$plain|$EXPORTED"; greet you; echo $-');
    expect(next).toMatchObject({ success: true, stderr: "" });
    expect(next.stdout).toContain(`${session.workDir}/a/b\ntwo words|x\ny\nhi you\n`);
    expect(next.stdout).toMatch(/u\w*\n$/);
    expect(await exec("exit 3")).toMatchObject({ exit_code: 3 });
    expect(await exec("pwd")).toMatchObject({ stdout: `${session.workDir}/a/b\n` });
    expect(await agent.call("exec", { command: "pwd" })).toMatchObject({ stdout: `${session.workDir}\n` });
  });
});

describe("long results", () => {
  test("have at most maxChars, and say what is missing and how to read it", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["seq 1 100000"])), options);
    for (const maxChars of [1000, 5000, 30_000]) {
      const agent = callable(sessionTools(session, { maxChars }));
      const run = await agent.call("run_script");
      expect(JSON.stringify(run).length).toBeLessThanOrEqual(maxChars);
      expect(run.stdout.startsWith("1\n2\n")).toBe(true);
      expect(run.stdout.endsWith("99999\n100000\n")).toBe(true);
      expect(run.omitted).toMatchObject([{ field: "stdout", read: expect.stringContaining("log_path") }]);
      await agent.call("exec", { command: "seq -f 'file-with-a-long-name-%g' 1 2000 | xargs touch" });
      expect(JSON.stringify(await agent.call("list_files")).length).toBeLessThanOrEqual(maxChars);
    }
  });

  test("are read in parts", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const agent = callable(sessionTools(session, { maxChars: 8000 }));
    const long = `${Array.from({ length: 3000 }, (_, index) => `"line" ${index}`).join("\n")}\n${"x\\".repeat(9000)}\nend`;
    await writeFile(join(session.workDir, "long.txt"), long);
    let at: { from_line: number; from_column?: number } | undefined = { from_line: 1 };
    let read = "";
    while (at !== undefined) {
      const part = await agent.call("read_file", { path: "long.txt", ...at });
      expect(JSON.stringify(part).length).toBeLessThanOrEqual(8000);
      expect(part.omitted).toBeUndefined();
      read += part.text;
      if (part.next_line === undefined) break;
      if (part.next_column === undefined) read += "\n";
      at = {
        from_line: part.next_line,
        ...(part.next_column === undefined ? {} : { from_column: part.next_column }),
      };
    }
    expect(read).toBe(long);
  });
});

test("file tools reach nothing outside of the session", async () => {
  const outside = await scratch();
  await writeFile(join(outside, "secret"), "secret");
  await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
  await symlink(outside, join(session.workDir, "link"));
  await symlink(join(outside, "new"), join(session.workDir, "dangling"));
  await mkdir(join(session.workDir, "sub"));
  const agent = callable(sessionTools(session));
  const refused = { ok: false, code: "INVALID_INPUT" };
  const paths = [
    "link/secret",
    "../../../../../../etc/passwd",
    "/etc/passwd",
    join(outside, "secret"),
    "sub/../../..",
    "a\0b",
    "$PREFIX/../../../../etc",
  ];
  for (const path of paths) {
    expect(await agent.call("read_file", { path }), path).toMatchObject(refused);
    expect(await agent.call("list_files", { path }), path).toMatchObject(refused);
    expect(await agent.call("search_files", { text: "s", path }), path).toMatchObject(refused);
  }
  for (const path of [
    "link/secret",
    "link/new",
    "dangling",
    "dangling/x",
    "../x",
    "../new/x",
    session.buildPrefix,
  ]) {
    expect(await agent.call("write_file", { path, text: "x" }), path).toMatchObject({ ok: false });
  }
  expect(await readFile(join(outside, "secret"), "utf8")).toBe("secret");
  expect(existsSync(join(outside, "new"))).toBe(false);
  expect((await agent.call("search_files", { text: "secret" })).hits).toEqual([]);
  // A link that stays inside works.
  await symlink("sub", join(session.workDir, "inner"));
  await agent.call("write_file", { path: "inner/file", text: "x" });
  expect(await readFile(join(session.workDir, "sub/file"), "utf8")).toBe("x");
});
