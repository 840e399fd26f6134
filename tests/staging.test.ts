/** Sessions of outputs that build on a staging output, and of the staging output itself. */

import { existsSync } from "node:fs";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, type RenderedVariant, Stage0Recipe } from "../ts-sdk/src/index.js";
import { channel, scratch } from "./support/workbench.js";

const RECIPE = `
schema_version: 1
recipe: {name: two-of-one, version: "1.0"}
outputs:
  - staging: {name: shared-build}
    source: {path: src}
    requirements: {host: [libweak]}
    build:
      script:
        - test -z "\${PKG_NAME+x}"
        - test -f $PREFIX/share/libweak.txt
        - mkdir -p $PREFIX/lib $PREFIX/share && cp word.txt $PREFIX/lib/word.txt && ln -s word.txt $PREFIX/lib/link.txt
        - echo "$PREFIX" > $PREFIX/share/where.txt
        - echo compiled > word.o
        - mkdir -p $RECIPE_DIR/runs && echo ran >> $RECIPE_DIR/runs/log
  - package: {name: first}
    inherit: shared-build
    source: {path: own}
    requirements: {host: [libfoo]}
    build:
      script:
        - cat word.o own.txt $PREFIX/lib/link.txt
        - test "$(cat $PREFIX/share/where.txt)" = "$PREFIX"
        - test ! -e $PREFIX/share/libweak.txt
        - test -f $PREFIX/share/libfoo.txt
  - package: {name: second}
    inherit: {from: shared-build, run_exports: false}
`;

async function recipe(script = ""): Promise<{ dir: string; variants: Record<string, RenderedVariant> }> {
  const dir = await scratch();
  for (const [folder, file, text] of [
    ["src", "word.txt", "word\n"],
    ["own", "own.txt", "own\n"],
  ] as const) {
    await mkdir(join(dir, folder));
    await writeFile(join(dir, folder, file), text);
  }
  return { dir, variants: rendered(dir, RECIPE.replace("echo compiled", script || "echo compiled")) };
}

function rendered(dir: string, text: string): Record<string, RenderedVariant> {
  const variants = Stage0Recipe.fromYaml(text, { path: join(dir, "recipe.yaml") }).render();
  return Object.fromEntries(variants.map((variant) => [variant.name, variant]));
}

async function create(
  variant: RenderedVariant | undefined,
  outputDir: string,
  more: { staging?: "build" | "debug" } = {},
): Promise<DebugSession> {
  return DebugSession.create(variant as RenderedVariant, { channels: [channel], outputDir, ...more });
}

describe("an output that builds on a staging output", () => {
  test("is set up with what the staging output made, and its own sources and packages", async () => {
    const { variants } = await recipe();
    await using session = await create(variants["first"], await scratch());
    const result = await session.runScript();
    expect(result).toMatchObject({ success: true, stdout: "compiled\nown\nword\n" });
    expect((await session.packages("host")).map(({ name }) => name)).toEqual(["libfoo"]);
  });

  test("takes what was built before, unless a source changed", async () => {
    const { dir, variants } = await recipe();
    const outputDir = await scratch();
    const setUp = async (): Promise<string[]> => {
      const session = await create(variants["first"], outputDir);
      const word = await readFile(join(session.hostPrefix, "lib", "word.txt"), "utf8");
      expect(await readFile(join(session.workDir, "word.o"), "utf8")).toBe("compiled\n");
      await session.close();
      return [word, await readFile(join(dir, "runs", "log"), "utf8")];
    };
    expect(await setUp()).toEqual(["word\n", "ran\n"]);
    expect(await setUp()).toEqual(["word\n", "ran\n"]);
    await writeFile(join(dir, "src", "word.txt"), "another\n");
    expect(await setUp()).toEqual(["another\n", "ran\nran\n"]);
  });

  test("cannot be set up when the script of the staging output fails, and the error says how to go on", async () => {
    const { variants } = await recipe("echo oh no && false");
    const outputDir = await scratch();
    await expect(create(variants["second"], outputDir)).rejects.toMatchObject({
      code: "STAGING_FAILED",
      message: expect.stringContaining("oh no"),
      hint: expect.stringContaining("staging"),
    });
    expect(existsSync(join(outputDir, "bld", "rattler-build_second"))).toBe(false);
  });
});

describe("a staging output", () => {
  test("is debugged by itself, and taken up again", async () => {
    const { dir, variants } = await recipe();
    const outputDir = await scratch();
    const session = await create(variants["first"], outputDir, { staging: "debug" });
    expect(session.workDir).toBe(join(outputDir, "bld", "rattler-build_shared-build", "work"));
    expect((await session.packages("host")).map(({ name }) => name)).toEqual(["libweak"]);
    expect(existsSync(join(dir, "runs"))).toBe(false);
    await session.close({ keep: true });
    await using again = await DebugSession.attach(session.workDir);
    expect((await again.runScript()).success).toBe(true);
    expect(await readFile(join(session.hostPrefix, "lib", "link.txt"), "utf8")).toBe("word\n");
  });

  test("cannot be asked for where there is none", async () => {
    const [variant] = Stage0Recipe.fromYaml("package: {name: plain, version: '1'}").render();
    await expect(create(variant, await scratch(), { staging: "debug" })).rejects.toMatchObject({
      code: "INVALID_OPTION",
      message: expect.stringContaining("staging"),
    });
  });
});
