/** `refreshScripts`: scripts follow the current recipe, everything else in the session stays. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, type RenderedVariant, Stage0Recipe } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

/** A recipe in a folder, with one source, and a session of it. */
async function nextTo(recipe: string): Promise<{ file: string; session: DebugSession }> {
  const dir = await scratch();
  await mkdir(join(dir, "src"));
  await writeFile(join(dir, "src", "word.txt"), "word\n");
  const file = join(dir, "recipe.yaml");
  const session = await DebugSession.create(await rendered(file, recipe), {
    channels: [channel],
    outputDir: await scratch(),
  });
  return { file, session };
}

async function rendered(file: string, recipe: string): Promise<RenderedVariant> {
  await writeFile(file, recipe);
  const [variant] = (await Stage0Recipe.fromFile(file)).render();
  return variant as RenderedVariant;
}

const WITH = "source: {path: src}\nrequirements: {host: [libfoo]}\n";

describe("refreshed scripts", () => {
  test("are those of the recipe as it is now, and everything else stays", async () => {
    const { file, session } = await nextTo(scripted(["echo before"], WITH));
    await session.exec("echo changed > word.txt && echo built > $PREFIX/built.txt");
    const now = `
package: {name: probe, version: "1.1"}
build:
  number: 7
  script:
    content: cat word.txt $PREFIX/built.txt && echo $PKG_VERSION $PKG_BUILDNUM $MORE
    env: {MORE: from the recipe}
${WITH}`;
    await session.refreshScripts(await rendered(file, now));
    expect((await session.runScript()).stdout).toBe("changed\nbuilt\n1.1 7 from the recipe\n");
    expect((await session.packages("host")).map(({ name }) => name)).toEqual(["libfoo"]);
    expect(session.variant).toMatchObject({ version: "1.1", buildNumber: 7 });
    await session.close();
    await using again = await DebugSession.attach(session.outputDir);
    expect(again.variant.version).toBe("1.1");
    expect((await again.createPatch({ dryRun: true })).files.map(({ path }) => path)).toEqual(["word.txt"]);
  });

  test("without a variant are those of the session's own, with its files read again", async () => {
    const { file, session } = await nextTo(
      `package: {name: probe, version: "1"}\nbuild: {script: install.sh}\n`,
    );
    await using _ = session;
    expect((await session.runScript()).stderr).toContain("install.sh: command not found");
    await writeFile(join(file, "../install.sh"), "echo from the file\n");
    await session.writeBuildScript("echo edited\n");
    await session.refreshScripts();
    expect((await session.runScript()).stdout).toBe("from the file\n");
    expect(await readFile(session.paths.buildScript, "utf8")).not.toContain("edited");
  });

  test("know what was added since the set-up", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    await session.addPackages(["python"]);
    await session.refreshScripts(variantOf(scripted(["echo $PY_VER"])));
    expect((await session.runScript()).stdout).toBe("3.12\n");
  });

  test("have the secrets of the new recipe, masked", async () => {
    process.env["REFRESH_TOKEN"] = "s3cr3t-t0k3n";
    await using session = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    await session.refreshScripts(
      variantOf(
        'package: {name: probe, version: "1"}\nbuild: {script: {content: echo $REFRESH_TOKEN, secrets: [REFRESH_TOKEN]}}\n',
      ),
    );
    expect((await session.runScript()).stdout).toBe("********\n");
  });

  test("are left alone where the variant needs another session", async () => {
    const { file, session } = await nextTo(scripted(["echo before"], WITH));
    await using _ = session;
    const { variant } = session;
    const elsewhere = join(await scratch(), "recipe.yaml");
    const refused: [RenderedVariant, string][] = [
      [{ ...variant, name: "other" }, "the session is of `probe`, not of `other`"],
      [{ ...variant, hostPlatform: "osx-arm64" }, "`hostPlatform` is `osx-arm64`"],
      [
        await rendered(file, scripted(["true"], `  merge_build_and_host_envs: true\n${WITH}`)),
        "`merge_build_and_host_envs` changed",
      ],
      [await rendered(elsewhere, scripted(["true"], WITH)), "its recipe is not in"],
      [await rendered(file, scripted(["${{ nofunc() }}"], WITH)), "nofunc"],
    ];
    for (const [other, reason] of refused) {
      await expect(session.refreshScripts(other)).rejects.toThrow(reason);
    }
    expect((await session.runScript()).stdout).toBe("before\n");
    expect(session.variant).toEqual(variant);
  });
});
