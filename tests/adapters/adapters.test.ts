/**
 * The adapters in the frameworks that they are for: the published package compiles with their types, and a scripted model
 * repairs a recipe in each, from the broken file to the tested package, with the tools alone.
 */

import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { appendFile, cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { agrees } from "../support/snippets.js";
import { channel, root, scratch } from "../support/workbench.js";
import { codeOf, installFrameworks, javascript, preparePrograms, translate } from "./frameworks.js";

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

/** What the programs with a sandbox show. */
const OUTSIDE = "sandbox: `/etc/passwd` is outside of the folders that can be read";
const SANDBOXES: Record<string, object> = {
  "ai-sdk-sandbox": {
    results: [{ exitCode: 0, stdout: "hello-greet\n" }, { exitCode: 0 }, { exitCode: 3 }],
    files: {
      middle: "two\n",
      listed: [{ name: "a.txt", type: "file" }],
      stat: { type: "file", size: 14 },
      bytes: 14,
      deleted: [true, false],
      missing: [null, null],
      outside: OUTSIDE,
    },
    there: "WORK/notes\nenv\n",
    process: { busy: "SESSION_BUSY", output: "got hello\n", exitCode: 4, killed: 137 },
  },
  "openai-sandbox": {
    results: [
      expect.stringMatching(/^Exit code: 3\n.*\nOutput:\nhello-greet\n$/),
      "updated hello.c",
      "created notes/new.txt",
      OUTSIDE,
      expect.stringMatching(/^Exit code: 0\n.*\nOutput:\none$/),
    ],
    outside: OUTSIDE,
    listed: [{ name: "new.txt", path: "notes/new.txt", type: "file" }],
    exists: [true, false],
  },
  "mastra-workspace": {
    results: [
      "hello-greet\n",
      expect.stringContaining("#include <greet.h>"),
      expect.stringContaining("Replaced 1 occurrence"),
      expect.stringContaining("hello.c"),
    ],
    tree: ["directory sub", "file a.txt", "file sub/c.txt"],
    content: "one two",
    failures: ["FileNotFoundError", "SidewinderError", "Error", "FileExistsError"],
    gone: false,
    command: [0, "a b\nit's\n", "a b\nit's\n"],
  },
};
/** Pages of frameworks. */
const PAGES = readdirSync(join(root, "docs/agents")).map((name) => name.replace(/\.md$/, ""));

describe.skipIf(frameworks === undefined)("adapters", { timeout: 180_000 }, () => {
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

  test.each(Object.entries(SANDBOXES))("%s: the framework's tools work in a session", async (name, shown) => {
    const recipes = await scratch();
    await cp(join(root, "tests/fixtures/demo-compile"), recipes, { recursive: true });
    const { stdout } = await run(process.execPath, [join(folder, "out", `${name}.js`), recipes, channel], {
      env: { ...process.env, OPENAI_AGENTS_DISABLE_TRACING: "1" },
    });
    expect(JSON.parse(stdout)).toMatchObject({ text: "done", patched: true, ...shown });
  });

  test.each(PAGES)("docs/agents/%s.md: its program repairs a recipe", async (name) => {
    const place = join(folder, "out/docs", name);
    await cp(join(root, "tests/fixtures/demo-compile"), join(place, "recipes"), { recursive: true });
    const { program } = codeOf(await readFile(join(root, `docs/agents/${name}.md`), "utf8"));
    const replaced = program
      .replaceAll('"conda-forge"', JSON.stringify(channel))
      // A scripted command line in place of the one that the framework brings.
      .replace("tools: [],", "tools: [], pathToClaudeCodeExecutable: process.env.CLAUDE_CODE,");
    await writeFile(join(place, "page.js"), javascript(replaced));
    const { stdout } = await run(process.execPath, ["--import", "./model.js", "page.js"], {
      cwd: place,
      env: {
        ...process.env,
        OPENAI_AGENTS_DISABLE_TRACING: "1",
        CLAUDE_CODE: join(folder, "out/claude-code.js"),
      },
    });
    const isClaude = name === "claude-agent-sdk";
    if (!isClaude) expect(stdout.trim()).toBe("done");
    const outcome = isClaude ? stdout : await readFile(join(place, "outcome.json"), "utf8");
    expect(JSON.parse(outcome)).toMatchObject({ calls: CALLS, added: ["libgreet"], verified: true });
  });

  test.each([
    ["legacy", "2025-11-25"],
    ["modern", "2026-07-28"],
  ])("the official client repairs a recipe through the published server (%s)", async (mode, version) => {
    const recipes = await scratch();
    await cp(join(root, "tests/fixtures/demo-compile"), recipes, { recursive: true });
    await appendFile(join(recipes, "recipe.yaml"), "\ntests:\n  - script:\n      - hello-greet\n");
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
    const page = await readFile(join(root, "docs/mcp.md"), "utf8");
    const [, transcript = ""] = page.match(/^```text\n([\s\S]*?)^```$/m) ?? [];
    expect(agrees(transcript, shown.transcript.join("\n")), shown.transcript.join("\n")).toBe(true);
    for (const text of shown.refused) expect(text).toMatch(/not found|is not a recipe|outside of the root/);
    expect(existsSync(shown.output_dir)).toBe(false);
  });

  /** Compiles programs and the samples of pages; returns the errors. */
  const compile = async (names: string[], pages: string[]): Promise<string[]> => {
    const files = names.map((name) => `${name}.ts`);
    for (const page of pages) {
      const { program, samples } = codeOf(await readFile(join(root, `docs/${page}.md`), "utf8"));
      const place = join("docs", basename(page));
      await mkdir(join(folder, place), { recursive: true });
      for (const [index, code] of [program, ...samples].entries()) {
        files.push(join(place, `sample-${index}.ts`));
        await writeFile(join(folder, place, `sample-${index}.ts`), `${code}\nexport {};\n`);
      }
    }
    const file = join(folder, `tsconfig.${names[0]}.json`);
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
    const names = [...Object.keys(PROGRAMS), ...Object.keys(SANDBOXES), "mcp-server"];
    const pages = [...PAGES.map((name) => `agents/${name}`), "mcp"];
    const isMastra = (name: string): boolean => name.includes("mastra");
    expect(
      await compile(
        names.filter((name) => !isMastra(name)),
        pages.filter((name) => !isMastra(name)),
      ),
    ).toEqual([]);
  }, 600_000);

  test("Mastra compiles, except for errors in its own declarations", async () => {
    const errors = await compile(["mastra", "mastra-workspace"], ["agents/mastra"]);
    expect(errors.filter((line) => !/node_modules[\\/]@mastra[\\/]/.test(line))).toEqual([]);
  }, 600_000);
});

test("there is a program for every adapter that the package exports", async () => {
  const { default: manifest } = await import("../../ts-sdk/package.json", { with: { type: "json" } });
  const adapters = Object.keys(manifest.exports).flatMap((name) => name.match(/^\.\/agent\/(.+)/)?.[1] ?? []);
  expect(Object.keys(PROGRAMS).sort()).toEqual(adapters.sort());
});
