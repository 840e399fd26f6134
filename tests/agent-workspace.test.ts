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
