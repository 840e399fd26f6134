/** Packages that sessions build: what is in them, what is refused, and that they do not depend on where they are built. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, symlink, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, PackageError } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

/** A session whose script ran. */
async function ran(lines: string[], more = "", outputDir?: string): Promise<DebugSession> {
  const session = await DebugSession.create(variantOf(scripted(lines, more)), {
    channels: [channel],
    outputDir: outputDir ?? (await scratch()),
  });
  const result = await session.runScript();
  if (!result.success) throw new Error(result.stderr);
  return session;
}

async function refused(session: DebugSession): Promise<PackageError> {
  const error = await session.package().catch((thrown: unknown) => thrown);
  if (!PackageError.is(error)) throw new Error(`not refused: ${error}`);
  const packages = await readdir(join(session.outputDir, session.variant.subdir)).catch(() => []);
  expect(packages.filter((name) => !name.startsWith("repodata"))).toEqual([]);
  return error as PackageError;
}

describe("a package", () => {
  test("is in the channel, indexed, with what the script installed", async () => {
    await using session = await ran(["mkdir -p $PREFIX/share", "echo $PREFIX > $PREFIX/share/path.txt"]);
    expect(await session.files()).toEqual([
      { path: "share/path.txt", kind: "file", size: 256, prefix: "text" },
    ]);
    const built = await session.package();
    expect(built.files).toEqual(await session.files());
    expect(built.size).toBe((await stat(built.path)).size);
    const content = await readFile(built.path);
    expect(built.sha256).toBe(createHash("sha256").update(content).digest("hex"));
    const index = JSON.parse(await readFile(join(dirname(built.path), "repodata.json"), "utf8"));
    expect(Object.values(index["packages.conda"])).toMatchObject([{ name: "probe", sha256: built.sha256 }]);
  });

  test("has the same bytes when nothing changed, and not when something did", async () => {
    await using session = await ran(["mkdir -p $PREFIX/share", "echo 1 > $PREFIX/share/a"]);
    const first = await session.package();
    const second = await session.package();
    expect(second.sha256).toBe(first.sha256);
    expect(second.warnings.map(({ code }) => code)).toContain("package-replaced");
    await session.exec("echo 2 > $PREFIX/share/a");
    expect((await session.package()).sha256).not.toBe(first.sha256);
    const later = await session.package({ sourceDateEpoch: 1_000_000_000 });
    expect((await session.package({ sourceDateEpoch: 1_000_000_000 })).sha256).toBe(later.sha256);
  });

  test("installs and works in another session", async () => {
    const outputDir = await scratch();
    const tool = [
      "mkdir -p $PREFIX/bin",
      "printf '#!/bin/sh\\necho from %s\\n' $PREFIX > $PREFIX/bin/probe-tool",
    ];
    await using maker = await ran([...tool, "chmod +x $PREFIX/bin/probe-tool"], "", outputDir);
    await maker.package();
    const user = `package: {name: user, version: "1"}\nrequirements: {build: [probe]}\n`;
    await using session = await DebugSession.create(variantOf(user), { channels: [outputDir, channel] });
    const { stdout } = await session.exec("probe-tool");
    expect(stdout.trim()).toBe(`from ${session.buildPrefix}`);
  });

  test("without files is reported", async () => {
    await using session = await ran(["true"]);
    const { files, warnings } = await session.package({ format: "tar.bz2" });
    expect(files).toEqual([]);
    expect(warnings.map(({ code }) => code)).toContain("empty-package");
  });

  test("is read by another implementation of the formats", async () => {
    await using session = await ran(["mkdir -p $PREFIX/share", `echo x > $PREFIX/share/${"n".repeat(120)}`]);
    const { path } = await session.package({ format: "tar.bz2", compressionLevel: 1 });
    const listed = execFileSync("tar", ["-tf", path], { encoding: "utf8" }).trim().split("\n");
    expect(listed).toContain(`share/${"n".repeat(120)}`);
    expect(listed.at(0)).toMatch(/^info\//);
  });
});

describe("what a script leaves is not trusted", () => {
  test("a named pipe is refused, and does not block", async () => {
    await using session = await ran(["mkdir -p $PREFIX/share", "mkfifo $PREFIX/share/pipe"]);
    expect(await refused(session)).toMatchObject({ code: "PACKAGE_SPECIAL_FILE", path: "share/pipe" });
  });

  test("a socket is refused", async () => {
    // The path of a socket is limited to about 100 bytes, so it is created elsewhere and moved.
    const place = join(await scratch(), "s");
    const server = createServer();
    await new Promise<void>((done) => server.listen(place, done));
    await using session = await ran(["mkdir -p $PREFIX/share", `mv ${place} $PREFIX/share/socket`]);
    expect(await refused(session)).toMatchObject({ code: "PACKAGE_SPECIAL_FILE", path: "share/socket" });
    await new Promise((done) => server.close(done));
  });

  test("a folder that is a symlink out of the prefix is packaged as a symlink", async () => {
    const outside = await scratch();
    await writeFile(join(outside, "secret"), "s3cr3t");
    await using session = await ran([`ln -s ${outside} $PREFIX/share`]);
    const { files, warnings } = await session.package();
    expect(files).toEqual([{ path: "share", kind: "symlink", size: outside.length }]);
    expect(warnings).toMatchObject([{ code: "link-outside", path: "share" }]);
  });

  test("names with line breaks and quotes stay what they are", async () => {
    await using session = await ran([
      "mkdir -p $PREFIX/share",
      "touch $PREFIX/share/$'a\\nb' $PREFIX/share/\\'q\\\"",
    ]);
    const { files, warnings } = await session.package();
    expect(files.map(({ path }) => path)).toEqual([`share/'q"`, "share/a\nb"]);
    expect(warnings.map(({ code }) => code)).toContain("newline-in-path");
  });

  test("a name that is not UTF-8 is refused", async () => {
    await using session = await ran(["mkdir -p $PREFIX/share", "touch $PREFIX/share/$'\\xff'"]);
    expect((await refused(session)).code).toBe("PACKAGE_NAME_INVALID");
  });

  test("metadata cannot be replaced", async () => {
    await using session = await ran(["mkdir -p $PREFIX/info", "echo {} > $PREFIX/info/index.json"]);
    expect(await refused(session)).toMatchObject({ code: "PACKAGE_PATH_RESERVED", path: "info/index.json" });
  });

  test("a foreign record is named", async () => {
    await using session = await ran(["echo {} > $PREFIX/conda-meta/mine.json"]);
    expect((await refused(session)).message).toContain("conda-meta/mine.json");
  });

  test("a license that leads out of the build is refused", async () => {
    const outside = join(await scratch(), "file");
    await writeFile(outside, "s3cr3t");
    await using session = await ran(
      [`ln -s ${outside} LICENSE`],
      "about: {license: MIT, license_file: LICENSE}\n",
    );
    expect((await refused(session)).code).toBe("PACKAGE_LICENSE_OUTSIDE");
  });

  test("a large sparse file and many files are packaged", async () => {
    await using session = await ran([
      "mkdir -p $PREFIX/share/many",
      "truncate -s 64M $PREFIX/share/sparse",
      "cd $PREFIX/share/many && seq 1 3000 | xargs touch",
    ]);
    const { files, size } = await session.package({ compressionLevel: 1 });
    expect(files.length).toBe(3001);
    expect(files.find(({ path }) => path === "share/sparse")?.size).toBe(64 * 2 ** 20);
    expect(size).toBeLessThan(2 ** 20);
  });
});

describe.skipIf(process.platform === "win32")("a program of the prefix that packaging runs", () => {
  /** A script that puts its own program where Python is expected, and a module to compile. */
  const replaced = (lines: string[]): string[] => [
    "mkdir -p $PREFIX/bin $PREFIX/lib",
    `printf '%s\\n' '#!/bin/sh' ${lines.map((line) => `'${line}'`).join(" ")} > $PREFIX/bin/python`,
    "chmod +x $PREFIX/bin/python && touch $PREFIX/lib/m.py",
  ];

  test("is ended when the call is aborted", async () => {
    const pipe = join(await scratch(), "pipe");
    execFileSync("mkfifo", [pipe]);
    await using session = await ran(replaced([`echo $$ > ${pipe}`, "exec /bin/sleep 600"]));
    const stop = new AbortController();
    const packaging = session.package({ signal: stop.signal });
    const pid = Number(await readFile(pipe, "utf8"));
    expect(pid).toBeGreaterThan(0);
    stop.abort();
    await expect(packaging).rejects.toMatchObject({ name: "AbortError" });
    await expect.poll(() => existsSync(`/proc/${pid}`)).toBe(false);
  });

  test("is confined as the script was", async () => {
    const outside = join(homedir(), `.sidewinder-test-${process.pid}`);
    const lines = replaced([`echo x > ${outside} || echo refused >&2`, "exit 3"]);
    await using session = await DebugSession.create(variantOf(scripted(lines)), {
      channels: [channel],
      outputDir: await scratch(),
      sandbox: true,
    });
    const run = await session.runScript().catch((error: unknown) => error);
    // Where the kernel has no Landlock, nothing runs with less.
    if (run instanceof Error) return expect(run).toMatchObject({ code: "INVALID_OPTION" });
    const error = await refused(session);
    expect(existsSync(outside)).toBe(false);
    expect(error).toMatchObject({ code: "PACKAGE_BYTECODE_FAILED" });
    expect(error.message).toMatch(/exited with status 3; last line of output: refused/);
  });
});

test("a script that ran twice gives a warning, until a checkpoint is restored", async () => {
  await using session = await DebugSession.create(variantOf(scripted(["touch $PREFIX/$NAME"])), {
    channels: [channel],
    outputDir: await scratch(),
  });
  await session.checkpoint("clean");
  await session.runScript({ env: { NAME: "a" } });
  await session.runScript({ env: { NAME: "b" } });
  const both = await session.package();
  expect(both.files.map(({ path }) => path)).toEqual(["a", "b"]);
  expect(both.warnings.map(({ code }) => code)).toContain("several-runs");
  await session.restore("clean");
  await session.runScript({ env: { NAME: "b" } });
  const clean = await session.package();
  expect(clean.files.map(({ path }) => path)).toEqual(["b"]);
  expect(clean.warnings.map(({ code }) => code)).not.toContain("several-runs");
});

describe("checks come before the package", () => {
  test("of its contents", async () => {
    const tests = "tests:\n  - package_contents: {files: {exists: [nope], not_exists: [share/*]}}\n";
    await using session = await ran(["mkdir -p $PREFIX/share", "touch $PREFIX/share/a"], tests);
    const error = await refused(session);
    expect(error.code).toBe("PACKAGE_CONTENTS_TEST");
    expect(error.message).toContain("no file matches `nope`");
    expect(error.message).toContain("`share/a` matches `share/*`, which must not exist");
  });

  test("of licenses", async () => {
    await using session = await ran(["true"], "about: {license: MIT, license_file: NOPE}\n");
    expect(await refused(session)).toMatchObject({ code: "PACKAGE_LICENSE_MISSING" });
  });

  test("of symlinks in noarch packages", async () => {
    const lines = ["mkdir -p $PREFIX/share", "ln -s a $PREFIX/share/l", "touch $PREFIX/share/a"];
    const text = scripted(lines).replace("build:\n", "build:\n  noarch: generic\n");
    await using session = await DebugSession.create(variantOf(text), {
      channels: [channel],
      outputDir: await scratch(),
    });
    await session.runScript();
    expect((await refused(session)).code).toBe("PACKAGE_LINKS_ON_WINDOWS");
    expect(existsSync((await session.package({ allowLinksOnWindows: true })).path)).toBe(true);
  });
});

test("files of a recipe folder are taken along, without links being followed", async () => {
  const folder = await scratch();
  await mkdir(join(folder, "patches"));
  await writeFile(join(folder, "patches", "a.patch"), "");
  await symlink("/etc/hostname", join(folder, "link"));
  await writeFile(join(folder, "my.yaml"), scripted(["true"]));
  const { Stage0Recipe } = await import("../ts-sdk/src/index.js");
  const [variant] = (await Stage0Recipe.fromFile(join(folder, "my.yaml"))).render();
  if (variant === undefined) throw new Error("no variant");
  await using session = await DebugSession.create(variant, {
    channels: [channel],
    outputDir: await scratch(),
  });
  const { path } = await session.package({ format: "tar.bz2" });
  const listed = execFileSync("tar", ["-tvf", path], { encoding: "utf8" });
  expect(listed).toMatch(/info\/recipe\/recipe\.yaml\n/);
  expect(listed).toMatch(/info\/recipe\/patches\/a\.patch\n/);
  expect(listed).toMatch(/info\/recipe\/link -> \/etc\/hostname\n/);
});

test("a package cannot be built while the script runs", async () => {
  await using session = await ran(["mkfifo go"]);
  let run: Promise<{ success: boolean }> | undefined;
  await new Promise<void>((started) => {
    run = session.exec("echo started; cat go", { onStdout: () => started() });
  });
  await expect(session.package()).rejects.toMatchObject({ code: "SESSION_BUSY" });
  await writeFile(join(session.workDir, "go"), "");
  expect((await run)?.success).toBe(true);
});
