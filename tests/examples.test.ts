/** The examples do what they say, run as their users would run them; the embedded channel plays conda-forge. */

import { spawn } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { build } from "vite";
import { describe, expect, test } from "vitest";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { snippetsOf } from "./support/snippets.js";
import { channel, root, scratch } from "./support/workbench.js";

const EXAMPLES = join(root, "examples");

interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

function run(example: string, args: string[], env: NodeJS.ProcessEnv = {}, cwd = root): Promise<Ended> {
  const child = spawn(process.execPath, [join(EXAMPLES, example), ...args], {
    cwd,
    env: { ...process.env, ...env },
  });
  const ended: Ended = { code: null, stdout: "", stderr: "" };
  for (const stream of ["stdout", "stderr"] as const) {
    child[stream].setEncoding("utf8").on("data", (text: string) => {
      ended[stream] += text;
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code) => resolve({ ...ended, code }));
  });
}

test("every example is named in the README of the examples", async () => {
  const readme = await readFile(join(EXAMPLES, "README.md"), "utf8");
  for (const entry of await readdir(EXAMPLES, { withFileTypes: true })) {
    if (entry.isDirectory()) expect(readme).toContain(`[${entry.name}](${entry.name}/`);
  }
});

test("the walkthrough runs a build, changes its script and runs it again", async () => {
  expect(await run("walkthrough/main.mjs", ["--channel", channel])).toMatchObject({
    code: 0,
    stdout: [
      "debug-demo 1.0.0 h4616a5c_0",
      "first run: exit code 0",
      "Hello from the build script!",
      "second run: exit code 0",
      "Hello again from the build script!",
      "",
    ].join("\n"),
  });
});

test("the folder of recipes is checked by several workers, each recipe once", async () => {
  const folder = await scratch();
  for (const name of ["one", "two", "three", "four"]) {
    await mkdir(join(folder, name));
    const field = name === "three" ? "numbr" : "number";
    await writeFile(
      join(folder, name, "recipe.yaml"),
      `package: {name: ${name}, version: "1"}\nbuild:\n  ${field}: 1\n`,
    );
  }
  const { code, stdout, stderr } = await run("check-folder/main.mjs", [folder, "--workers", "3"]);
  expect(code).toBe(1);
  expect(stdout).toContain("unknown field `numbr` in build");
  expect(stdout).toContain("4 recipes checked, 1 with errors");
  const lines = stderr.trim().split("\n");
  expect(lines.map((line) => line.split(" ")[0])).toEqual(["1/4", "2/4", "3/4", "4/4"]);
  expect(lines.map((line) => line.split(" ")[1]).sort()).toEqual(
    ["four", "one", "three", "two"].map((name) => join(name, "recipe.yaml")),
  );
});

test("the CI job reports why a feedstock fails and what repairs it, and writes the repaired recipe", async () => {
  const folder = await scratch();
  await cp(join(EXAMPLES, "feedstock-ci", "feedstock"), folder, { recursive: true });
  const summary = join(folder, "summary.md");
  const job = (recipe: string) =>
    run(
      "feedstock-ci/main.mjs",
      [`recipe/${recipe}`, "-m", "recipe/variants.yaml", "-c", channel],
      { GITHUB_STEP_SUMMARY: summary },
      folder,
    );
  const failing = await job("recipe.yaml");
  expect(failing).toMatchObject({ code: 1, stderr: "" });
  expect(failing.stdout).toContain("* header `greet.h` not found");
  expect(failing.stdout).toContain("  * with `libgreet` in `host` it builds");
  expect(await readFile(summary, "utf8")).toBe(failing.stdout);
  expect(await readdir(join(folder, "debug-logs"))).toHaveLength(1);

  const repaired = await job("recipe.repaired.yaml");
  expect(repaired).toMatchObject({ code: 0, stderr: "" });
  expect(repaired.stdout).toContain("1 builds, 0 failed");
});

test("the workflow of the CI job starts an existing script with options that it has", async () => {
  const workflow = await readFile(join(EXAMPLES, "feedstock-ci", "debug-feedstock.yml"), "utf8");
  const [, args = ""] = /node \.ci\/debug\.mjs (.*)/.exec(workflow) ?? [];
  const folder = await scratch();
  await cp(join(EXAMPLES, "feedstock-ci", "feedstock"), folder, { recursive: true });
  const command = args.replace("conda-forge", channel).split(" ");
  const { code, stdout } = await run("feedstock-ci/main.mjs", command, { GITHUB_STEP_SUMMARY: "" }, folder);
  expect(code).toBe(1);
  expect(stdout).toContain("1 builds, 1 failed");
});

test("the documentation shows the page as it is", async () => {
  const { files } = snippetsOf(await readFile(join(root, "docs/browser.md"), "utf8"));
  for (const name of ["index.html", "main.js"]) {
    expect(files.get(name)).toBe(await readFile(join(EXAMPLES, "browser", name), "utf8"));
  }
});

describe.skipIf(chromiumPath === undefined)("the page", () => {
  test("renders in Chromium, underlines a mistake, and renders again once it is repaired", async () => {
    const outDir = await scratch();
    await build({ root: join(EXAMPLES, "browser"), logLevel: "error", build: { outDir, emptyOutDir: true } });
    await using server = await serve(outDir);
    await using opened = await openPage(server.url);
    const { page } = opened;
    await page.getByText("demo 1.0 py312").waitFor();
    const recipe = page.locator("#recipe");
    const text = await recipe.inputValue();
    await recipe.fill(text.replace("version", "versoin"));
    await page.getByText("unknown field `versoin` in package").waitFor();
    await recipe.fill(text);
    await page.getByText("demo 1.0 py313").waitFor();
    expect(opened.problems).toEqual([]);
  });
});
