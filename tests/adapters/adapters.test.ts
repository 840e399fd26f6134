/**
 * The adapters in the frameworks that they are for: the published package compiles with their types, and a scripted model
 * repairs a recipe in each, from the broken file to the tested package, with the tools alone.
 */

import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { channel, root, scratch } from "../support/workbench.js";
import { installFrameworks, preparePrograms, translate } from "./frameworks.js";

const run = promisify(execFile);
const installed = await installFrameworks();
const frameworks = "folder" in installed ? installed.folder : undefined;
if ("missing" in installed) {
  console.warn(`skipped: the agent frameworks cannot be installed: ${installed.missing}`);
}

const CALLS = [
  "run_script",
  "create_session",
  "run_script",
  "edit_recipe",
  "sync_session",
  "run_script",
  "verify",
];
/** What each program shows in addition. */
const PROGRAMS: Record<string, object> = {
  "ai-sdk": { outputs: [false, true, true, true, true, true, true] },
  openai: { listed: true, unknown: "INVALID_INPUT" },
  langchain: {
    statuses: ["error", ...Array(6).fill("success")],
    artifacts: [false, true, true, true, true, true, true],
    refused: "did you mean `command`?",
  },
  mastra: {},
  anthropic: { flags: [true, false, false, false, false, false, false] },
  "claude-agent-sdk": {},
  mcp: { own: true, errors: [true, false, false, false, false, false, false] },
};

describe.skipIf(frameworks === undefined)("adapters", () => {
  let folder = "";
  beforeAll(async () => {
    folder = await preparePrograms(frameworks ?? "");
    await translate(folder);
  }, 300_000);
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  test.each(Object.entries(PROGRAMS))("%s: a model repairs a recipe", async (name, shown) => {
    const recipes = await scratch();
    await cp(join(root, "tests/fixtures/demo-compile"), recipes, { recursive: true });
    const { stdout } = await run(process.execPath, [join(folder, "out", `${name}.js`), recipes, channel], {
      env: { ...process.env, OPENAI_AGENTS_DISABLE_TRACING: "1" },
    });
    expect(JSON.parse(stdout)).toMatchObject({
      calls: CALLS,
      failure: { code: "INVALID_INPUT", hint: expect.stringContaining("create_session") },
      added: ["libgreet"],
      verified: true,
      text: "done",
      ...shown,
    });
  });

  test.each([
    ["legacy", "2025-11-25"],
    ["modern", "2026-07-28"],
  ])("the official client repairs a recipe through the published server (%s)", async (mode, version) => {
    const recipes = await scratch();
    await cp(join(root, "tests/fixtures/demo-compile"), recipes, { recursive: true });
    const program = join(folder, "out", "mcp-server.js");
    const { stdout } = await run(process.execPath, [program, recipes, channel, mode]);
    const shown = JSON.parse(stdout);
    expect(shown).toMatchObject({
      calls: CALLS,
      verified: true,
      version,
      titled: true,
      before: ["sidewinder://recipes/recipe.yaml"],
      after: [
        ...["recipe", "script", "environment", "log", "patch"].map(
          (name) => `sidewinder://sessions/SESSION/${name}`,
        ),
        "sidewinder://recipes/recipe.yaml",
      ],
      listChanges: true,
      texts: { recipe: expect.stringContaining("- libgreet"), log: "Hello, world, from libgreet 1.2.0!\n" },
      parts: {
        script: expect.stringContaining("-lgreet"),
        patch: expect.stringContaining('+    greet("agent"'),
      },
      prompt: { type: "text", text: expect.stringContaining("recipe.yaml") },
      completion: ["recipe.yaml"],
      messages: ["configuring\ncompiling", "configuring\ncompiling"],
      finished: false,
      cancelled: expect.stringContaining("enough"),
      next: true,
      ambiguous: true,
      sessions: 2,
    });
    for (const text of shown.refused) expect(text).toMatch(/not found|is not a recipe|outside of the root/);
    expect(existsSync(shown.output_dir)).toBe(false);
  });

  const compile = async (names: string[]): Promise<string[]> => {
    const file = join(folder, `tsconfig.${names[0]}.json`);
    const files = names.map((name) => `${name}.ts`);
    await writeFile(
      file,
      JSON.stringify({ extends: "./tsconfig.json", compilerOptions: { noEmit: true }, include: [], files }),
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const { stdout } = await run(process.execPath, [tsc, "-p", file], { maxBuffer: 1 << 26 }).catch(
      (error: { stdout: string }) => error,
    );
    return stdout.split("\n").filter((line) => /^\S/.test(line));
  };

  test("all but Mastra compile in strict mode, without the checks of libraries being skipped", async () => {
    const names = [...Object.keys(PROGRAMS), "mcp-server"].filter((name) => name !== "mastra");
    expect(await compile(names)).toEqual([]);
  }, 600_000);

  test("Mastra compiles, except for errors in its own declarations", async () => {
    const errors = await compile(["mastra"]);
    expect(errors.filter((line) => !/node_modules[\\/]@mastra[\\/]/.test(line))).toEqual([]);
  }, 600_000);
});

test("there is a program for every adapter that the package exports", async () => {
  const { default: manifest } = await import("../../ts-sdk/package.json", { with: { type: "json" } });
  const adapters = Object.keys(manifest.exports).flatMap((name) => name.match(/^\.\/agent\/(.+)/)?.[1] ?? []);
  expect(Object.keys(PROGRAMS).sort()).toEqual(adapters.sort());
});
