/** The command line, run as a separate process. */

import { spawnSync } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { Diagnostic } from "../ts-sdk/src/index.js";
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

  test("prints the rendered variants as JSON", () => {
    const { stdout } = sidewinder("render", "recipe.yaml", "--json");
    expect(JSON.parse(stdout)).toMatchObject([{ name: "probe", recipe: { package: { version: "1.0" } } }]);
  });

  test("writes a record for each job, errors too", async () => {
    const job = {
      platform: "linux-64",
      config: ["python.yaml"],
      experimental: false,
      repodata_revision: "legacy",
    };
    const jobs = [
      { ...job, id: "good", recipe: "recipe.yaml" },
      { ...job, id: "bad", recipe: "broken.yaml", config: [] },
    ];
    await writeFile(join(folder, "jobs.jsonl"), jobs.map((line) => `${JSON.stringify(line)}\n`).join(""));
    await writeFile(join(folder, "python.yaml"), "python: ['3.12']\n");
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
  test("underlines errors and fails", () => {
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

  test("renders recipes that parse, with the given variant files", async () => {
    const needs =
      "package:\n  name: late\n  version: '1'\nrequirements:\n  host:\n    - foo ${{ a_key }}\n    - x ${{ a_key }}\n";
    await writeFile(join(folder, "late.yaml"), needs);
    await writeFile(join(folder, "keys.yaml"), "a_key: ['3.*']\n");
    await writeFile(join(folder, "other.yaml"), "b_key: ['3.*']\n");
    const found = (...args: string[]) => {
      const { status, stdout } = sidewinder("check", "late.yaml", "--json", ...args);
      const { errors, warnings, diagnostics } = JSON.parse(stdout);
      const places = diagnostics.map(({ code, span }: Diagnostic) => `${code} ${span?.line}`);
      return { status, errors, warnings, places };
    };
    const nothing = { status: 0, errors: 0, warnings: 0, places: [] };
    expect(found()).toEqual({ ...nothing, warnings: 1, places: ["undefined-variable 6"] });
    expect(found("-m", "keys.yaml")).toEqual(nothing);
    expect(found("-m", "other.yaml")).toEqual({
      status: 1,
      errors: 2,
      warnings: 0,
      places: ["undefined-variable 6", "undefined-variable 7"],
    });
    expect(found("--no-render")).toEqual(nothing);
    expect(sidewinder("check", "late.yaml").stderr).toContain("pass them with -m");
  });

  test("shows errors in variant files and still parses the recipes", async () => {
    await writeFile(join(folder, "open.yaml"), "key: {\n");
    const { status, stdout } = sidewinder("check", "broken.yaml", "-m", "open.yaml");
    expect(status).toBe(1);
    expect(stdout).toContain("--> open.yaml:1:");
    expect(stdout).toContain("--> broken.yaml:5:3");
    expect(stdout).toContain("2 error(s)");
  });

  test("names an invalid option once, as typed", () => {
    const { status, stdout, stderr } = sidewinder(
      "check",
      "recipe.yaml",
      "recipe.yaml",
      "--target-platform",
      "linux64",
    );
    expect({ status, stdout, stderr }).toEqual({
      status: 1,
      stdout: "",
      stderr:
        "error[invalid-value]: unknown platform `linux64` in `--target-platform`\n  = help: did you mean `linux-64`?\n\n" +
        "error[RENDER_FAILED]: failed to render the recipe\n",
    });
  });

  test("continues after a missing recipe", () => {
    const { status, stdout } = sidewinder("check", "nowhere", "recipe.yaml", "broken.yaml", "--json");
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      errors: 2,
      diagnostics: [{ code: "IO_FAILED", message: "recipe not found: `nowhere`" }, { code: "unknown-field" }],
    });
  });

  test("succeeds without errors", () => {
    expect(sidewinder("check", "recipe.yaml")).toEqual({
      status: 0,
      stdout: "0 error(s), 0 warning(s)\n",
      stderr: "",
    });
  });
});

describe("debug", () => {
  test("sets up, runs, adds packages and runs commands in separate processes", async () => {
    const made = sidewinder("debug", "setup", "recipe.yaml", "-c", channel, "--output-dir", "out");
    expect(made.stderr).toContain("Setting up probe 1.0");
    expect(made.status).toBe(0);
    const workDir = sidewinder("debug", "workdir", "--output-dir", "out").stdout.trimEnd();
    expect(made.stdout).toContain(`workDir: ${workDir}\n`);

    const run = sidewinder("debug", "run", "--trace", "--output-dir", "out");
    expect(run).toMatchObject({ status: 0, stdout: "hello \n" });
    expect(run.stderr).toContain("+ touch made");
    expect(await readFile(join(workDir, "made"), "utf8")).toBe("");

    expect(sidewinder("debug", "workdir", "--dir", join(workDir, "..")).stdout).toBe(`${workDir}\n`);
    const missing = sidewinder("debug", "restore", "nowhere", "--dir", workDir);
    expect(missing.stderr).toBe("error[INVALID_OPTION]: checkpoint not found: `nowhere`; none exist\n");
    expect(sidewinder("debug", "add", "libfo", "--dir", workDir).stderr).toContain(
      "hint: no channel has a package `libfo`; did you mean `libfoo`?",
    );

    expect(sidewinder("debug", "add", "libfoo", "--dir", workDir).stdout).toBe("+ libfoo 2.0.0 h4616a5c_0\n");
    expect(sidewinder("debug", "exec", "--dir", workDir, "cat", "$PREFIX").status).not.toBe(0);
    expect(sidewinder("debug", "exec", "--dir", workDir, "cat $PREFIX/share/libfoo.txt").stdout).toBe(
      "2.0.0\n",
    );
    expect(sidewinder("debug", "exec", "--dir", workDir, "exit 7").status).toBe(7);

    const late = sidewinder("debug", "exec", "--dir", workDir, "--timeout", "100ms", "sleep", "600");
    expect(late).toMatchObject({
      status: 124,
      stderr: expect.stringMatching(/^timed out after .*\n$/),
    });

    const again = sidewinder("debug", "setup", "recipe.yaml", "-c", channel, "--output-dir", "out");
    expect(again.stderr).toContain("replaces the session that existed there");
  });

  test("reports a missing session", async () => {
    await mkdir(join(folder, "empty"), { recursive: true });
    const { status, stderr } = sidewinder("debug", "run", "--output-dir", "empty");
    expect(status).toBe(125);
    expect(stderr).toMatch(/^error\[NOT_A_SESSION\]: .*\nhint: .*`sidewinder debug setup/);
  });
});

describe("suggestions", () => {
  beforeAll(async () => {
    const at = (...path: string[]) => join(folder, "places", ...path);
    for (const name of ["old", "feedstock/recipe", "several/a", "nothing"])
      await mkdir(at(name), { recursive: true });
    await writeFile(at("old", "meta.yaml"), '{% set version = "1" %}\npackage:\n  name: x\n');
    await writeFile(at("feedstock", "recipe", "recipe.yaml"), scripted(["true"]));
    await writeFile(at("needs.yaml"), scripted(["true"], "requirements: {host: [libfoo]}\n"));
    await writeFile(at("several", "a", "recipe.yaml"), scripted(["true"]));
  });

  test.each([
    [["render", "recipe.yml"], "hint: did you mean `recipe.yaml`?"],
    [["render", "places/old"], "hint: found a `meta.yaml` of conda-build"],
    [["render", "places/old/meta.yaml"], "help: this looks like a conda-build `meta.yaml`"],
    [["debug", "setup", "places/feedstock"], "hint: did you mean `places/feedstock/recipe`?"],
    [["render", "places/several"], "hint: pass the recipe folders inside it: `places/several/a`"],
    [["render", "places/nothing"], "error[IO_FAILED]: no recipe.yaml in `places/nothing`\n"],
    [["render", "recipe.yaml", "-m", "none.yaml"], "cannot read `none.yaml`: file not found\n"],
    [["render", ".", "--target", "linux-64"], "hint: did you mean `--target-platform`?"],
    [["recipe.yaml"], "hint: did you mean `sidewinder render recipe.yaml`?"],
    [["debug", "recipe.yaml"], "hint: did you mean `sidewinder debug setup recipe.yaml`?"],
    [["debug", "rn"], "See `sidewinder debug --help`."],
    [["debug", "run", "recipe.yaml"], "hint: it works on a session that `sidewinder debug setup` made"],
    [["debug", "run", "--dir", "places"], "hint: list sessions with `sidewinder debug list`"],
    [["debug", "workdir", "--dir", "places"], "error[NOT_A_SESSION]"],
    [["debug", "setup", "places/needs.yaml", "-c", "./none"], "hint: pass a channel name"],
  ])("%j", (args, message) => {
    const { status, stderr } = sidewinder(...args);
    expect(status).not.toBe(0);
    expect(stderr).toContain(message);
  });
});

describe("wrong usage", () => {
  test.each([
    [["rander"], "unknown command `rander`"],
    [["render"], "missing argument: a recipe"],
    [["render", "--jobs", "x"], "`--jobs` requires `--root`"],
    [["check", "--color"], "unknown option `--color` for `check`"],
    [["debug"], "sidewinder debug COMMAND"],
  ])("%j exits with status 2 and names the problem", (args, message) => {
    const { status, stderr } = sidewinder(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(message);
  });
});

test("debug list and debug prune use the sessions of the cache folder", async () => {
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
