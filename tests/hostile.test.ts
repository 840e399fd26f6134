/** Hostile recipes, indexes and folder names: an error or no harm, nothing written outside, nothing lost, no hang. */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, SidewinderError, Stage0Recipe } from "../ts-sdk/src/index.js";
import { channel, root, scratch, scripted, variantOf } from "./support/workbench.js";

const corpus = join(root, "tests/hostile");

/** Longer than any of it takes on a busy machine, shorter than for ever. */
const TIMEOUT_MS = 20_000;

/** Everything in a folder, with its content. */
async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    found[path] = entry.isFile() ? await readFile(path, "utf8") : "";
  }
  return found;
}

describe("a hostile recipe", async () => {
  /** What the recipes refer to; `outside` must stay as it is. */
  async function scene() {
    const folder = await scratch();
    const [recipe, outside, output] = ["recipe", "outside", "output"].map((name) => join(folder, name)) as [
      string,
      string,
      string,
    ];
    await mkdir(join(recipe, "files"), { recursive: true });
    await mkdir(join(recipe, "links"));
    await mkdir(outside);
    await writeFile(join(recipe, "files/a.txt"), "a\n");
    await writeFile(join(recipe, "links/b.txt"), "b\n");
    await symlink(outside, join(recipe, "links/door"));
    await writeFile(join(outside, "victim"), "untouched\n");
    const patch = (name: string) => `--- /dev/null\n+++ ${name}\n@@ -0,0 +1 @@\n+evil\n`;
    await writeFile(join(recipe, "up.patch"), patch("b/../../../../outside/victim"));
    await writeFile(join(recipe, "absolute.patch"), patch(join(outside, "victim")));
    await writeFile(join(recipe, "through.patch"), patch("b/door/victim"));
    return { folder, recipe, outside, output };
  }

  for (const file of await readdir(join(corpus, "recipes"))) {
    test(
      file,
      async () => {
        const { recipe, outside, output } = await scene();
        let text = await readFile(join(corpus, "recipes", file), "utf8");
        for (const [name, folder] of Object.entries({ RECIPE: recipe, OUTSIDE: outside, OUTPUT: output })) {
          text = text.replaceAll(`@${name}@`, folder);
        }
        if (!text.includes("package:")) text = `package: {name: probe, version: "1.0"}\n${text}`;
        await writeFile(join(recipe, "recipe.yaml"), text);
        const before = { ...(await contents(outside)), ...(await contents(recipe)) };
        try {
          const [variant] = Stage0Recipe.fromYaml(text, { path: join(recipe, "recipe.yaml") }).render();
          const session = await DebugSession.create(variant as never, {
            channels: [channel],
            outputDir: output,
            cacheDir: join(output, "cache"),
            signal: AbortSignal.timeout(TIMEOUT_MS),
          });
          await session.runScript({ timeoutMs: TIMEOUT_MS });
          await session.createPatch({ add: ["*"], dryRun: true }).catch(() => undefined);
          await session.close();
        } catch (error) {
          expect(SidewinderError.is(error), String(error)).toBe(true);
          expect(error).not.toMatchObject({ code: "INTERNAL" });
        }
        expect({ ...(await contents(outside)), ...(await contents(recipe)) }).toEqual(before);
      },
      TIMEOUT_MS * 2,
    );
  }
});

describe("a hostile index", async () => {
  for (const file of await readdir(join(corpus, "repodata"))) {
    test(file, async () => {
      const folder = await scratch();
      for (const subdir of ["linux-64", "noarch"])
        await mkdir(join(folder, "chan", subdir), { recursive: true });
      await writeFile(
        join(folder, "chan/linux-64/repodata.json"),
        await readFile(join(corpus, "repodata", file)),
      );
      await writeFile(join(folder, "chan/noarch/repodata.json"), '{"packages": {}, "packages.conda": {}}');
      const recipe = scripted(["true"], "requirements: {host: [demo]}\n");
      const failure = await DebugSession.create(variantOf(recipe), {
        channels: [join(folder, "chan")],
        outputDir: join(folder, "output"),
        cacheDir: join(folder, "cache"),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      }).then(
        () => "it was set up",
        (error: unknown) => error,
      );
      expect(SidewinderError.is(failure), String(failure)).toBe(true);
      expect(failure).not.toMatchObject({ code: "INTERNAL" });
      // A channel that is right can be used in the same folders.
      await using good = await DebugSession.create(variantOf(scripted(["echo fine"])), {
        channels: [channel],
        outputDir: join(folder, "output"),
        cacheDir: join(folder, "cache"),
      });
      expect((await good.runScript()).stdout).toBe("fine\n");
    });
  }
});

test("folders may have any names", async () => {
  for (const name of [
    "a b",
    "it's",
    'say "x"',
    "$HOME",
    "`touch ran`",
    "$(touch ran)",
    "äöü 日本 😀",
    "a;b&c|d",
    "-n",
    "*",
    "a\\b",
  ]) {
    const folder = join(await scratch(), name);
    await using session = await DebugSession.create(
      variantOf(
        scripted(
          ["pwd", 'cat "$PREFIX/share/libfoo.txt"'],
          "requirements: {build: [toolx], host: [libfoo]}\n",
        ),
      ),
      { channels: [channel], outputDir: folder },
    );
    const result = await session.runScript();
    expect(result, `${name}: ${result.stderr}`).toMatchObject({ exitCode: 0 });
    expect(result.stdout.split("\n")[0], name).toBe(session.workDir);
    expect(await readFile(join(session.buildPrefix, "bin/toolx"), "utf8"), name).toContain(
      session.buildPrefix,
    );
    expect(existsSync(join(session.workDir, "ran")), name).toBe(false);
    await session.addPackages(["libnoarch"]);
    expect((await session.exec("echo $PREFIX")).stdout.trimEnd(), name).toBe(session.hostPrefix);
  }
}, 60_000);
