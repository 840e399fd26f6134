/** Checkpoints: saving and restoring a session's folders, and forks. */

import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { lstat, mkdir, readdir, readFile, readlink, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession } from "../ts-sdk/src/index.js";
import { channel, forgetful, scratch, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };

/** Everything below a folder: kind, mode, time, content. */
async function tree(folder: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mode, mtimeMs } = await lstat(path);
    let content = "";
    if (entry.isSymbolicLink()) content = await readlink(path);
    else if (entry.isFile())
      content = createHash("sha256")
        .update(await readFile(path))
        .digest("hex");
    const time = entry.isSymbolicLink() ? 0 : Math.round(mtimeMs);
    found.set(path.slice(folder.length), `${mode.toString(8)} ${time} ${content}`);
  }
  return found;
}

async function all(session: DebugSession) {
  return [await tree(session.workDir), await tree(session.hostPrefix), await tree(session.buildPrefix)];
}

describe("a checkpoint", () => {
  test("brings back what was changed, removed, added and replaced, in all folders", async () => {
    const lines = [
      "echo one > a.txt",
      "mkdir -p sub/deep",
      "echo two > sub/deep/b.txt",
      "ln -sf a.txt link",
      "ln -f a.txt twin",
      "chmod 750 sub",
    ];
    await using session = await DebugSession.create(
      variantOf(scripted(lines, "requirements: {host: [libfoo]}\n")),
      options,
    );
    expect((await session.runScript()).success).toBe(true);
    const untouched = join(session.workDir, "conda_build.sh");
    // What changed a moment ago is not taken for unchanged: clocks of file systems are coarse.
    await expect.poll(async () => Date.now() - (await lstat(untouched)).ctimeMs).toBeGreaterThan(100);
    await session.checkpoint("built");
    const before = await all(session);
    const packages = await session.packages("host");
    const { ino } = await lstat(untouched);

    await session.exec(
      "echo changed > a.txt; rm -r sub; ln -sf /etc link; echo new > new.txt; rm twin; echo x > twin; mkdir -p $PREFIX/new; echo y >> $PREFIX/new/y",
    );
    await session.addPackages(["libgreet"]);
    expect(await all(session)).not.toEqual(before);

    await session.restore("built");
    expect(await all(session)).toEqual(before);
    expect(await session.packages("host")).toEqual(packages);
    expect((await lstat(untouched)).ino).toBe(ino);
    // Names of one file are names of one file again.
    const twins = await Promise.all(["a.txt", "twin"].map((name) => lstat(join(session.workDir, name))));
    expect(twins[0]?.ino).toBe(twins[1]?.ino);
    expect((await session.runScript()).success).toBe(true);
  });

  test("is one of several, and is replaced by one of its name", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const file = join(session.workDir, "n");
    for (const name of ["one", "two", "three"]) {
      await writeFile(file, name);
      await session.checkpoint(name);
    }
    expect(await session.checkpoints()).toEqual(["one", "three", "two"]);
    for (const name of ["two", "three", "one", "two"]) {
      await session.restore(name);
      expect(await readFile(file, "utf8")).toBe(name);
    }
    await session.checkpoint("one");
    await writeFile(file, "later");
    await session.restore("one");
    expect(await readFile(file, "utf8")).toBe("two");
  });

  test("is found by another session on the same folder", async () => {
    const outputDir = await scratch();
    const session = await DebugSession.create(variantOf(scripted(["true"])), { ...options, outputDir });
    await writeFile(join(session.workDir, "n"), "then");
    await session.checkpoint("then");
    await session.close();
    await using attached = await DebugSession.attach(outputDir);
    await writeFile(join(attached.workDir, "n"), "now");
    await attached.restore("then");
    expect(await readFile(join(attached.workDir, "n"), "utf8")).toBe("then");
  });

  test("is not written through a link that the script left in a folder's place", async () => {
    const outside = await scratch();
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const folder = join(session.workDir, "folder");
    await mkdir(folder);
    await writeFile(join(folder, "file"), "inside");
    await session.checkpoint("x");
    await rename(folder, `${folder}.away`);
    await symlink(outside, folder);
    await session.restore("x");
    expect(await readdir(outside)).toEqual([]);
    expect(await readFile(join(folder, "file"), "utf8")).toBe("inside");

    await rm(session.hostPrefix, { recursive: true });
    await symlink(outside, session.hostPrefix);
    await expect(session.checkpoint("y")).rejects.toMatchObject({ code: "FOLDER_REPLACED" });
    await session.restore("x");
    expect(await readdir(outside)).toEqual([]);
    expect((await lstat(session.hostPrefix)).isDirectory()).toBe(true);
  });

  test("has a harmless name, and is one that there is", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    for (const name of ["", ".", "..", "a/b", "../x", ".new-x", "a\0b", "x".repeat(65), "ä"]) {
      await expect(session.checkpoint(name), name).rejects.toMatchObject({ code: "INVALID_OPTION" });
    }
    await session.checkpoint("here");
    await expect(session.restore("there")).rejects.toThrow(
      /checkpoint not found: `there`; expected one of: here/,
    );
  });
});

describe("a fork", () => {
  test("builds on its own, with all paths its own", async () => {
    const variant = await forgetful();
    await using session = await DebugSession.create(variant, options);
    const fork = await session.fork();
    const place = fork.outputDir;
    try {
      expect(place).not.toBe(session.outputDir);
      expect(fork.hostPrefix).toHaveLength(session.hostPrefix.length);
      expect(await fork.readBuildScript()).toContain(place);
      expect(await fork.readBuildScript()).not.toContain(session.outputDir);
      expect(await fork.packages("build")).toEqual(await session.packages("build"));

      await fork.addPackages(["libgreet"]);
      const built = await fork.runScript();
      expect(built.stderr).toBe("");
      expect(built.success).toBe(true);
      const where = await fork.exec('echo "$PREFIX:$BUILD_PREFIX:$SRC_DIR:$PWD"');
      expect(where.stdout.trim()).toBe(
        [fork.hostPrefix, fork.buildPrefix, fork.workDir, fork.workDir].join(":"),
      );
      expect(
        (await fork.exec(["grep", "-rlF", "--exclude=session.json", session.outputDir, place])).stdout,
      ).toBe("");

      // The original is what it was.
      expect(await session.packages("host")).not.toEqual(await fork.packages("host"));
      expect((await session.runScript()).success).toBe(false);
    } finally {
      await fork.close();
    }
    expect(existsSync(place)).toBe(false);
    expect(existsSync(session.workDir)).toBe(true);
  });

  test("of a session in a given folder goes to a temporary one", async () => {
    const outputDir = join(await scratch(), "out put");
    await using session = await DebugSession.create(variantOf(scripted(["cat note"])), {
      ...options,
      outputDir,
    });
    await writeFile(join(session.workDir, "note"), `in ${session.workDir}`);
    await using fork = await session.fork();
    expect((await fork.runScript()).stdout).toBe(`in ${fork.workDir}`);
    expect((await readdir(join(outputDir, ".."))).sort()).toEqual(["out put"]);
  });
});
