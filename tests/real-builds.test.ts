/**
 * Builds of real software, from set-up to exit status 0, with real compilers and build tools.
 *
 * They need a channel that has them: gcc, tcc, zig, make, cmake, ninja, zlib, python, pip, setuptools, wheel, numpy.
 * `SIDEWINDER_FULL_CHANNEL` names it, as a folder or URL; without it they are skipped.
 */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { DebugSession, type RenderedVariant, Stage0Recipe, VariantConfig } from "../ts-sdk/src/index.js";
import { pack } from "./real-builds/pack.js";
import { root, scratch } from "./support/workbench.js";

const channel = process.env["SIDEWINDER_FULL_CHANNEL"];
if (channel === undefined) {
  process.stderr.write("Skipping builds of real software: SIDEWINDER_FULL_CHANNEL names no channel\n");
}

interface Row {
  build: string;
  "set-up s": string;
  "build s": string;
  packages: number;
  result: string;
}
const rows: Row[] = [];
afterAll(() => {
  if (rows.length > 0) console.table(rows);
});

const cacheDir = channel === undefined ? "" : await scratch();

function recipeFile(name: string): string {
  return join(root, "tests", "real-builds", "recipes", name, "recipe.yaml");
}

async function rendered(name: string, variants: Record<string, string[]> = {}): Promise<RenderedVariant[]> {
  return (await Stage0Recipe.fromFile(recipeFile(name))).render(new VariantConfig(variants));
}

/** Sets up, runs the script, expects success, looks at the result, and adds a row to the table. */
async function build(
  what: string,
  variant: RenderedVariant | undefined,
  outputDir: string,
  look: (session: DebugSession) => Promise<string>,
): Promise<void> {
  if (variant === undefined) throw new Error(`${what}: the recipe gives no such package`);
  const started = performance.now();
  await using session = await DebugSession.create(variant, {
    channels: [channel as string],
    outputDir,
    cacheDir,
  });
  const ready = performance.now();
  const result = await session.runScript();
  const ended = performance.now();
  expect(result.success, `${what}: ${result.stdout}\n${result.stderr}`).toBe(true);
  rows.push({
    build: what,
    "set-up s": ((ready - started) / 1000).toFixed(1),
    "build s": ((ended - ready) / 1000).toFixed(1),
    packages: (await session.packages("build")).length + (await session.packages("host")).length,
    result: await look(session),
  });
}

/** The output of a command in the build's environment, which has to succeed. */
async function output(session: DebugSession, command: string): Promise<string> {
  const { success, stdout, stderr } = await session.exec(command);
  expect(success, stderr).toBe(true);
  return stdout.trim();
}

describe.skipIf(channel === undefined)("a real build", { timeout: 300_000 }, () => {
  test.each(["gcc", "tcc"])("of C by make, with zlib and %s", async (compiler) => {
    const [variant] = await rendered("make-zlib", { c_compiler: [compiler] });
    await build(`make, zlib, ${compiler}`, variant, await scratch(), async (session) => {
      const said = await output(session, "printf '%0200d' 0 | $PREFIX/bin/squeeze");
      expect(said).toMatch(/^zlib 1\.2\.13: 200 -> \d\d$/);
      return said;
    });
  });

  test("of C by cmake and ninja", async () => {
    const [variant] = await rendered("cmake-ninja", { c_compiler: ["gcc"] });
    await build("cmake, ninja, zlib", variant, await scratch(), async (session) => {
      expect(await readFile(join(session.workDir, "build", "CMakeCache.txt"), "utf8")).toContain(
        `ZLIB_INCLUDE_DIR:PATH=${session.hostPrefix}/include`,
      );
      const said = await output(session, "$PREFIX/bin/crc 123456789");
      expect(said).toBe("cbf43926");
      return said;
    });
  });

  test("of Zig, and of C by Zig's compiler", async () => {
    const [variant] = await rendered("zig", { c_compiler: ["zig"] });
    await build("zig", variant, await scratch(), async (session) => {
      const said = await output(session, "$PREFIX/bin/ziggurat 24");
      expect(said).toBe("4900 blocks");
      return said;
    });
  });

  test("of Python by pip", async () => {
    const [variant] = await rendered("pip-install");
    await build("pip install .", variant, await scratch(), async (session) => {
      const said = await output(session, "$PREFIX/bin/tally a b a | tr '\\n' ' '");
      expect(said).toBe("a 2 b 1");
      return said;
    });
  });

  test("of a C extension for Python", async () => {
    const [variant] = await rendered("c-extension", { c_compiler: ["gcc"] });
    await build("C extension, numpy", variant, await scratch(), async (session) => {
      const said = await output(session, "cd / && $PYTHON -c 'import adler; print(adler.sum([1, 2, 3.5]))'");
      expect(said).toBe("6.5");
      return said;
    });
  });

  test("of outputs where one pins the other exactly", async () => {
    const outputDir = await scratch();
    const variants = await rendered("siblings", { c_compiler: ["gcc"] });
    const [library, program] = ["liblantern", "lantern"].map((name) =>
      variants.find((variant) => variant.name === name),
    );
    expect(program?.needs).toEqual(["liblantern"]);
    const tooEarly = DebugSession.create(program as RenderedVariant, {
      channels: [channel as string],
      outputDir,
      cacheDir,
    });
    await expect(tooEarly).rejects.toThrow("`liblantern` is an output of the same recipe: build it first");
    await build("library, packed", library, outputDir, async (session) => {
      return (await pack(session, await scratch())).split("/").at(-1) as string;
    });
    await build("program, pins the library", program, outputDir, async (session) => {
      const pinned = (await session.packages("host")).find(({ name }) => name === "liblantern");
      expect(pinned).toMatchObject({ version: "3.1", build: library?.buildString, requested: true });
      const said = await output(session, "$PREFIX/bin/lantern");
      expect(said).toBe("The lantern is amber");
      return said;
    });
  });

  test("of outputs on one staging output, which is built once for each", async () => {
    const outputDir = await scratch();
    const variants = await rendered("staging", { c_compiler: ["gcc"] });
    const find = (name: string) => variants.find((variant) => variant.name === name);
    for (const again of ["", ", again"]) {
      await build(`staging, program${again}`, find("squeeze"), outputDir, async (session) => {
        const log = session.setupLog.join("\n");
        expect(log).toContain(
          again === ""
            ? "Building the staging output"
            : "The staging output `squeeze-build` was built before",
        );
        expect(log).toContain("RE of [host: zlib]");
        const said = await output(session, "printf '%0200d' 0 | $PREFIX/bin/squeeze");
        expect(said).toMatch(/^zlib 1\.2\.13: 200 -> \d\d$/);
        return said;
      });
    }
    await build("staging, headers", find("squeeze-dev"), outputDir, async (session) => {
      expect(await session.packages("host")).toEqual([]);
      return await output(session, "ls $PREFIX/include");
    });
  });

  test("by the command line, each step a process of its own", async () => {
    const outputDir = await scratch();
    const variants = join(outputDir, "variants.yaml");
    const cli = (...args: string[]): string =>
      execFileSync(process.execPath, [join(root, "ts-sdk/dist/cli/main.js"), "debug", ...args], {
        encoding: "utf8",
        env: { ...process.env, RATTLER_CACHE_DIR: cacheDir },
        stdio: ["ignore", "pipe", "pipe"],
      });
    execFileSync("sh", ["-c", `echo 'c_compiler: [gcc]' > "${variants}"`]);
    const started = performance.now();
    cli("setup", recipeFile("make-zlib"), "-m", variants, "-c", channel as string, "--output-dir", outputDir);
    const ready = performance.now();
    const said = cli("run", "--output-dir", outputDir);
    const ended = performance.now();
    expect(said).toContain("zlib 1.2.13: 56 ->");
    const workDir = cli("workdir", "--output-dir", outputDir).trim();
    expect(existsSync(join(workDir, "squeeze"))).toBe(true);
    rows.push({
      build: "make, zlib, command line",
      "set-up s": ((ready - started) / 1000).toFixed(1),
      "build s": ((ended - ready) / 1000).toFixed(1),
      packages: 0,
      result:
        said
          .trim()
          .split("\n")
          .find((line) => line.startsWith("zlib")) ?? "",
    });
  });
});
