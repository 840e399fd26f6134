/** The repair example, run as its users run it on broken recipes, and its loop with a scripted model. */

import { spawn } from "node:child_process";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type BrokenRecipe, recipes } from "./repair/recipes.js";
import { channel, root, scratch } from "./support/workbench.js";

/** `SIDEWINDER_REPAIR=all` repairs every recipe; without it one of most kinds. */
const ALL = process.env.SIDEWINDER_REPAIR === "all";
/** A channel with compilers, CMake and Python, for the recipes that need real packages. */
const FULL = process.env.SIDEWINDER_FULL_CHANNEL;
const SAMPLE = [
  "variable-misspelt",
  "license-file-misspelt",
  "source-folder-misspelt",
  "checksum-of-older-file",
  "patch-with-old-context",
  "file-in-other-folder",
  "folder-not-created",
  "windows-line-endings",
  "for-without-done",
  "make-target-misspelt",
  "package-misspelt",
  "library-not-required",
];

type Files = Record<string, string>;

/** What the example's modules export, as far as the tests use it. */
interface Example {
  RecipeFolder: new (dir: string) => object;
  modelProposer(complete: (prompt: string) => Promise<string>, options: { answers: number }): object;
  repair(folder: object, proposer: object, options: object): Promise<unknown>;
  verify(folder: object, original: string, options: object): Promise<unknown>;
}

function recipeOf(name: string): BrokenRecipe {
  const recipe = recipes[name];
  if (recipe === undefined) throw new Error(`unknown recipe ${name}`);
  return recipe;
}

async function write(folder: string, name: string, files: Files): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, name, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, text);
  }
}

/** The output of the example, and whether each recipe was repaired, with what it says about it. */
async function repairAll(folder: string, out: string, channels: string[]) {
  const args = [
    join(root, "examples/repair/main.mjs"),
    folder,
    "--out",
    out,
    "--quiet",
    "--max-attempts",
    "12",
  ];
  const child = spawn(process.execPath, [...args, ...channels.flatMap((name) => ["--channel", name])], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  await new Promise((resolve, reject) => child.on("error", reject).on("close", resolve));
  const lines = stdout.trimEnd().split("\n");
  return { last: lines.at(-1), failed: lines.filter((line) => line.startsWith("failed")) };
}

async function repairOwn(kind: "embedded" | "full", channels: string[], names: string[]) {
  const folder = await scratch();
  const out = await scratch();
  for (const name of names) {
    const { files, expect: expected } = recipeOf(name);
    await write(folder, name, { ...files, expect: `${expected}\n` });
  }
  expect(names.every((name) => recipeOf(name).channel === kind)).toBe(true);
  return { out, ...(await repairAll(folder, out, channels)) };
}

const of = (kind: "embedded" | "full"): string[] =>
  Object.keys(recipes).filter((name) => recipeOf(name).channel === kind);

describe("without a model", () => {
  test("repairs recipes of many kinds and reports what a reviewer needs", async () => {
    const names = ALL ? of("embedded") : SAMPLE;
    const { out, last, failed } = await repairOwn("embedded", [channel], names);
    expect(failed).toEqual([]);
    expect(last).toBe(`repaired ${names.length}/${names.length}`);
    const page = await readFile(join(out, "library-not-required.report.md"), "utf8");
    for (const part of [
      "# library-not-required: repaired",
      "header `greet.h` not found",
      "requirements.host: add `libgreet`",
      "+    - libgreet",
      "`libgreet=1.2.0=0`",
      "`bin/hello`",
    ]) {
      expect(page).toContain(part);
    }
  });

  test.skipIf(FULL === undefined)("repairs recipes on real packages", async () => {
    const names = of("full");
    const { last, failed } = await repairOwn("full", [FULL as string], names);
    expect(failed).toEqual([]);
    expect(last).toBe(`repaired ${names.length}/${names.length}`);
  });

  test("reports recipes that only cheating would repair as not repaired", async () => {
    const folder = await scratch();
    const out = await scratch();
    const recipe = (script: string, more = "") =>
      `package:\n  name: broken\n  version: "1.0"\n\nbuild:\n  script:\n    - mkdir -p $PREFIX/share\n    - echo a > $PREFIX/share/a.txt\n    - ${script}\n${more}`;
    await write(folder, "step-that-fails", {
      "recipe.yaml": recipe("'! grep a $PREFIX/share/a.txt'\n    - 'false'"),
    });
    await write(folder, "test-that-fails", {
      "recipe.yaml": recipe("echo built", "\ntests:\n  - script:\n      - grep b $PREFIX/share/a.txt\n"),
    });
    const { last, failed } = await repairAll(folder, out, [channel]);
    expect(last).toBe("repaired 0/2");
    expect(failed).toHaveLength(2);
    // What was tried is undone.
    expect(await readFile(join(out, "test-that-fails/recipe.yaml"), "utf8")).toBe(
      await readFile(join(folder, "test-that-fails/recipe.yaml"), "utf8"),
    );
    expect(await readFile(join(out, "step-that-fails.report.md"), "utf8")).toContain("not repaired");
  });
});

describe("with a model", () => {
  test("asks until an answer builds, and refuses answers that weaken the recipe", async () => {
    const modules = ["folder", "model", "repair", "verify"].map(
      (name) => import(join(root, `examples/repair/${name}.mjs`)),
    );
    const example: Example = Object.assign({}, ...(await Promise.all(modules)));
    const folder = await scratch();
    const recipe =
      'package:\n  name: broken\n  version: "1.0"\n\nbuild:\n  script:\n    - mkdir -p $PREFIX/share\n    - printf %s "$GREETING" | grep hello > $PREFIX/share/a.txt\n';
    await write(folder, "before", { "recipe.yaml": recipe });
    await write(folder, "after", { "recipe.yaml": recipe, expect: "share/a.txt\n" });
    const prompts: string[] = [];
    const answers = [
      "I think the variable is not set.",
      '{"cause": "x", "changes": [{"kind": "text", "file": "../other", "find": "a", "replace": "b"}]}',
      '{"cause": "x", "changes": [{"kind": "script", "find": "a.txt", "replace": "a.txt || true"}]}',
      'Here it is:\n{"cause": "GREETING is not set", "why": "the script needs it", "changes": [{"kind": "environment-variable", "name": "GREETING", "value": "hello"}]}',
    ];
    const model = async (prompt: string): Promise<string> => {
      prompts.push(prompt);
      return answers[prompts.length - 1] ?? "";
    };
    const copy = new example.RecipeFolder(join(folder, "after"));
    const options = { channels: [channel], workDir: await scratch(), maxAttempts: 6, maxDepth: 4 };
    const report = await example.repair(copy, example.modelProposer(model, { answers: 5 }), options);
    expect(report).toMatchObject({ repaired: true, edits: [{ cause: "GREETING is not set" }] });
    expect(await example.verify(copy, join(folder, "before"), options)).toMatchObject({
      packages: [{ files: [{ path: "share/a.txt" }] }],
    });
    expect(prompts).toHaveLength(4);
    expect(prompts[0]).toContain("grep hello");
    expect(prompts[1]).toContain("no JSON object");
    expect(prompts[2]).toContain("is not a file of the recipe folder");
    expect(prompts[3]).toContain("hides that a command fails");
  });
});
