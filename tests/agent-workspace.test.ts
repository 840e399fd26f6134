/** The tools of an agent that repairs recipes: from a broken recipe file to a verified package, by tools alone. */

import { existsSync } from "node:fs";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { recipeTools, workspaceTools } from "../ts-sdk/src/agent/index.js";
import { callable } from "./support/agent-tools.js";
import { channel, root as repository, scratch, scripted } from "./support/workbench.js";

const channels = [channel];

describe("recipe tools", () => {
  test("read, edit, check and render the recipes of a folder", async () => {
    const root = await scratch();
    const path = join(root, "recipe.yaml");
    await writeFile(path, `# a comment\n${scripted(["true"])}`);
    await writeFile(join(root, "build.sh"), "echo old\n");
    const agent = callable(recipeTools({ root }));
    expect(await agent.call("read_recipe")).toMatchObject({
      ok: true,
      path: "recipe.yaml",
      text: expect.stringContaining("# a comment"),
      files: ["build.sh"],
    });
    const edits = [{ kind: "addRequirement", section: "host", spec: "libgreet" }];
    expect(await agent.call("edit_recipe", { edits })).toMatchObject({ ok: true, changed: true, errors: 0 });
    expect(await readFile(path, "utf8")).toMatch(/^# a comment\n[\s\S]*host:\n\s+- libgreet/);
    expect(
      await agent.call("edit_recipe", { old_text: "name: probe", new_text: "nme: probe" }),
    ).toMatchObject({
      errors: expect.any(Number),
      report: expect.stringContaining("nme"),
    });
    expect((await agent.call("check_recipe")).errors).toBeGreaterThan(0);
    expect(await agent.call("render_recipe")).toMatchObject({
      ok: false,
      code: "RECIPE_INVALID",
      details: { diagnostics: expect.any(Array) },
    });
    await agent.call("edit_recipe", { old_text: "nme: probe", new_text: "name: probe" });
    expect(await agent.call("render_recipe")).toMatchObject({
      packages: [{ index: 0, name: "probe", version: "1.0", requirements: { host: ["libgreet"] } }],
    });
    await agent.call("edit_recipe", { path: "build.sh", old_text: "old", new_text: "new" });
    expect(await readFile(join(root, "build.sh"), "utf8")).toBe("echo new\n");
    expect(await agent.call("edit_recipe", { edits: [{ kind: "setVersio", version: "2" }] })).toMatchObject({
      ok: false,
    });
    expect(await agent.call("edit_recipe", {})).toMatchObject({ ok: false, code: "INVALID_INPUT" });
  });

  test("lose no parallel edit of one recipe", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["true"]));
    const agents = [callable(recipeTools({ root })), callable(recipeTools({ root }))];
    const names = Array.from({ length: 10 }, (_, index) => `dep-${index}`);
    const results = await Promise.all(
      names.map((spec, index) =>
        agents[index % 2]?.call("edit_recipe", { edits: [{ kind: "addRequirement", section: "run", spec }] }),
      ),
    );
    expect(results.every((result) => result.ok)).toBe(true);
    const text = await readFile(join(root, "recipe.yaml"), "utf8");
    for (const name of names) expect(text).toContain(`- ${name}\n`);
  });

  test("show no files except recipes, and none outside of the root", async () => {
    const outside = await scratch();
    await writeFile(join(outside, "recipe.yaml"), scripted(["echo outside-secret"]));
    const root = join(outside, "root");
    await mkdir(root);
    await writeFile(join(root, "secrets.yaml"), "password: hunter2\n");
    await writeFile(join(root, ".env"), "TOKEN=hunter2\n");
    await writeFile(join(root, "key.sh"), "echo hunter2\n");
    await symlink(join(outside, "recipe.yaml"), join(root, "linked.yaml"));
    const agent = callable(recipeTools({ root }));
    for (const path of [
      "secrets.yaml",
      ".env",
      "key.sh",
      "../recipe.yaml",
      "linked.yaml",
      "/dev/zero",
      "/etc/passwd",
      "a\0b",
    ]) {
      for (const name of ["read_recipe", "check_recipe", "render_recipe"]) {
        const result = await agent.call(name, { path });
        expect(result, `${name} ${path}`).toMatchObject({ ok: false, code: "INVALID_INPUT" });
        expect(JSON.stringify(result)).not.toMatch(/hunter2|outside-secret/);
      }
      expect(await agent.call("edit_recipe", { path, old_text: "e", new_text: "x" })).toMatchObject({
        ok: false,
      });
    }
    expect(await agent.call("check_recipe", { path: "nowhere.yaml" })).toMatchObject({
      message: expect.stringContaining("file not found: `nowhere.yaml`"),
    });
  });
});

describe("workspace tools", () => {
  test("repair a recipe and verify the repair", async () => {
    const root = await scratch();
    await cp(join(repository, "tests/fixtures/demo-compile"), root, { recursive: true });
    await using tools = workspaceTools({ root, channels });
    const agent = callable(tools);
    expect(await agent.call("verify")).toMatchObject({
      ok: true,
      success: false,
      outputs: [{ phase: "script", success: false, script: { diagnosis: [{ kind: "missing-header" }] } }],
    });

    const { session, work_dir } = await agent.call("create_session");
    expect(existsSync(work_dir)).toBe(true);
    const failed = await agent.call("run_script", { session });
    expect(failed.diagnosis[0]).toMatchObject({
      kind: "missing-header",
      suggestions: [{ spec: "libgreet" }],
    });
    const edits = [
      { kind: "addRequirement", section: "host", spec: failed.diagnosis[0].suggestions[0].spec },
    ];
    expect(await agent.call("edit_recipe", { edits })).toMatchObject({ ok: true, errors: 0 });
    expect(await agent.call("sync_session")).toMatchObject({ ok: true, added: ["libgreet"] });
    expect(await agent.call("run_script")).toMatchObject({ ok: true, success: true });

    await agent.call("edit_file", { path: "hello.c", old_text: "world", new_text: "agent" });
    const patch = await agent.call("create_patch", { name: "greeting", update_recipe: true });
    expect(patch).toMatchObject({ ok: true, files: [{ path: "hello.c", change: "modified" }] });
    expect(existsSync(patch.path)).toBe(true);
    expect(await readFile(join(root, "recipe.yaml"), "utf8")).toContain("greeting.patch");

    const verified = await agent.call("verify", { output_dir: "output" });
    expect(verified).toMatchObject({ ok: true, success: true, outputs: [{ phase: "done" }] });
    expect(existsSync(verified.outputs[0].path)).toBe(true);
    expect(await agent.call("close_session")).toMatchObject({ ok: true, closed: session, kept: false });
    expect(existsSync(work_dir)).toBe(false);
  });

  test("find packages", async () => {
    await using tools = workspaceTools({ root: await scratch(), channels });
    const agent = callable(tools);
    expect(await agent.call("search_packages", { query: "greet.h" })).toMatchObject({
      ok: true,
      kind: "header",
      packages: [{ name: "libgreet", matched: "file", files: ["include/greet.h"] }],
    });
    expect(await agent.call("search_packages", { query: "libgret" })).toMatchObject({
      packages: [],
      did_you_mean: ["libgreet"],
    });
  });

  test("test the package, and look into the environment of a test", async () => {
    const root = await scratch();
    const tests = "tests:\n  - script: [greet-probe]\n  - script: [grep -q two $PREFIX/share/probe.txt]\n";
    const script = [
      "mkdir -p $PREFIX/bin $PREFIX/share",
      "echo one > $PREFIX/share/probe.txt",
      "printf '#!/bin/sh\\necho fine\\n' > $PREFIX/bin/greet-probe",
      "chmod +x $PREFIX/bin/greet-probe",
    ];
    await writeFile(join(root, "recipe.yaml"), scripted(script, tests));
    await using tools = workspaceTools({ root, channels });
    const agent = callable(tools);
    await agent.call("create_session");
    expect((await agent.call("list_tests")).tests).toHaveLength(2);
    expect(await agent.call("test")).toMatchObject({ ok: false });
    await agent.call("run_script");
    await agent.call("package");
    expect(await agent.call("test")).toMatchObject({
      ok: true,
      success: false,
      tests: [
        { index: 0, success: true, output: "" },
        { index: 1, success: false },
      ],
    });
    const looked = await agent.call("exec_test", { index: 1, command: "cat $PREFIX/share/probe.txt" });
    expect(looked).toMatchObject({ success: true, stdout: "one\n" });
    expect(await agent.call("verify")).toMatchObject({
      success: false,
      outputs: [{ phase: "test", tests: [{}, { success: false }] }],
    });
  });

  test("carry edits of the build script into the recipe", async () => {
    const root = await scratch();
    const path = join(root, "recipe.yaml");
    const script = (lines: string[]): string => lines.map((line) => `    ${line}\n`).join("");
    const before = [
      "- if: unix",
      "  then:",
      "    - echo ${{ version }} one  # first",
      "  else: echo one",
      "- 'echo two'",
    ];
    const head = 'context: {version: "1.5"}\npackage: {name: probe, version: "1.0"}\nbuild:\n  script:\n';
    await writeFile(path, head + script(before));
    await using tools = workspaceTools({ root, channels });
    const agent = callable(tools);
    await agent.call("create_session");
    expect(await agent.call("update_recipe_script")).toMatchObject({ ok: true, changed: false });
    const edit = (old_text: string, new_text: string) =>
      agent.call("edit_file", { path: "conda_build.sh", old_text, new_text });
    await edit("echo 1.5 one", "echo 1.5 uno\necho due");
    await edit("echo two", "echo 'two'");
    expect(await agent.call("update_recipe_script")).toMatchObject({ ok: true, changed: true, path });
    const after = [
      "- if: unix",
      "  then:",
      "    - echo ${{ version }} uno  # first",
      "    - echo due",
      "  else: echo one",
      "- 'echo ''two'''",
    ];
    expect(await readFile(path, "utf8")).toBe(head + script(after));
    expect(await agent.call("sync_session")).toMatchObject({ ok: true });
    expect(await agent.call("run_script")).toMatchObject({ stdout: "1.5 uno\ndue\ntwo\n" });
    expect(await agent.call("update_recipe_script")).toMatchObject({ changed: false });
    await edit("set -e", "set -ex");
    expect(await agent.call("update_recipe_script")).toMatchObject({
      ok: false,
      code: "SYNC_CONFLICT",
      message: expect.stringContaining("are not from the recipe"),
    });
  });

  test("carry edits of the build script into build.sh", async () => {
    const root = await scratch();
    const file = join(root, "build.sh");
    await writeFile(join(root, "recipe.yaml"), 'package: {name: probe, version: "1.0"}\n');
    await writeFile(file, "# kept\necho one\necho last", { mode: 0o755 });
    await using tools = workspaceTools({ root, channels });
    const agent = callable(tools);
    await agent.call("create_session");
    await agent.call("edit_file", { path: "conda_build.sh", old_text: "echo one", new_text: "echo two" });
    expect(await agent.call("update_recipe_script", { dry_run: true })).toMatchObject({ changed: true });
    expect(await readFile(file, "utf8")).toContain("echo one");
    expect(await agent.call("update_recipe_script")).toMatchObject({ changed: true, path: file });
    expect(await readFile(file, "utf8")).toBe("# kept\necho two\necho last");
  });

  test("resume a session by its folder", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["echo hello"]));
    const first = workspaceTools({ root, channels });
    const { dir } = await callable(first).call("create_session", { keep: true });
    await first.close();
    const later = workspaceTools({ root, channels });
    const agent = callable(later);
    const runs = await Promise.all(
      ["a", "b"].map((word) => agent.call("exec", { session: dir, command: `echo ${word}` })),
    );
    expect(runs.map(({ stdout }) => stdout)).toEqual(["a\n", "b\n"]);
    expect((await agent.call("list_sessions")).open).toHaveLength(1);
    expect(await agent.call("run_script", { session: "/nowhere" })).toMatchObject({ ok: false });
    expect(await agent.call("close_session", { session: dir })).toMatchObject({ ok: true, kept: true });
    await later.close();
  });

  test("hold several sessions by id, and close them all", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["true"]));
    const tools = workspaceTools({ root, channels, maxSessions: 2 });
    const agent = callable(tools);
    expect(await agent.call("run_script")).toMatchObject({
      ok: false,
      hint: expect.stringContaining("create_session"),
    });
    const created = await Promise.all([1, 2, 3].map(() => agent.call("create_session")));
    const [first, second] = created.filter(({ ok }) => ok);
    const [third, ...others] = created.filter(({ ok }) => !ok);
    expect(others).toEqual([]);
    expect(third).toMatchObject({ ok: false, message: expect.stringContaining("limit 2") });
    expect(await agent.call("exec", { command: "true" })).toMatchObject({
      message: expect.stringContaining("missing: session"),
    });
    await agent.call("write_file", { session: first.session, path: "x", text: "first" });
    expect(await agent.call("read_file", { session: second.session, path: "x" })).toMatchObject({
      ok: false,
    });
    await agent.call("close_session", { session: second.session });
    const copy = await agent.call("fork_session", { session: first.session });
    expect(await agent.call("read_file", { session: copy.session, path: "x" })).toMatchObject({
      text: "first",
    });
    await agent.call("exec", { session: copy.session, command: "sleep 600", background: true });
    const listed = await agent.call("list_sessions");
    expect(listed.open.map((one: { session: string }) => one.session)).toEqual([first.session, copy.session]);
    expect(listed.runs).toMatchObject([{ session: copy.session, run: "run-1", what: "sleep 600" }]);
    await tools.close();
    expect([first.work_dir, copy.work_dir].map((folder) => existsSync(folder))).toEqual([false, false]);
  });

  test("reopen a session that was kept, if its recipe is in the root", async () => {
    const root = await scratch();
    await writeFile(join(root, "recipe.yaml"), scripted(["echo hello"]));
    const first = workspaceTools({ root, channels });
    const { dir } = await callable(first).call("create_session");
    await callable(first).call("close_session", { keep: true });
    await first.close();

    const elsewhere = workspaceTools({ root: await scratch(), channels });
    expect(await callable(elsewhere).call("attach_session", { dir })).toMatchObject({
      ok: false,
      message: expect.stringContaining("outside of the root"),
    });
    await elsewhere.close();
    const again = workspaceTools({ root, channels });
    const agent = callable(again);
    const resumable = (await agent.call("list_sessions", { package: "probe" })).resumable;
    expect(resumable.map((one: { dir: string }) => one.dir)).toContain(dir);
    expect(await agent.call("attach_session", { dir })).toMatchObject({ ok: true, keep: true });
    expect(await agent.call("run_script")).toMatchObject({ success: true, stdout: "hello\n" });
    await again.close();
    expect(existsSync(dir)).toBe(true);
  });
});
