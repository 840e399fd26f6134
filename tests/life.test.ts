/** The life of sessions: who has which, what killed processes leave, many at once, sessions of another tool. */

import { existsSync, readdirSync } from "node:fs";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, type RenderedVariant, SessionClosedError } from "../ts-sdk/src/index.js";
import { type Said, SessionProcess } from "./support/session-process.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const REQUIREMENTS = "requirements: {build: [toolx], host: [libgreet, libfoo]}\n";

/** Name → version of what is installed. */
async function installed(
  session: DebugSession,
  environment: "build" | "host",
): Promise<Record<string, string>> {
  const packages = await session.packages(environment);
  return Object.fromEntries(packages.map(({ name, version }) => [name, version]));
}

describe("the list of sessions", () => {
  test("lists live, kept and dead sessions; `prune` removes the dead ones", async () => {
    const [cacheDir, outputDir, temporary] = [await scratch(), await scratch(), await scratch()];
    const variant = variantOf(scripted(["true"]));
    const options = { channels: [channel], cacheDir };
    const states = async () =>
      Object.fromEntries((await DebugSession.list({ cacheDir })).map(({ dir, state }) => [dir, state]));

    await using live = await DebugSession.create(variant, options);
    const kept = await DebugSession.create(variant, { ...options, outputDir });
    await kept.close();
    const other = new SessionProcess(variant, options, { TMPDIR: temporary });
    const dead = (await other.until(({ kind }) => kind === "created"))?.dir as string;
    expect(await states()).toEqual({
      [live.paths.buildDir]: "live",
      [kept.paths.buildDir]: "kept",
      [dead]: "live",
    });
    expect(await DebugSession.prune({ cacheDir, kept: true, olderThan: new Date(0) })).toEqual([]);
    await other.kill();
    expect((await states())[dead]).toBe("dead");
    expect(await readdir(temporary)).toHaveLength(1);

    expect(await DebugSession.prune({ cacheDir })).toMatchObject([
      { dir: dead, name: "probe", version: "1.0", state: "dead", process: other.child.pid },
    ]);
    expect(await readdir(temporary)).toEqual([]);
    expect(await states()).toEqual({ [live.paths.buildDir]: "live", [kept.paths.buildDir]: "kept" });
    expect((await live.runScript()).success).toBe(true);

    expect(await DebugSession.prune({ cacheDir, kept: true })).toMatchObject([{ state: "kept" }]);
    expect(await readdir(join(outputDir, "bld"))).not.toContain("rattler-build_probe");
    expect(Object.keys(await states())).toEqual([live.paths.buildDir]);
  });

  test.skipIf(process.platform === "win32")("an empty `TMPDIR` counts as not set", async () => {
    const options = { channels: [channel], cacheDir: await scratch() };
    const other = new SessionProcess(variantOf(scripted(["true"])), options, { TMPDIR: "" });
    const made = await other.until(({ kind }) => kind === "created");
    await other.kill();
    await DebugSession.prune({ cacheDir: options.cacheDir });
    expect(made?.dir).toContain("/tmp/sidewinder_");
  });

  test("forgets a session whose build folder `close` removed, and leaves what else is in the output folder", async () => {
    const [cacheDir, outputDir] = [await scratch(), await scratch()];
    await writeFile(join(outputDir, "precious"), "the user's\n");
    const options = { channels: [channel], cacheDir, outputDir };
    const session = await DebugSession.create(
      variantOf(scripted(["mkdir closed && chmod a-w closed"])),
      options,
    );
    await session.runScript();
    await expect(session.close({ keep: true, remove: true })).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
    await session.close({ remove: true });
    expect(existsSync(session.paths.buildDir)).toBe(false);
    expect(await readFile(join(outputDir, "precious"), "utf8")).toBe("the user's\n");
    expect(await readdir(join(cacheDir, "sidewinder/sessions"))).toEqual([]);
  });

  test("forgets a session that somebody removed by hand, with `prune` of any kind", async () => {
    const [cacheDir, outputDir] = [await scratch(), await scratch()];
    const session = await DebugSession.create(variantOf(scripted(["true"])), {
      channels: [channel],
      cacheDir,
      outputDir,
    });
    await session.close();
    await rm(outputDir, { recursive: true });
    expect(await DebugSession.prune({ cacheDir })).toEqual([]);
    expect(await readdir(join(cacheDir, "sidewinder/sessions"))).toEqual([]);
  });

  test("forgets a session that is closed, and one that could not be made", async () => {
    const cacheDir = await scratch();
    const options = { channels: [channel], cacheDir };
    await (await DebugSession.create(variantOf(scripted(["true"])), options)).close();
    const wrong = scripted(["true"], "requirements: {host: [no-such-package]}\n");
    await expect(DebugSession.create(variantOf(wrong), options)).rejects.toMatchObject({
      code: "SOLVE_FAILED",
    });
    expect(await DebugSession.list({ cacheDir })).toEqual([]);
    expect(await readdir(join(cacheDir, "sidewinder/sessions"))).toEqual([]);
  });
});

describe("a set-up that is killed", () => {
  const at = (kind: string, phase?: string, state?: string) => (said: Said) =>
    said.kind === kind &&
    (phase === undefined || said.phase === phase) &&
    (state === undefined || said.state === state);
  const moments: [string, (said: Said) => boolean][] = [
    ["before anything", at("begin")],
    ["while it solves", at("phase", "solve", "started")],
    ["while it downloads", at("phase", "download", "started")],
    ["with a package downloaded", at("package")],
    ["while it links", at("phase", "link", "started")],
    ["while it writes the script", at("phase", "script", "started")],
    ["when all is there", at("created")],
  ];

  test("at any moment leaves nothing that the next one trips over, and nothing that cannot be found", async () => {
    const [cacheDir, outputDir, temporary] = [await scratch(), await scratch(), await scratch()];
    const variant = variantOf(scripted(["cat $PREFIX/share/libfoo.txt"], REQUIREMENTS));
    await writeFile(join(outputDir, "precious"), "the user's\n");
    let expected: unknown;
    for (const [when, moment] of moments) {
      // Into the same folder, with the same caches; and one into a temporary folder.
      const options = { channels: [channel], cacheDir };
      const given = new SessionProcess(variant, { ...options, outputDir });
      const temporaryOne = new SessionProcess(variant, options, { TMPDIR: temporary });
      for (const killed of [given, temporaryOne]) {
        await killed.until(moment);
        await killed.kill();
      }
      const session = await DebugSession.create(variant, { ...options, outputDir });
      const found = { build: await installed(session, "build"), host: await installed(session, "host") };
      expected ??= found;
      expect(found, when).toEqual(expected);
      expect((await session.runScript()).stdout, when).toMatch(/^\d/);
      await session.close();
      await DebugSession.prune({ cacheDir });
      expect(await readdir(temporary), when).toEqual([]);
      expect(await readFile(join(outputDir, "precious"), "utf8")).toBe("the user's\n");
      // Alternates between the caches that the killed process left and empty ones.
      if (moments.findIndex(([name]) => name === when) % 2 === 1) await rm(cacheDir, { recursive: true });
    }
  }, 60_000);
});

describe("several sessions at once", () => {
  test("eight on one empty cache all succeed, and each package is downloaded once", async () => {
    const downloads: string[] = [];
    const server = createServer(async (request, response) => {
      const path = decodeURIComponent(request.url ?? "/");
      if (/\.(conda|tar\.bz2)$/.test(path) && request.method === "GET") downloads.push(path);
      try {
        response.end(await readFile(join(channel, path)));
      } catch {
        response.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const cacheDir = await scratch();
      const options = { channels: [url], cacheDir };
      const variant = (index: number): RenderedVariant =>
        variantOf(scripted([`echo ${index}`], REQUIREMENTS).replace("probe", `probe${index}`));
      // Six in this process, two in others.
      const others = [6, 7].map((index) => new SessionProcess(variant(index), options));
      const here = await Promise.all(
        [0, 1, 2, 3, 4, 5].map((index) => DebugSession.create(variant(index), options)),
      );
      for (const other of others) {
        expect(await other.until(({ kind }) => kind === "created")).toBeDefined();
        expect(await other.finish()).toBe(0);
      }
      const contents = await Promise.all(here.map((session) => installed(session, "host")));
      for (const content of contents) expect(content).toEqual(contents[0]);
      const results = await Promise.all(here.map((session) => session.runScript()));
      expect(results.map(({ stdout }) => stdout)).toEqual(["0\n", "1\n", "2\n", "3\n", "4\n", "5\n"]);
      expect(new Set(downloads).size).toBeGreaterThan(2);
      expect(downloads.length).toBe(new Set(downloads).size);
      for (const session of here) await session.close();
      expect(await DebugSession.list({ cacheDir })).toEqual([]);
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }, 60_000);

  test("one that is closed while its script runs ends it, and leaves nothing", async () => {
    const session = await DebugSession.create(variantOf(scripted(["echo on", "sleep 4343.4343"])), {
      channels: [channel],
    });
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const run = session.runScript({ onStdout: () => begun() }).catch((error: unknown) => error);
    await started;
    await session.close();
    expect(SessionClosedError.is(await run)).toBe(true);
    expect(() => readdirSync(session.outputDir)).toThrow();
    await using other = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    expect((await other.exec("pgrep -f 'sleep 4343[.]4343' || true")).stdout).toBe("");
  });
});

describe("a folder that rattler-build made", () => {
  /** The same layout, log and scripts. */
  async function foreign(): Promise<{ outputDir: string; buildDir: string }> {
    const outputDir = await scratch();
    const buildDir = join(outputDir, "bld/rattler-build_refpkg");
    const workDir = join(buildDir, "work");
    const base = join(buildDir, "host_env");
    const hostPrefix = base + "_placehold".repeat(30).slice(0, 255 - base.length);
    const buildPrefix = join(buildDir, "build_env");
    for (const prefix of [hostPrefix, buildPrefix])
      await mkdir(join(prefix, "conda-meta"), { recursive: true });
    await mkdir(workDir);
    const line = `${JSON.stringify({
      work_dir: workDir,
      build_dir: buildDir,
      host_prefix: hostPrefix,
      build_prefix: buildPrefix,
      recipe_dir: outputDir,
      recipe_path: join(outputDir, "recipe.yaml"),
      output_dir: outputDir,
      cache_dir: join(outputDir, "build_cache"),
    })}\n`;
    await writeFile(join(outputDir, "rattler-build-log.txt"), line + line);
    const variables: Record<string, string> = {
      PKG_NAME: "refpkg",
      PKG_VERSION: "1.2",
      PKG_BUILDNUM: "2",
      PKG_BUILD_STRING: "hb0f4dca_2",
      PKG_HASH: "hb0f4dca",
      target_platform: "linux-64",
      host_platform: "linux-64",
      build_platform: "linux-64",
      PREFIX: hostPrefix,
      PATH: process.env.PATH ?? "",
      GREETING: "'hello there'",
      CONDA_BUILD: "1",
    };
    const activation = [hostPrefix, buildPrefix].map(
      (prefix) =>
        `\nexport PATH="${prefix}/bin:\${PATH}"\nexport CONDA_SHLVL=1\nexport CONDA_PREFIX=${prefix}\n`,
    );
    const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${value}\n`);
    await writeFile(join(workDir, "build_env.sh"), [...exports, ...activation].join(""));
    await writeFile(
      join(workDir, "conda_build.sh"),
      `#!/usr/bin/env bash\nset -e\n## Start of bash preamble\nif [ -z \${CONDA_BUILD+x} ]; then\n    source "${workDir}/build_env.sh"\nfi\n` +
        `## End of preamble\nset -x\n\n\n(\necho "$GREETING from $PKG_NAME"\n)`,
      { mode: 0o755 },
    );
    return { outputDir, buildDir };
  }

  test("is taken up by its work, build or output folder, run and added to", async () => {
    const { outputDir, buildDir } = await foreign();
    for (const dir of [outputDir, buildDir, join(buildDir, "work")]) {
      await using session = await DebugSession.attach(dir);
      expect(session.paths.buildDir).toBe(buildDir);
      expect(session.variant).toMatchObject({
        name: "refpkg",
        version: "1.2",
        buildNumber: 2,
        hash: "b0f4dca",
      });
      const result = await session.runScript();
      expect(result).toMatchObject({ exitCode: 0, stdout: "hello there from refpkg\n" });
      expect(result.stderr).toContain("+ echo 'hello there from refpkg'");
    }
    await using session = await DebugSession.attach(outputDir);
    await expect(session.createPatch()).rejects.toMatchObject({
      code: "PATCH_FAILED",
      message: expect.stringContaining("another tool"),
    });
    await expect(session.refreshScripts()).rejects.toThrow("another tool made the session");
    const change = await session.addPackages(["libfoo <2"], { channels: [channel] });
    expect(change.added).toMatchObject([{ name: "libfoo", version: "1.2.3" }]);
    expect((await session.exec("cat $PREFIX/share/libfoo.txt; echo $GREETING")).stdout).toBe(
      "1.2.3\nhello there\n",
    );
  });

  test("whose log names folders elsewhere is refused", async () => {
    const { outputDir, buildDir } = await foreign();
    const elsewhere = await scratch();
    const log = join(outputDir, "rattler-build-log.txt");
    await writeFile(log, (await readFile(log, "utf8")).replaceAll(join(buildDir, "build_env"), elsewhere));
    await expect(DebugSession.attach(outputDir)).rejects.toMatchObject({
      code: "NOT_A_SESSION",
      message: expect.stringContaining("not in its folder"),
    });
  });
});
