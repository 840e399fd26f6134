/** Whole recipes: all outputs in order, what fails and what goes on, and the report. */

import { existsSync } from "node:fs";
import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type BuildOptions,
  type BuildReport,
  buildRecipe,
  DebugSession,
  type EnvironmentLock,
  formatReport,
  type OutputLock,
  Stage0Recipe,
} from "../ts-sdk/src/index.js";
import { desk } from "./support/command-line.js";
import { channel, scratch } from "./support/workbench.js";

const LIBRARY = {
  package: { name: "lib" },
  build: { script: ["mkdir -p $PREFIX/share", "echo from-lib > $PREFIX/share/lib.txt"] },
  tests: [{ script: ["test -f $PREFIX/share/lib.txt"] }],
};
/** Needs its sibling when it is built. */
const PROGRAM = {
  package: { name: "program" },
  build: { script: ["mkdir -p $PREFIX/bin", "cp $PREFIX/share/lib.txt $PREFIX/bin/copy"] },
  requirements: { host: ["${{ pin_subpackage('lib', exact=True) }}"] },
  tests: [{ script: ["grep from-lib $PREFIX/bin/copy"] }],
};

async function build(outputs: unknown[], options: BuildOptions = {}): Promise<BuildReport> {
  const recipe = JSON.stringify({ recipe: { name: "all", version: "1.0" }, outputs });
  return await buildRecipe(Stage0Recipe.fromYaml(recipe), {
    channels: [channel],
    outputDir: await scratch(),
    ...options,
  });
}

const phases = ({ outputs }: BuildReport): Record<string, string> =>
  Object.fromEntries(outputs.map(({ variant, phase }) => [variant.name, phase]));

describe("a recipe with several outputs", () => {
  test("is built in order, from an empty output folder, and tested", async () => {
    const events: string[] = [];
    const outputDir = await scratch();
    const report = await build([PROGRAM, LIBRARY], {
      outputDir,
      onProgress: (event) => event.kind === "phase" && events.push(`${event.phase} ${event.state}`),
    });
    expect(report.outputs.map(({ error, result }) => error?.message ?? result?.stderr)).toEqual(["", ""]);
    expect(report.outputs.map(({ variant }) => variant.name)).toEqual(["lib", "program"]);
    expect(report.success).toBe(true);
    expect(phases(report)).toEqual({ lib: "done", program: "done" });
    expect(report.outputs.flatMap(({ tests }) => tests.map(({ success }) => success))).toEqual([true, true]);
    const [, program] = report.outputs;
    expect(program?.lock?.host.map(({ name }) => name)).toContain("lib");
    expect(existsSync(program?.package?.path ?? "")).toBe(true);
    for (const phase of ["script", "package", "test"]) expect(events).toContain(`${phase} finished`);
  });

  test("stops at the first failure, whose session stays open", async () => {
    const broken = { ...LIBRARY, build: { script: ["echo going; missing-tool"] } };
    await using report = await build([broken, PROGRAM]);
    expect(report.success).toBe(false);
    expect(phases(report)).toEqual({ lib: "script", program: "skipped" });
    const [failed, skipped] = report.outputs;
    expect(skipped?.reason).toBe("`lib` failed before");
    expect(failed?.result?.diagnosis).toMatchObject([{ kind: "missing-command", subject: "missing-tool" }]);
    const session = failed?.session as DebugSession;
    await session.writeBuildScript("mkdir -p $PREFIX/share && echo repaired > $PREFIX/share/lib.txt\n");
    expect((await session.runScript()).success).toBe(true);
    await session.package();
    expect((await session.runTest(0)).success).toBe(true);
  });

  test("goes on with outputs that do not need the one that failed", async () => {
    const broken = { ...LIBRARY, build: { script: ["exit 4"] } };
    const other = { package: { name: "other" }, build: { script: ["true"] } };
    await using report = await build([broken, PROGRAM, other], { keepGoing: true });
    expect(phases(report)).toEqual({ lib: "script", program: "skipped", other: "done" });
    expect(report.outputs.find(({ variant }) => variant.name === "program")?.reason).toBe(
      "it needs `lib`, which failed",
    );
  });

  test("waits with a test until the output that it installs is built", async () => {
    const early = {
      package: { name: "early" },
      build: { script: ["true"] },
      tests: [{ script: ["grep from-lib $PREFIX/share/lib.txt"], requirements: { run: ["lib"] } }],
    };
    const report = await build([early, LIBRARY]);
    expect(report.outputs.flatMap(({ tests }) => tests.map(({ stderr }) => stderr))).toEqual(["", ""]);
    expect(phases(report)).toEqual({ early: "done", lib: "done" });
  });
});

test("a repaired output is built and tested again, and the report says how it was repaired", async () => {
  const broken = {
    package: { name: "repaired" },
    source: { path: "src", use_gitignore: false },
    build: { script: ["greet-config --prefix > $PREFIX/out.txt", "cat data.txt >> $PREFIX/out.txt"] },
    tests: [{ script: ["grep fixed $PREFIX/out.txt"] }],
  };
  const folder = await scratch();
  await mkdir(join(folder, "src"));
  await writeFile(join(folder, "src/data.txt"), "wrong\n");
  const text = JSON.stringify({ recipe: { name: "all", version: "1.0" }, outputs: [broken] });
  const recipe = Stage0Recipe.fromYaml(text, { path: join(folder, "recipe.yaml") });
  const outputDir = await scratch();
  await using report = await buildRecipe(recipe, { channels: [channel], outputDir });
  const [output] = report.outputs;
  if (output?.session === undefined) throw new Error("the build did not fail");
  expect(output.phase).toBe("script");
  await output.session.addPackages(["greet-config"], { environment: "build" });
  await report.retry(output);
  expect(output).toMatchObject({ phase: "test", patch: "" });
  expect(output.package?.path).toContain(join(outputDir, "broken"));
  await writeFile(join(output.session.workDir, "data.txt"), "fixed\n");
  await report.retry(output);
  expect(output.tests.map(({ success, stderr }) => [success, stderr])).toEqual([[true, ""]]);
  expect(report.success).toBe(true);
  expect(output.patch).toContain("+fixed");
  expect(output.lock?.build.map(({ name }) => name)).toContain("greet-config");
  expect(formatReport(report)).toContain("### Patch");
  await expect(report.retry({ variant: output.variant, phase: "script", tests: [] })).rejects.toMatchObject({
    code: "INVALID_OPTION",
  });
});

test("all outputs are built again with the packages of an earlier report", async () => {
  const library = { ...LIBRARY, requirements: { host: ["libgreet <1.2"] } };
  const earlier = await build([library, PROGRAM]);
  expect(earlier.outputs[0]?.lock?.host.map(({ name }) => name)).toContain("libgreet");
  const { outputs } = JSON.parse(JSON.stringify(earlier)) as { outputs: OutputLock[] };
  const urls = ({ outputs: all }: BuildReport): (string | undefined)[] =>
    all.flatMap(({ lock }) => lock?.host.filter(({ name }) => name !== "lib").map(({ url }) => url));
  // Without the lock, the newer release would be installed.
  const again = await build([{ ...library, requirements: { host: ["libgreet"] } }, PROGRAM], {
    locks: outputs,
  });
  expect(again.outputs.map(({ error }) => error?.message)).toEqual([undefined, undefined]);
  expect(again.outputs[0]?.lock).toEqual(earlier.outputs[0]?.lock);
  expect(urls(again)).toEqual(urls(earlier));
  const lock = earlier.outputs[0]?.lock as EnvironmentLock;
  await expect(build([library, PROGRAM], { lock })).rejects.toMatchObject({ code: "INVALID_OPTION" });
});

test("a package whose tests fail is not in the channel", async () => {
  const outputDir = await scratch();
  const failing = {
    ...LIBRARY,
    build: { noarch: "generic", ...LIBRARY.build },
    tests: [{ script: ["false"] }, { script: ["true"] }, { script: ["exit 9"] }],
  };
  await using report = await build([failing], { outputDir });
  const [output] = report.outputs;
  expect(output?.phase).toBe("test");
  expect(output?.tests.map(({ test: { index }, exitCode }) => [index, exitCode])).toEqual([
    [0, 1],
    [1, 0],
    [2, 9],
  ]);
  expect(output?.package?.path).toContain(join(outputDir, "broken"));
  expect((await readdir(join(outputDir, "noarch"))).filter((name) => name.endsWith(".conda"))).toEqual([]);
  // It is still there to be debugged.
  await using open = await (
    output as NonNullable<typeof output> & { session: DebugSession }
  ).session.openTest(2);
  expect((await open.run()).exitCode).toBe(9);
});

test("tests are skipped on request, checks of the contents are not", async () => {
  const failing = { ...LIBRARY, tests: [{ script: ["false"] }] };
  const report = await build([failing], { test: "skip" });
  expect(report.outputs[0]).toMatchObject({
    phase: "done",
    tests: [],
    testsSkipped: "tests are switched off",
  });
  const contents = { ...LIBRARY, tests: [{ package_contents: { files: ["nope"] } }] };
  await using refused = await build([contents], { test: "skip" });
  expect(refused.outputs[0]).toMatchObject({ phase: "package", error: { code: "PACKAGE_CONTENTS_TEST" } });
});

test("a session builds the outputs that it needs first", async () => {
  const recipe = JSON.stringify({ recipe: { name: "all", version: "1.0" }, outputs: [LIBRARY, PROGRAM] });
  const rendered = Stage0Recipe.fromYaml(recipe).render();
  const program = rendered.find(({ name }) => name === "program");
  if (program === undefined) throw new Error("no program");
  const options = { channels: [channel], outputDir: await scratch() };
  await expect(DebugSession.create(program, options)).rejects.toMatchObject({ code: "SOLVE_FAILED" });
  await using session = await DebugSession.create(program, { ...options, needs: "build" });
  expect((await session.runScript()).success).toBe(true);
  expect((await session.packages("host")).map(({ name }) => name)).toContain("lib");
  await expect(DebugSession.create(program, { channels: [channel], needs: "build" })).rejects.toMatchObject({
    code: "INVALID_OPTION",
  });
});

test("an aborted build leaves no session open", async () => {
  const slow = { ...LIBRARY, build: { script: ["exec sleep 600"] } };
  const stop = new AbortController();
  const building = build([slow], {
    signal: stop.signal,
    onProgress: (event) => {
      // The environments of the set-up come before it.
      if (event.kind === "log" && event.message.startsWith("Build script created"))
        setImmediate(() => stop.abort());
    },
  });
  await expect(building).rejects.toMatchObject({ name: "AbortError" });
});

test("a report says what a reviewer needs", async () => {
  const before = JSON.stringify({ recipe: { name: "all", version: "1.0" }, outputs: [LIBRARY] }, null, 1);
  const outputs = [{ ...LIBRARY, tests: [{ script: ["echo wrong; exit 5"] }] }];
  await using report = await build(outputs);
  const page = formatReport(report, { before });
  expect(page).toContain("# Build failed");
  expect(page).toContain("```diff");
  expect(page).toMatch(/\| lib 1\.0 \S+ \| failed: test \| 0 of 1 passed \|/);
  expect(page).toContain("**failed**: echo wrong; exit 5");
  expect(page).toContain("Exited with status 5.");
  const json = JSON.parse(JSON.stringify(report)) as { outputs: Record<string, unknown>[] };
  expect(json).toMatchObject({ schemaVersion: 1, success: false });
  expect(json.outputs[0]).toMatchObject({ name: "lib", phase: "test", tests: [{ exitCode: 5 }] });
  // What differs from run to run.
  const stable = page
    .replaceAll(/`\/\S*\/broken\//g, "`<output folder>/broken/")
    .replaceAll(/Size: \d+/g, "Size: <size>")
    .replaceAll(/`[0-9a-f]{64}`/g, "`<sha256>`");
  await expect(stable).toMatchFileSnapshot("snapshots/report.md");
});

describe.skipIf(process.platform === "win32")("the command line", () => {
  test("builds, tests and debugs", async () => {
    const { folder, call } = await desk();
    const recipe = { recipe: { name: "all", version: "1.0" }, outputs: [LIBRARY, PROGRAM] };
    await writeFile(join(folder, "recipe.yaml"), JSON.stringify(recipe));
    const made = call("build", "recipe.yaml", "-c", channel, "--output-dir", "out", "--report", "report.md");
    expect(made.stderr).toContain("test 0 (script:");
    expect(made.status).toBe(0);
    const paths = made.stdout.trim().split("\n");
    expect(paths).toHaveLength(2);
    expect(existsSync(join(folder, "report.md"))).toBe(true);
    const tested = call("test", paths[1] as string, "-c", channel);
    expect(tested).toMatchObject({ status: 0 });
    expect(tested.stdout).toMatch(/^test 0 \(script: grep from-lib .*\) passed in /);

    const failing = { ...recipe, outputs: [{ ...LIBRARY, tests: [{ script: ["exit 7"] }] }] };
    await writeFile(join(folder, "recipe.yaml"), JSON.stringify(failing));
    const broken = call("build", "recipe.yaml", "-c", channel, "--output-dir", "out2");
    expect(broken.status).toBe(1);
    expect(broken.stderr).toContain("exited with status 7");
    expect(broken.stdout).toBe("");
    const json = JSON.parse(call("build", "recipe.yaml", "-c", channel, "--test", "skip", "--json").stdout);
    expect(json).toMatchObject({ success: true, outputs: [{ name: "lib", phase: "done" }] });

    expect(call("debug", "setup", "recipe.yaml", "-c", channel, "-q").status).toBe(0);
    expect(call("debug", "run", "-q").status).toBe(0);
    expect(call("debug", "package", "-q").status).toBe(0);
    expect(call("debug", "test", "--list").stdout).toBe("0  script: exit 7\n");
    expect(call("debug", "test")).toMatchObject({ status: 1 });
  }, 60_000);
});
