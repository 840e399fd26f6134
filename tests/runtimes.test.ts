/** `sidewinder/recipe` in all runtimes that it is for: the same files, the same results. */

import { execFile } from "node:child_process";
import { cp, readFile, symlink } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { runtime } from "./support/runtimes.js";
import { root, scratch } from "./support/workbench.js";

const SDK = join(root, "ts-sdk/dist");
const EXPECTED = [
  "orrery 1.2 py311he8c1319_0",
  "orrery 1.2 py312h3eebbd5_0",
  "packaging",
  "packaging",
  "2:3 missing-field",
];
const run = promisify(execFile);

let folder: string;

beforeAll(async () => {
  folder = await scratch();
  await cp(join(root, "tests/fixtures/runtimes"), folder, { recursive: true });
  await symlink(SDK, join(folder, "sdk"), "junction");
});

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  test("a page and a Web Worker render a recipe from plain files", async () => {
    await using server = await serve(folder);
    await using opened = await openPage(server.url);
    const { page, problems } = opened;
    await page.waitForSelector("#page[data-done]");
    await page.waitForSelector("#worker[data-done]");
    await page.screenshot({ path: join(root, ".sidewinder/runtimes.png") });
    expect(await page.locator("#page li").allInnerTexts()).toEqual(EXPECTED);
    expect(await page.locator("#worker li").allInnerTexts()).toEqual(EXPECTED);
    expect(problems).toEqual([]);
  });
});

test("a worker thread of Node.js renders a recipe", async () => {
  const worker = new Worker(join(folder, "thread.mjs"));
  const answer = await new Promise((resolve, reject) => {
    worker.once("message", resolve);
    worker.once("error", reject);
  });
  await worker.terminate();
  expect(answer).toEqual(EXPECTED);
});

test("Node.js renders a recipe", async () => {
  expect(await printed(process.execPath, ["program.mjs"])).toEqual(EXPECTED);
});

const deno = runtime("deno");
test.skipIf(deno === undefined)("Deno renders a recipe, allowed to read files and nothing else", async () => {
  const args = ["run", "--no-prompt", "--allow-read", "--no-config", "program.mjs"];
  expect(await printed(deno ?? "", args)).toEqual(EXPECTED);
});

const bun = runtime("bun");
test.skipIf(bun === undefined)("Bun renders a recipe", async () => {
  expect(await printed(bun ?? "", ["run", "program.mjs"])).toEqual(EXPECTED);
});

const workerd = runtime("workerd");
test.skipIf(workerd === undefined)("Cloudflare's workerd renders a recipe", async () => {
  expect(await printed(workerd ?? "", ["test", "workerd.capnp"])).toEqual(EXPECTED);
});

test("the modules of `sidewinder/recipe` import each other and nothing else", async () => {
  const found = new Set<string>();
  const open = [join(SDK, "recipe/index.js")];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (found.has(file)) continue;
    found.add(file);
    const code = await readFile(file, "utf8");
    for (const [, specifier = ""] of code.matchAll(/(?:\bfrom|\bimport)\s*\(?\s*["']([^"']+)["']/g)) {
      expect(specifier, `imported by ${file}`).toMatch(/^\.{1,2}\//);
      open.push(fileURLToPath(new URL(specifier, pathToFileURL(file))));
    }
    expect(code, file).not.toMatch(/\brequire\(/);
  }
  expect([...found]).toEqual(["index.js", "bundle.js"].map((file) => join(SDK, "recipe", file)));
});

async function printed(program: string, args: string[]): Promise<unknown> {
  const { stdout } = await run(program, args, { cwd: folder, env: { ...process.env, NO_COLOR: "1" } });
  return JSON.parse(stdout);
}
