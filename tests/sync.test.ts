/** Sessions that follow their recipe: packages, sources, patches and scripts change, the rest stays. */

import { mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, type RenderedVariant, Stage0Recipe, SyncConflictError } from "../ts-sdk/src/index.js";
import { channel, scratch } from "./support/workbench.js";

interface Bench {
  dir: string;
  file: string;
  session: DebugSession;
  /** Writes the recipe and renders it. */
  rendered(recipe: string): Promise<RenderedVariant>;
  /** Reads a file of the work folder. */
  work(path: string): Promise<string>;
  /** Writes a file next to the recipe. */
  put(path: string, text: string): Promise<void>;
}

const LINES = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
const text = (lines: string[]): string => lines.map((line) => `${line}\n`).join("");
const changed = (index: number, line: string): string => text(LINES.with(index, line));

function recipe({ host = "", build = "", source = "{path: src}", script = "echo built" } = {}): string {
  return `package: {name: probe, version: "1"}
source: ${source}
build: {script: ${JSON.stringify(script)}}
requirements: {host: [${host}], build: [${build}]}
`;
}

async function bench(text_: string, files: Record<string, string> = {}): Promise<Bench> {
  const dir = await scratch();
  const put = async (path: string, content: string): Promise<void> => {
    await mkdir(dirname(join(dir, path)), { recursive: true });
    await writeFile(join(dir, path), content);
  };
  await put("src/words.txt", text(LINES));
  await put("src/other.txt", "other\n");
  for (const [path, content] of Object.entries(files)) await put(path, content);
  const file = join(dir, "recipe.yaml");
  const rendered = async (content: string): Promise<RenderedVariant> => {
    await writeFile(file, content);
    const [variant] = (await Stage0Recipe.fromFile(file)).render();
    return variant as RenderedVariant;
  };
  const session = await DebugSession.create(await rendered(text_), {
    channels: [channel],
    outputDir: await scratch(),
  });
  const work = (path: string): Promise<string> => readFile(join(session.workDir, path), "utf8");
  return { dir, file, session, rendered, work, put };
}

const names = async (session: DebugSession, environment: "host" | "build"): Promise<string[]> =>
  (await session.packages(environment)).map(({ name, version }) => `${name} ${version}`);

const NOTHING = { added: [], removed: [], changed: [], sources: [], patches: [], scripts: false, files: [] };

describe("without a change", () => {
  test("nothing is done", async () => {
    const { session, rendered } = await bench(recipe({ host: "libfoo", build: "toolx" }));
    await using _ = session;
    const before = (await stat(session.buildScript)).mtimeMs;
    expect(await session.sync(await rendered(recipe({ host: "libfoo", build: "toolx" })))).toMatchObject(
      NOTHING,
    );
    expect((await session.createPatch({ dryRun: true })).files).toEqual([]);
    expect((await stat(session.buildScript)).mtimeMs).toBeGreaterThanOrEqual(before);
  });
});

describe("requirements", () => {
  test("are added, removed and moved, and packages added by hand and built files stay", async () => {
    const { session, rendered } = await bench(recipe({ host: "libfoo <2, libgreet" }));
    await using _ = session;
    await session.addPackages(["greet-config"]);
    await session.exec("mkdir -p $PREFIX/lib && echo built > $PREFIX/lib/built.txt");
    const result = await session.sync(await rendered(recipe({ host: "libfoo >=2, plink" })));
    expect(result).toMatchObject({
      added: ["plink"],
      removed: ["libgreet"],
      changed: ["libfoo"],
      sources: [],
      patches: [],
      files: [],
    });
    expect(result.environments.host.changed).toMatchObject([
      { from: { version: "1.2.3" }, to: { version: "2.0.0" } },
    ]);
    expect(await names(session, "host")).toEqual(["greet-config 1.2.0", "libfoo 2.0.0", "plink 1.0"]);
    expect(await readFile(join(session.hostPrefix, "lib/built.txt"), "utf8")).toBe("built\n");
    expect(await readFile(join(session.hostPrefix, "share/libfoo.txt"), "utf8")).toBe("2.0.0\n");
    expect(await readFile(join(session.hostPrefix, "share/plink.ran"), "utf8")).toBe("plink 1.0\n");
    expect(session.variant.recipe.requirements?.host).toEqual(["libfoo >=2", "plink"]);
  });

  test("bring what new build tools export", async () => {
    const { session, rendered } = await bench(recipe());
    await using _ = session;
    expect((await session.sync(await rendered(recipe({ build: "toolx" })))).added).toEqual([
      "libstrong",
      "toolx",
    ]);
    expect(await names(session, "host")).toEqual(["libstrong 1.4"]);
    expect((await session.exec("toolx")).stdout).toContain("toolx 3.1");
    expect((await session.sync(await rendered(recipe()))).removed).toEqual(["libstrong", "toolx"]);
    expect(await names(session, "host")).toEqual([]);
  });

  test("without a pin take the newest version, as a new session would", async () => {
    const { session, rendered } = await bench(recipe({ host: "libfoo <2, libgreet" }));
    await using _ = session;
    expect((await session.sync(await rendered(recipe({ host: "libfoo, libgreet" })))).changed).toEqual([
      "libfoo",
    ]);
  });

  test("that have no solution leave everything as it was", async () => {
    const { session, rendered, put, work } = await bench(recipe({ host: "libfoo <2" }));
    await using _ = session;
    await put("src/words.txt", changed(0, "ONE"));
    const before = session.variant;
    await expect(
      session.sync(await rendered(recipe({ host: "libfoo <2, needy", script: "echo other" }))),
    ).rejects.toThrow("host environment");
    expect(await names(session, "host")).toEqual(["libfoo 1.2.3"]);
    expect(await work("words.txt")).toBe(text(LINES));
    expect((await session.runScript()).stdout).toBe("built\n");
    expect(session.variant).toEqual(before);
  });

  test("that fail while they are linked leave everything as it was", async () => {
    const { session, rendered, put, work } = await bench(recipe({ host: "libfoo <2" }));
    await using _ = session;
    await put("src/words.txt", changed(0, "ONE"));
    const stop = new AbortController();
    const syncing = session.sync(await rendered(recipe({ host: "libfoo >=2, hangs" })), {
      signal: stop.signal,
      // A post-link script that does not end.
      onProgress: (event) => {
        if (event.kind === "package" && event.action === "linked")
          setImmediate(() => stop.abort(new Error("stopped")));
      },
    });
    await expect(syncing).rejects.toThrow("stopped");
    expect(await names(session, "host")).toEqual(["libfoo 1.2.3"]);
    expect(await readFile(join(session.hostPrefix, "share/libfoo.txt"), "utf8")).toBe("1.2.3\n");
    expect(await work("words.txt")).toBe(text(LINES));
    expect((await session.sync(await rendered(recipe({ host: "libfoo >=2" })))).changed).toEqual(["libfoo"]);
  });
});

describe("sources", () => {
  test("that changed are brought in, edits and build output stay", async () => {
    const { session, rendered, put, work, dir } = await bench(recipe());
    await using _ = session;
    await writeFile(join(session.workDir, "words.txt"), changed(7, "EIGHT"));
    await writeFile(join(session.workDir, "built.o"), "object\n");
    await put("src/words.txt", changed(0, "ONE"));
    await put("src/new/file.txt", "new\n");
    await rm(join(dir, "src/other.txt"));
    const result = await session.sync(await rendered(recipe()));
    expect(result).toMatchObject({
      sources: ["src"],
      files: ["new/file.txt", "other.txt", "words.txt"],
      scripts: false,
    });
    expect(await work("words.txt")).toBe(text(LINES.with(0, "ONE").with(7, "EIGHT")));
    expect(await work("new/file.txt")).toBe("new\n");
    expect(await work("built.o")).toBe("object\n");
    await expect(work("other.txt")).rejects.toThrow("ENOENT");
    const patch = await session.createPatch({ dryRun: true });
    expect(patch.files.map(({ path }) => path)).toEqual(["words.txt"]);
    expect(patch.text).toContain("+EIGHT");
    expect(patch.text).not.toContain("ONE");
  });

  test("that are untouched keep their times, and changed ones look newer", async () => {
    const { session, rendered, put } = await bench(recipe());
    await using _ = session;
    const time = async (path: string): Promise<number> => (await stat(join(session.workDir, path))).mtimeMs;
    const [words, other] = [await time("words.txt"), await time("other.txt")];
    await writeFile(join(session.workDir, "built.o"), "object\n");
    await put("src/words.txt", changed(0, "ONE"));
    await session.sync(await rendered(recipe()));
    expect(await time("other.txt")).toBe(other);
    expect(await time("words.txt")).toBeGreaterThan(words);
    expect(await time("words.txt")).toBeGreaterThanOrEqual(await time("built.o"));
  });

  test("that come and go, in a folder of their own", async () => {
    const { session, rendered, work } = await bench(recipe(), { "more/extra.txt": "extra\n" });
    await using _ = session;
    const two = recipe({ source: "[{path: src}, {path: more, target_directory: extra}]" });
    expect(await session.sync(await rendered(two))).toMatchObject({
      sources: ["more"],
      files: ["extra/extra.txt"],
    });
    expect(await work("extra/extra.txt")).toBe("extra\n");
    expect(await session.sync(await rendered(recipe()))).toMatchObject({
      sources: ["more"],
      files: ["extra/extra.txt"],
    });
    await expect(stat(join(session.workDir, "extra"))).rejects.toThrow("ENOENT");
  });

  test("of a new version of an archive replace those of the old one", async () => {
    const { session, rendered, work, dir, put } = await bench(recipe());
    await using _ = session;
    await put("v1/a-1/version.txt", "1\n");
    await put("v1/a-1/same.txt", "same\n");
    await put("v2/a-2/version.txt", "2\n");
    await put("v2/a-2/same.txt", "same\n");
    for (const version of ["1", "2"]) {
      const packed = await session.exec([
        "tar",
        "-czf",
        `${dir}/a-${version}.tar.gz`,
        "-C",
        `${dir}/v${version}`,
        `a-${version}`,
      ]);
      expect(packed.stderr).toBe("");
    }
    const of = (version: string): string => recipe({ source: `{path: a-${version}.tar.gz}` });
    await session.sync(await rendered(of("1")));
    expect(await work("version.txt")).toBe("1\n");
    expect(await session.sync(await rendered(of("2")))).toMatchObject({
      sources: ["a-2.tar.gz"],
      files: ["version.txt"],
    });
    expect(await work("version.txt")).toBe("2\n");
    expect((await session.createPatch({ dryRun: true })).files).toEqual([]);
  });

  test("survive closing and attaching", async () => {
    const { session, rendered, put, work } = await bench(recipe());
    await put("src/words.txt", changed(0, "ONE"));
    await session.sync(await rendered(recipe({ host: "libgreet" })));
    await session.close({ keep: true });
    await using again = await DebugSession.attach(session.outputDir);
    expect(await work("words.txt")).toBe(changed(0, "ONE"));
    expect(await again.sync(await rendered(recipe({ host: "libgreet" })))).toMatchObject(NOTHING);
  });
});

const PATCH = `--- a/words.txt
+++ b/words.txt
@@ -1,4 +1,4 @@
 one
-two
+TWO
 three
 four
`;
const PATCHED = recipe({ source: "{path: src, patches: [two.patch]}" });

describe("patches", () => {
  test("are applied, changed and taken back, next to edits", async () => {
    const { session, rendered, put, work } = await bench(recipe(), { "two.patch": PATCH });
    await using _ = session;
    await writeFile(join(session.workDir, "words.txt"), changed(7, "EIGHT"));
    expect(await session.sync(await rendered(PATCHED))).toMatchObject({
      sources: [],
      patches: ["two.patch"],
      files: ["words.txt"],
    });
    expect(await work("words.txt")).toBe(text(LINES.with(1, "TWO").with(7, "EIGHT")));
    await put("two.patch", PATCH.replace("+TWO", "+Two"));
    expect((await session.sync(await rendered(PATCHED))).patches).toEqual(["two.patch"]);
    expect(await work("words.txt")).toBe(text(LINES.with(1, "Two").with(7, "EIGHT")));
    expect((await session.sync(await rendered(recipe()))).patches).toEqual(["two.patch"]);
    expect(await work("words.txt")).toBe(changed(7, "EIGHT"));
  });

  test("that were made in the session and put into the recipe change no file", async () => {
    const { session, file, work } = await bench(recipe());
    await using _ = session;
    await writeFile(join(session.workDir, "words.txt"), changed(1, "TWO"));
    await session.createPatch({ name: "mine", updateRecipe: true });
    const [variant] = (await Stage0Recipe.fromFile(file)).render();
    expect(await session.sync(variant as RenderedVariant)).toMatchObject({
      patches: ["mine.patch"],
      files: [],
      sources: [],
    });
    expect(await work("words.txt")).toBe(changed(1, "TWO"));
    expect((await session.createPatch({ dryRun: true })).files).toEqual([]);
  });

  test("that do not fit change nothing", async () => {
    const { session, rendered, work } = await bench(recipe(), { "two.patch": PATCH.replace("-two", "-2") });
    await using _ = session;
    await expect(session.sync(await rendered(PATCHED))).rejects.toMatchObject({ code: "PATCH_FAILED" });
    expect(await work("words.txt")).toBe(text(LINES));
    expect((await session.sync(await rendered(recipe()))).files).toEqual([]);
  });
});

describe("conflicts", () => {
  test("are listed together, and nothing is changed", async () => {
    const { session, rendered, put, work } = await bench(recipe());
    await using _ = session;
    await writeFile(join(session.workDir, "words.txt"), changed(0, "mine"));
    await rm(join(session.workDir, "other.txt"));
    await writeFile(join(session.workDir, "third.txt"), "mine\n");
    await put("src/words.txt", changed(0, "theirs"));
    await put("src/other.txt", "theirs\n");
    await put("src/third.txt", "theirs\n");
    await put("src/free.txt", "free\n");
    const error = await session
      .sync(await rendered(recipe({ host: "libgreet", script: "echo other" })))
      .catch((error: unknown) => error);
    if (!SyncConflictError.is(error)) throw error;
    expect(error.code).toBe("SYNC_CONFLICT");
    expect(error.conflicts.map(({ path }) => path)).toEqual(["other.txt", "third.txt", "words.txt"]);
    expect(error.message).toContain("words.txt: line 1");
    expect(await work("words.txt")).toBe(changed(0, "mine"));
    expect(await work("third.txt")).toBe("mine\n");
    await expect(work("free.txt")).rejects.toThrow("ENOENT");
    expect(await names(session, "host")).toEqual([]);
    expect((await session.runScript()).stdout).toBe("built\n");
  });

  test("go to the side that is chosen", async () => {
    const { session, rendered, put, work } = await bench(recipe());
    await using _ = session;
    await writeFile(join(session.workDir, "words.txt"), changed(0, "mine"));
    await put("src/words.txt", changed(0, "theirs"));
    const variant = await rendered(recipe());
    await session.sync(variant, { conflicts: "local" });
    expect(await work("words.txt")).toBe(changed(0, "mine"));
    await put("src/words.txt", changed(0, "theirs again"));
    await session.sync(variant, { conflicts: "recipe" });
    expect(await work("words.txt")).toBe(changed(0, "theirs again"));
  });

  test("of binary files are conflicts, not merged bytes", async () => {
    const { session, rendered, put } = await bench(recipe(), { "src/data.bin": "a\0b\n" });
    await using _ = session;
    await writeFile(join(session.workDir, "data.bin"), "a\0mine\n");
    await put("src/data.bin", "a\0theirs\n");
    await expect(session.sync(await rendered(recipe()))).rejects.toThrow("data.bin: a binary file");
  });

  test("do not write behind a symlink", async () => {
    const { session, rendered, put } = await bench(recipe(), { "src/sub/file.txt": "old\n" });
    await using _ = session;
    const outside = await scratch();
    await rename(join(session.workDir, "sub"), join(outside, "sub"));
    await session.exec(["ln", "-s", join(outside, "sub"), "sub"]);
    await put("src/sub/file.txt", "new\n");
    await expect(session.sync(await rendered(recipe()))).rejects.toMatchObject({ code: "SYNC_CONFLICT" });
    expect(await readFile(join(outside, "sub/file.txt"), "utf8")).toBe("old\n");
  });
});

describe("scripts", () => {
  test("follow the recipe, and keep edits of other lines", async () => {
    const script = ["echo one", "echo two", "echo three", "echo four", "echo five"];
    const multi = (lines: string[]): string =>
      recipe({ script: "" }).replace(
        '{script: ""}',
        `{script: [${lines.map((line) => JSON.stringify(line)).join(", ")}]}`,
      );
    const { session, rendered } = await bench(multi(script));
    await using _ = session;
    const before = await session.readBuildScript();
    await session.writeBuildScript(before.replace("echo five", "echo FIVE"));
    expect((await session.sync(await rendered(multi(script.with(0, "echo ONE"))))).scripts).toBe(true);
    expect((await session.runScript()).stdout).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
    const error = await session
      .sync(await rendered(multi(script.with(4, "echo 5"))))
      .catch((error: unknown) => error);
    expect(error).toMatchObject({ code: "SYNC_CONFLICT", conflicts: [{ path: "conda_build.sh" }] });
    expect((await session.runScript()).stdout).toBe("ONE\ntwo\nthree\nfour\nFIVE\n");
    await session.sync(await rendered(multi(script.with(4, "echo 5"))), { conflicts: "recipe" });
    expect((await session.runScript()).stdout).toBe("one\ntwo\nthree\nfour\n5\n");
  });

  test("from a file next to the recipe are read again", async () => {
    const { session, rendered, put } = await bench(recipe({ script: "build.sh" }), {
      "build.sh": "echo before\n",
    });
    await using _ = session;
    await put("build.sh", "echo after\n");
    expect((await session.sync(await rendered(recipe({ script: "build.sh" })))).scripts).toBe(true);
    expect((await session.runScript()).stdout).toBe("after\n");
  });

  test("know the variables and the activation of new packages", async () => {
    const { session, rendered } = await bench(recipe());
    await using _ = session;
    await session.sync(await rendered(recipe({ host: "python", script: "echo $PY_VER" })));
    expect((await session.runScript()).stdout).toBe("3.12\n");
  });
});

describe("refusals", () => {
  test("name what takes a new session", async () => {
    const { session } = await bench(recipe());
    await using _ = session;
    const { variant } = session;
    await expect(session.sync({ ...variant, name: "other" })).rejects.toThrow("not of `other`");
    await expect(session.sync({ ...variant, hostPlatform: "osx-arm64" })).rejects.toThrow("hostPlatform");
    let started = (): void => {};
    const isRunning = new Promise<void>((resolve) => {
      started = resolve;
    });
    const running = session.exec("echo started; until [ -e go ]; do sleep 0.01; done", {
      onStdout: () => started(),
    });
    await isRunning;
    await expect(session.sync(variant)).rejects.toMatchObject({ code: "SESSION_BUSY" });
    await writeFile(join(session.workDir, "go"), "");
    await running;
    await session.close();
    await expect(session.sync(variant)).rejects.toMatchObject({ code: "SESSION_CLOSED" });
  });
});
