/** Tests of packages: what passes, what fails and how, and that a failing test can be debugged. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  DebugSession,
  openPackageTest,
  packageTests,
  type DebugSession as Session,
  SolveError,
  Stage0Recipe,
  testPackage,
} from "../ts-sdk/src/index.js";
import { channel, scratch, variantOf } from "./support/workbench.js";

const TOOL = [
  "mkdir -p $PREFIX/bin",
  "printf '#!/bin/sh\\necho hi from %s\\n' $PREFIX > $PREFIX/bin/probe-tool",
  "chmod +x $PREFIX/bin/probe-tool",
];

/** A package with tests. */
async function built(
  tests: unknown[],
  more: Record<string, unknown> = {},
  outputDir?: string,
): Promise<Session> {
  const recipe = { package: { name: "probe", version: "1.0" }, build: { script: TOOL }, tests, ...more };
  const session = await DebugSession.create(variantOf(JSON.stringify(recipe)), {
    channels: [channel],
    outputDir: outputDir ?? (await scratch()),
  });
  const result = await session.runScript();
  if (!result.success) throw new Error(result.stderr);
  await session.package();
  return session;
}

describe("a script test", () => {
  test("runs in an environment with the package, unpacked next to it", async () => {
    await using session = await built([
      {
        script: [
          "probe-tool",
          'test -f info/index.json && test "$CONDA_BUILD_STATE" = TEST',
          'test "$PKG_NAME-$PKG_VERSION" = probe-1.0 && test -z "$RECIPE_DIR"',
          'echo "prefix ${#PREFIX}"',
        ],
      },
    ]);
    const result = await session.runTest(0);
    expect(result.stderr).toBe("");
    expect(result).toMatchObject({
      success: true,
      test: { index: 0, kind: "script", summary: "probe-tool" },
    });
    expect(result.stdout).toMatch(/^hi from \S+test_env\n/);
    // Not padded to 255 bytes, which no first line of a script could hold.
    expect(Number(/prefix (\d+)/.exec(result.stdout)?.[1])).toBeLessThan(120);
  });

  test("fails with the status of its first failing command", async () => {
    await using session = await built([{ script: ["true", "sh -c 'exit 12'", "echo never"] }]);
    const result = await session.runTest(0);
    expect(result).toMatchObject({ success: false, exitCode: 12, stdout: "" });
  });

  test("gets its requirements, and the run exports of its tools stay out", async () => {
    await using session = await built([
      {
        script: ["greet-config --prefix"],
        requirements: { run: ["libgreet"], build: ["greet-config", "libstrong"] },
      },
    ]);
    await using open = await session.openTest(0);
    const names = (await open.packages("host")).map(({ name }) => name);
    expect(names).toContain("libgreet");
    expect(names).toContain("probe");
    expect(names).not.toContain("libsc");
    expect((await open.packages("build")).map(({ name }) => name)).toContain("libstrong");
  });

  test("whose requirements cannot be solved has failed", async () => {
    await using session = await built([
      { script: ["true"], requirements: { run: ["no-such-package"] } },
      { script: ["probe-tool"] },
    ]);
    const result = await session.runTest(0);
    expect(result.success).toBe(false);
    expect(SolveError.is(result.error)).toBe(true);
    expect(result.stderr).toContain("no-such-package");
    await expect(session.openTest(0)).rejects.toMatchObject({ code: "SOLVE_FAILED" });
    expect((await session.runTest(1)).success).toBe(true);
  });

  test("takes its files along, and runs where they are", async () => {
    const folder = await scratch();
    const { writeFile } = await import("node:fs/promises");
    await writeFile(join(folder, "data.txt"), "data\n");
    await writeFile(join(folder, "check.sh"), "cat data.txt\n");
    const recipe = {
      package: { name: "probe", version: "1.0" },
      build: { script: TOOL },
      tests: [{ script: "check.sh", files: { recipe: ["data.txt"] } }],
    };
    await writeFile(join(folder, "recipe.yaml"), JSON.stringify(recipe));
    const [variant] = Stage0Recipe.fromYaml(JSON.stringify(recipe), {
      path: join(folder, "recipe.yaml"),
    }).render();
    if (variant === undefined) throw new Error("no variant");
    await using session = await DebugSession.create(variant, {
      channels: [channel],
      outputDir: await scratch(),
    });
    await session.runScript();
    await session.package();
    expect(await session.runTest(0)).toMatchObject({ success: true, stdout: "data\n" });
  });
});

test("a failing test is debugged until it passes", async () => {
  await using session = await built([{ script: ["probe-tool | grep hello", "needed-tool"] }]);
  await using open = await session.openTest(0);
  expect(open.test.kind).toBe("script");
  expect(existsSync(join(open.workDir, "info/index.json"))).toBe(true);
  expect((await open.run()).success).toBe(false);
  expect((await open.exec("probe-tool")).stdout).toContain("hi from");
  const script = await open.readTestScript();
  await open.writeTestScript(
    script.replace("grep hello", "grep hi").replace("needed-tool", "greet-config --prefix"),
  );
  const missing = await open.run();
  expect(missing.diagnosis).toMatchObject([{ kind: "missing-command", subject: "greet-config" }]);
  const { added } = await open.addPackages(["greet-config"]);
  expect(added.map(({ name }) => name)).toContain("greet-config");
  expect((await open.run()).stderr).toBe("");
  expect((await open.run()).success).toBe(true);
  const { prefix } = open;
  await open.close();
  expect(existsSync(prefix)).toBe(false);
  await expect(open.run()).rejects.toMatchObject({ code: "SESSION_CLOSED" });
});

test("all tests run, each with its own index, and contents are tested too", async () => {
  const outputDir = await scratch();
  await using session = await built(
    [
      { script: ["false"] },
      { package_contents: { files: ["bin/probe-tool"] } },
      { script: [] },
      { script: ["probe-tool"] },
      { script: ["exit 3"] },
    ],
    {},
    outputDir,
  );
  const kinds = [
    [0, "script"],
    [1, "package-contents"],
    [3, "script"],
    [4, "script"],
  ];
  expect(session.tests.map(({ index, kind }) => [index, kind])).toEqual(kinds);
  const { path } = await session.package({ format: "tar.bz2" });
  for (const file of [path, path.replace(".tar.bz2", ".conda")]) {
    expect((await packageTests(file)).map(({ index, kind }) => [index, kind])).toEqual(kinds);
    const results = await testPackage(file, { channels: [channel] });
    expect(results.map(({ test: { index }, success, exitCode }) => [index, success, exitCode])).toEqual([
      [0, false, 1],
      [1, true, 0],
      [3, true, 0],
      [4, false, 3],
    ]);
  }
  const [only] = await testPackage(path, { channels: [channel], tests: [3] });
  expect(only?.stdout).toContain("hi from");
});

describe("a downstream test", () => {
  async function withDownstream(tests: unknown[], outputDir: string): Promise<void> {
    const recipe = {
      package: { name: "user", version: "2.0" },
      build: { noarch: "generic", script: ["true"] },
      requirements: { run: ["probe"] },
      tests,
    };
    await using session = await DebugSession.create(variantOf(JSON.stringify(recipe)), {
      channels: [channel],
      outputDir,
    });
    await session.runScript();
    await session.package();
  }

  test("runs all tests of the other package with this one", async () => {
    const outputDir = await scratch();
    await withDownstream([{ script: ["probe-tool"] }, { script: ["probe-tool | grep hello"] }], outputDir);
    await using session = await built([{ downstream: "user" }], {}, outputDir);
    const result = await session.runTest(0);
    expect(result).toMatchObject({ success: false, test: { index: 0, kind: "downstream" } });
    expect(result.partName).toContain("user test 1");
    expect(result.stdout).toContain("hi from");
    await using open = await session.openTest(0, { part: 1 });
    expect(open.parts).toBe(2);
    await open.writeTestScript((await open.readTestScript()).replace("grep hello", "grep hi"));
    expect((await open.run()).success).toBe(true);
    await expect(session.openTest(0, { part: 2 })).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });

  test("passes if the other package has no tests and installs", async () => {
    const outputDir = await scratch();
    await withDownstream([], outputDir);
    await using session = await built([{ downstream: "user" }, { downstream: "user >=3" }], {}, outputDir);
    expect(await session.runTest(0)).toMatchObject({ success: true });
    const unsolvable = await session.runTest(1);
    expect(unsolvable.success).toBe(false);
    expect(SolveError.is(unsolvable.error)).toBe(true);
  });
});

describe("what cannot be tested is refused", () => {
  test("without a package, an index or an environment", async () => {
    await using session = await built([{ package_contents: { files: ["bin/*"] } }]);
    await expect(session.openTest(0)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    await expect(session.runTest(7)).rejects.toThrow("has no test 7; expected one of 0");
    await expect(session.runTest(-1)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    await expect(session.runTest(0, { package: "nope.conda" })).rejects.toMatchObject({ code: "IO_FAILED" });
    const text = join(await scratch(), "x.conda");
    await (await import("node:fs/promises")).writeFile(text, "not a package");
    await expect(testPackage(text)).rejects.toThrow("is not a valid conda package");
    await expect(openPackageTest(join(session.workDir, "conda_build.sh"), 0)).rejects.toThrow(
      "expected a file name that ends with `.conda` or `.tar.bz2`",
    );
    const unbuilt = await DebugSession.create(variantOf('package: {name: other, version: "1"}\n'), {
      channels: [channel],
    });
    await expect(unbuilt.runTest(0)).rejects.toMatchObject({ code: "INVALID_OPTION" });
    await unbuilt.close();
  });
});

test("a test cannot write over the package that is tested", async () => {
  await using session = await built([
    { script: ["echo broken > $PREFIX/bin/probe-tool"] },
    { script: ["probe-tool"] },
  ]);
  const first = await session.runTest(0);
  expect(first.editedPackages).toMatchObject([{ package: "probe", path: "bin/probe-tool" }]);
  expect(await session.runTest(1)).toMatchObject({ success: true });
  const log = await readFile(join(session.hostPrefix, "bin/probe-tool"), "utf8");
  expect(log).toContain("hi from");
});
