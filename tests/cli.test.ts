/** The command line, as a person types it. */

import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { channel, root, scratch, scripted } from "./support/workbench.js";

const PROGRAM = join(root, "ts-sdk", "dist", "cli", "main.js");

function sidewinder(...args: string[]): { status: number | null; stdout: string; stderr: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: "utf8",
  });
  return { status, stdout, stderr };
}

let folder: string;
beforeAll(async () => {
  folder = await scratch();
  await writeFile(join(folder, "recipe.yaml"), scripted(['echo "hello $1"', "touch made"]));
  await writeFile(join(folder, "broken.yaml"), "package:\n  name: x\n  version: 1\nbuild:\n  nuber: 1\n");
});

describe("render", () => {
  test("lists the packages", () => {
    const { status, stdout } = sidewinder("render", "recipe.yaml", "--target-platform", "linux-64");
    expect(status).toBe(0);
    expect(stdout).toMatch(/^probe 1\.0 h[0-9a-f]{7}_0 \[linux-64\] .*\nRendered 1 variant\(s\)\n$/);
  });

  test("gives all of it as JSON", () => {
    const { stdout } = sidewinder("render", "recipe.yaml", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ name: "probe", recipe: { package: { version: "1.0" } } }]);
  });

  test("writes a record for each job, errors too", async () => {
    const job = {
      platform: "linux-64",
      config: ["variants.yaml"],
      experimental: false,
      repodata_revision: "legacy",
    };
    const jobs = [
      { ...job, id: "good", recipe: "recipe.yaml" },
      { ...job, id: "bad", recipe: "broken.yaml", config: [] },
    ];
    await writeFile(join(folder, "jobs.jsonl"), jobs.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await writeFile(join(folder, "variants.yaml"), "python: ['3.12']\n");
    const { status, stdout } = sidewinder("render", "--jobs", "jobs.jsonl", "--root", ".");
    expect(status).toBe(0);
    const [good, bad] = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    expect(good).toMatchObject({
      id: "good",
      ok: true,
      build_platform: "linux-64",
      variants: [{ name: "probe", build_number: null, noarch: null, hash_prefix: "", pin_subpackages: {} }],
    });
    expect(bad).toMatchObject({ id: "bad", ok: false, error: { kind: "RecipeParseError" } });
    expect(Object.keys(good)).toEqual([...Object.keys(good)].sort());
  });
});

describe("check", () => {
  test("underlines what is wrong and fails", () => {
    const { status, stdout } = sidewinder("check", "recipe.yaml", "broken.yaml");
    expect(status).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "error[unknown-field]: unknown field \`nuber\` in build
       --> broken.yaml:5:3
        |
      5 |   nuber: 1
        |   ^^^^^
        = help: did you mean \`number\`?

      1 error(s), 0 warning(s)
      "
    `);
  });

  test("succeeds where nothing is wrong", () => {
    expect(sidewinder("check", "recipe.yaml")).toEqual({
      status: 0,
      stdout: "0 error(s), 0 warning(s)\n",
      stderr: "",
    });
  });
});

describe("debug", () => {
  test("sets up, runs, adds, runs commands, each in a process of its own", async () => {
    const made = sidewinder("debug", "setup", "recipe.yaml", "-c", channel, "--output-dir", "out");
    expect(made.stderr).toContain("Setting up probe 1.0");
    expect(made.status).toBe(0);
    const workDir = sidewinder("debug", "workdir", "--output-dir", "out").stdout.trimEnd();
    expect(made.stdout).toContain(`workDir: ${workDir}\n`);

    const run = sidewinder("debug", "run", "--trace", "--output-dir", "out");
    expect(run).toMatchObject({ status: 0, stdout: "hello \n" });
    expect(run.stderr).toContain("+ touch made");
    expect(await readFile(join(workDir, "made"), "utf8")).toBe("");

    expect(sidewinder("debug", "add", "libfoo", "--dir", workDir).stdout).toBe("+ libfoo 2.0.0 h4616a5c_0\n");
    expect(sidewinder("debug", "exec", "--dir", workDir, "cat", "$PREFIX").status).not.toBe(0);
    expect(sidewinder("debug", "exec", "--dir", workDir, "cat $PREFIX/share/libfoo.txt").stdout).toBe(
      "2.0.0\n",
    );
    expect(sidewinder("debug", "exec", "--dir", workDir, "exit 7").status).toBe(7);
  });

  test("says so where there is no session", async () => {
    await mkdir(join(folder, "empty"), { recursive: true });
    const { status, stderr } = sidewinder("debug", "run", "--output-dir", "empty");
    expect(status).toBe(125);
    expect(stderr).toMatch(/^error\[NOT_A_SESSION\]: .*\nhint: make one with `sidewinder debug setup`/);
  });
});

describe("wrong usage", () => {
  test.each([
    [["rander"], "there is no command `rander`"],
    [["render"], "`render` needs a recipe"],
    [["render", "--jobs", "x"], "`--jobs` needs `--root`"],
    [["check", "--colour"], "`check` has no option `--colour`"],
    [["debug"], "sidewinder debug COMMAND"],
  ])("%j ends with status 2 and says why", (args, message) => {
    const { status, stderr } = sidewinder(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

test("debug list and debug prune know the sessions of the cache folder", async () => {
  const env = { ...process.env, RATTLER_CACHE_DIR: await scratch() };
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [PROGRAM, "debug", ...args], { cwd: folder, encoding: "utf8", env });
  expect(run("setup", "recipe.yaml", "-c", channel, "--output-dir", "listed").status).toBe(0);
  const kept = /^kept probe 1\.0 h[0-9a-f]{7}_0 .*listed\/bld\/rattler-build_probe\n$/;
  expect(run("list").stdout).toMatch(kept);
  expect(run("prune")).toMatchObject({ status: 0, stdout: "" });
  expect(run("prune", "--kept").stdout).toMatch(kept);
  expect(run("list").stdout).toBe("");
});
