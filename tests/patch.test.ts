/** Patches through the real addon: of every kind of source, several at once, named in the recipe, and applied again. */

import { execFileSync } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, type RenderedVariant, Stage0Recipe } from "../ts-sdk/src/index.js";
import { channel, scratch } from "./support/workbench.js";

const options = { channels: [channel] };

/** A recipe in a folder with files, and a way to set it up as it is at the time. */
async function recipeWith(recipe: string, files: Record<string, string> = {}) {
  const folder = await scratch();
  const path = join(folder, "recipe.yaml");
  await writeFile(path, recipe);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(join(folder, name, ".."), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const setUp = async (): Promise<DebugSession> => {
    const [variant] = (await Stage0Recipe.fromFile(path)).render();
    return await DebugSession.create(variant as RenderedVariant, options);
  };
  return { folder, path, setUp };
}

/** All files of the sources in a work folder: path → whether it can be run, and text. */
async function files(workDir: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(workDir, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(workDir.length + 1);
    if (!entry.isFile() || name.includes(".git/") || /^(conda_build|build_env|\.source_info)/.test(name))
      continue;
    found[name] = `${((await stat(path)).mode & 0o100) !== 0 ? "x" : "-"} ${await readFile(path, "utf8")}`;
  }
  return found;
}

function git(folder: string, ...args: string[]): void {
  const identity = ["-c", "user.name=a", "-c", "user.email=a@b", "-c", "init.defaultBranch=main"];
  execFileSync("git", [...identity, ...args], { cwd: folder, stdio: "ignore" });
}

const HEAD = `# About this recipe.
package: {name: probe, version: "1.0"}

source:
`;

describe("a patch that the recipe names", () => {
  test("is of url, git and path sources at once, and gives the same files in a new session", async () => {
    const { folder, path, setUp } = await recipeWith(
      `${HEAD}  - path: extra   # first
    target_directory: extra
  - git: repo
    target_directory: sub/repo
  - url: URL
    # the main source

build:
  script: "true"
`,
      {
        "extra/e.txt": "e\r\n2\r\n",
        "repo/g.txt": "g",
        "proj/a.txt": "1\n2\n",
        "proj/old.txt": "old\n",
        "proj/gone": "x\n",
      },
    );
    git(join(folder, "repo"), "init");
    git(join(folder, "repo"), "add", ".");
    git(join(folder, "repo"), "commit", "-m", "x");
    execFileSync("tar", ["czf", "proj.tar.gz", "proj"], { cwd: folder });
    await writeFile(path, (await readFile(path, "utf8")).replace("URL", `file://${folder}/proj.tar.gz`));
    const before = await readFile(path, "utf8");

    await using session = await setUp();
    const work = (name: string) => join(session.workDir, name);
    await writeFile(work("extra/e.txt"), "E\r\n2\r\n");
    await writeFile(work("sub/repo/g.txt"), "G");
    await writeFile(work("a.txt"), "1\ntwo\n");
    await rename(work("old.txt"), work("renamed.txt"));
    await rm(work("gone"));
    await writeFile(work("run.sh"), "#!/bin/sh\n", { mode: 0o755 });
    await writeFile(work("left.o"), "\0binary");

    const dry = await session.createPatch({ name: "fix", add: ["*"], updateRecipe: true, dryRun: true });
    expect(dry).toMatchObject({ path: null, recipe: null, sources: [0, 1, 2] });
    expect(dry.skipped).toMatchObject([{ path: "left.o", reason: expect.stringContaining("binary") }]);
    expect(await readFile(path, "utf8")).toBe(before);
    await rm(work("left.o"));

    const patch = await session.createPatch({ name: "fix", add: ["*"], updateRecipe: true });
    expect(patch).toMatchObject({ path: join(folder, "fix.patch"), recipe: path });
    const after = await readFile(path, "utf8");
    expect(after.split("\n").filter((line) => !before.includes(line))).toEqual([
      "    patches:",
      "      - fix.patch",
    ]);
    expect(after.indexOf("fix.patch")).toBeGreaterThan(after.indexOf("- url"));

    // Once more: nothing is named twice.
    const again = await session.createPatch({ name: "fix", add: ["*"], updateRecipe: true, overwrite: true });
    expect(again).toMatchObject({ text: patch.text, recipe: null });
    expect(await readFile(path, "utf8")).toBe(after);

    await using fresh = await setUp();
    expect(await files(fresh.workDir)).toEqual(await files(session.workDir));
  });

  test("goes to the right one of sources that conditions choose", async () => {
    const { path, setUp } = await recipeWith(
      `${HEAD}  - if: win
    then:
      path: windows
  - if: unix
    then:
      - path: one
      - path: two
        target_directory: two
build: {script: "true"}
`,
      { "one/a.txt": "1\n", "two/b.txt": "2\n" },
    );
    await using session = await setUp();
    await writeFile(join(session.workDir, "two/b.txt"), "two\n");
    await session.createPatch({ updateRecipe: true });
    expect(await readFile(path, "utf8")).toContain(
      "      - path: two\n        target_directory: two\n        patches:\n          - changes.patch\n",
    );
    await using fresh = await setUp();
    expect(await files(fresh.workDir)).toEqual({ "a.txt": "- 1\n", "two/b.txt": "- two\n" });
  });

  test("is not written at all where the recipe cannot name it", async () => {
    const two = "  - {path: s, target_directory: x}\n  - {path: s, target_directory: y}\n";
    const { folder, path, setUp } = await recipeWith(`${HEAD}${two}build: {script: "true"}\n`, {
      "s/a": "1\n",
    });
    await using session = await setUp();
    const recipe = await readFile(path, "utf8");
    const present = (await readdir(folder)).sort();
    for (const target of ["x", "y"]) await writeFile(join(session.workDir, target, "a"), "2\n");
    await expect(session.createPatch({ updateRecipe: true })).rejects.toMatchObject({
      code: "PATCH_FAILED",
      message: expect.stringContaining("several directories"),
    });
    const elsewhere = await scratch();
    await expect(
      session.createPatch({ updateRecipe: true, include: ["x"], outputDir: elsewhere }),
    ).rejects.toMatchObject({ message: expect.stringContaining("its own folder") });
    expect((await readdir(folder)).sort()).toEqual(present);
    expect(await readdir(elsewhere)).toEqual([]);
    for (const target of ["x", "y"]) {
      await session.createPatch({ name: target, include: [target], updateRecipe: true });
    }
    expect((await readFile(path, "utf8")).replace(recipe, "")).toContain(
      "target_directory: y, patches: [y.patch]",
    );
    await using fresh = await setUp();
    expect(await files(fresh.workDir)).toEqual({ "x/a": "- 2\n", "y/a": "- 2\n" });
  });
});
