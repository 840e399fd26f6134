/** The playground, built and used as a person would, in a real browser. */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { EXAMPLES } from "../playground/src/examples.js";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { root, scratch } from "./support/workbench.js";

const RECIPE = "package:\n  name: typed\n  version: '1.2'\nbuild:\n  number: 4\n";
let site: string;
let browser: Awaited<ReturnType<typeof openPage>>;

/** The playground in a page that knows of no other, and all that it asked for. */
async function opened(hash = "") {
  const server = await serve(site);
  const context = await browser.browser.newContext({ viewport: { width: 1200, height: 800 } });
  const page = await context.newPage();
  const requests: string[] = [];
  const problems: string[] = [];
  context.on("request", (request) => requests.push(request.url()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  await page.goto(`${server.url}${hash}`);
  await page.waitForSelector("#results:not([aria-busy]) #summary strong");
  return {
    page,
    server,
    problems,
    requests,
    async [Symbol.asyncDispose]() {
      await context.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function write(page: Page, editor: "recipe" | "variants", text: string): Promise<void> {
  await page.click(`#${editor} .cm-content`);
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText(text);
}

async function summary(page: Page, expected: string): Promise<void> {
  await page.waitForFunction(
    (text) => document.querySelector("#summary strong")?.textContent === text,
    expected,
  );
}

/** How many pixels of a screenshot of the first line that holds a text are red, as errors are. */
async function redPixels(page: Page, line: string): Promise<number> {
  const image = await page.locator("#recipe .cm-line", { hasText: line }).first().screenshot();
  return page.evaluate(async (base64) => {
    const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
    const bitmap = await createImageBitmap(new Blob([bytes], { type: "image/png" }));
    const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
    const drawing = canvas.getContext("2d") as OffscreenCanvasRenderingContext2D;
    drawing.drawImage(bitmap, 0, 0);
    const { data } = drawing.getImageData(0, 0, bitmap.width, bitmap.height);
    let red = 0;
    for (let at = 0; at < data.length; at += 4) {
      const [r = 0, g = 0, b = 0] = data.subarray(at, at + 3);
      if (r > 150 && r > 2 * g && r > 2 * b) red += 1;
    }
    return red;
  }, image.toString("base64"));
}

describe.skipIf(chromiumPath === undefined)("the playground", () => {
  beforeAll(async () => {
    site = await scratch();
    const vite = join(root, "node_modules/vite/bin/vite.js");
    const args = [vite, "build", "playground", "--outDir", site, "--emptyOutDir", "--logLevel", "error"];
    // As `npm run playground:build` does it: not in the mode of tests.
    await promisify(execFile)(process.execPath, args, { cwd: root, env: { PATH: process.env.PATH } });
    browser = await openPage("about:blank");
  });

  afterAll(() => browser?.[Symbol.asyncDispose]());

  test("underlines an error while it is typed, explains it, and renders when it is gone", async () => {
    await using playground = await opened();
    const { page, problems } = playground;
    await write(page, "recipe", RECIPE);
    await summary(page, "1 package");
    const cells = await page.locator("#table tbody tr").first().locator("th, td").allTextContents();
    expect(cells.slice(0, 2)).toEqual(["typed", "1.2"]);
    expect(cells[2]).toBe(`h${cells[3]}_4`);

    await page.keyboard.insertText("  numbr: 5\n");
    const squiggle = page.locator(".cm-lintRange-error");
    await squiggle.waitFor();
    expect(await squiggle.textContent()).toBe("numbr");
    expect(await squiggle.evaluate((mark) => getComputedStyle(mark).textDecorationStyle)).toBe("wavy");
    await squiggle.hover();
    const tooltip = await page.locator(".cm-tooltip .explain").textContent();
    expect(tooltip).toContain("unknown field numbr in build unknown-field");
    expect(tooltip).toContain("did you mean number?");
    expect(await page.locator("#problem-list li").count()).toBe(1);
    expect(await page.locator("#results").getAttribute("class")).toContain("stale");

    // The list leads to the place; there the line is removed.
    await page.locator("#problem-list .place").click();
    await page.keyboard.press("Control+Shift+k");
    await summary(page, "1 package");
    expect(await squiggle.count()).toBe(0);
    expect(await page.locator("#problems").isVisible()).toBe(false);
    expect(problems).toEqual([]);
  });

  test("completes fields, values and variant keys", async () => {
    await using playground = await opened();
    const { page, problems } = playground;
    await write(page, "variants", "python:\n  - 3.12.*\n  - 3.13.*\n");
    await write(page, "recipe", `${RECIPE}  noarch: `);
    await page.keyboard.press("Control+Space");
    const options = page.locator(".cm-tooltip-autocomplete li .cm-completionLabel");
    await options.first().waitFor();
    expect(await options.allTextContents()).toEqual(["python", "generic"]);
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "generic" }).click();
    await summary(page, "1 package");
    await page.keyboard.insertText("\nrequirements:\n  run:\n    - ");
    await page.keyboard.type("py");
    await page.locator(".cm-tooltip-autocomplete li", { hasText: "python" }).waitFor();
    expect(await page.locator(".cm-tooltip-autocomplete .cm-completionDetail").first().textContent()).toBe(
      "3.12.*, 3.13.*",
    );
    expect(problems).toEqual([]);
  });

  test("shows what a field is for and what a template renders to", async () => {
    await using playground = await opened();
    const { page, problems } = playground;
    await write(page, "variants", "python:\n  - 3.12.*\n  - 3.13.*\n");
    await write(
      page,
      "recipe",
      "package:\n  name: typed\n  version: '1.2'\nrequirements:\n  host:\n    - python\nabout:\n  summary: for ${{ python }}\n",
    );
    await summary(page, "2 packages");
    await page.locator("#recipe .cm-line", { hasText: "summary" }).locator(".cm-template").hover();
    const tooltip = page.locator(".cm-tooltip-hover .hover");
    await tooltip.waitFor();
    expect(await tooltip.locator(".values").textContent()).toBe("for 3.12.*\nfor 3.13.*");
    await page.mouse.move(0, 0);
    await tooltip.waitFor({ state: "detached" });
    await page.locator("#recipe .cm-line", { hasText: "host:" }).getByText("host").first().hover();
    await tooltip.waitFor();
    expect(await tooltip.textContent()).toContain("built against");
    expect(problems).toEqual([]);
  });

  test("diagnoses a pasted log on a page of its own", async () => {
    await using playground = await opened("diagnose.html");
    const { page, problems } = playground;
    await page.fill("#log", "main.c:1:10: fatal error: zlib.h: No such file or directory\n");
    await page.waitForSelector("#findings h2");
    expect(await page.locator("#findings h2").allTextContents()).toEqual(["header `zlib.h` not found"]);
    expect(await page.locator("#findings code").first().textContent()).toBe("zlib");
    await summary(page, "1 cause");
    expect(problems).toEqual([]);
  });

  test("a screenshot shows the error in red, under the word, and none of it when the error is gone", async () => {
    await using playground = await opened();
    const { page } = playground;
    await write(page, "recipe", RECIPE.replace("number:", "numbr:"));
    await page.locator(".cm-lintRange-error").waitFor();
    await page.mouse.move(0, 0);
    const [wrong, neighboring] = [await redPixels(page, "numbr:"), await redPixels(page, "package:")];
    await write(page, "recipe", RECIPE);
    await summary(page, "1 package");
    // Keys may be of a reddish color themselves: what is red without an error is not counted.
    const [right, besideRight] = [await redPixels(page, "number:"), await redPixels(page, "package:")];
    expect(wrong).toBeGreaterThan(right + 40);
    expect(neighboring).toBe(besideRight);
  });

  test("the picture in the documentation shows what the page says", async () => {
    // By a variable: the script is no TypeScript.
    const script = "../scripts/playground-picture.mjs";
    const { pose, SCREEN, wordsOf } = (await import(script)) as {
      pose: (page: Page) => Promise<void>;
      SCREEN: BrowserContextOptions;
      wordsOf: (page: Page) => Promise<string>;
    };
    await using server = await serve(site);
    const context = await browser.browser.newContext(SCREEN);
    const page = await context.newPage();
    await page.goto(server.url);
    await pose(page);
    const recorded = await readFile(join(root, "docs/pictures/playground.txt"), "utf8");
    expect(await wordsOf(page), "update it: node scripts/playground-picture.mjs").toBe(recorded);
    await context.close();
  });

  test("a recipe of a megabyte is read in a worker and does not block the page", async () => {
    await using playground = await opened();
    const { page, problems } = playground;
    const lines = "    - some-package >=1.0\n".repeat(40_000);
    await page.evaluate((text) => {
      const data = new DataTransfer();
      data.setData("text/plain", text);
      const editor = document.querySelector("#recipe .cm-content") as HTMLElement;
      editor.focus();
      document.execCommand("selectAll");
      editor.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, `${RECIPE}requirements:\n  run:\n${lines}`);
    await page.waitForFunction(() => document.querySelector("#table tbody th")?.textContent === "typed");
    expect(problems).toEqual([]);
  });

  test("shows problems of the variants in their own editor", async () => {
    await using playground = await opened();
    const { page } = playground;
    await write(page, "variants", "python: 3.12\n");
    await page.locator("#variants .cm-lintRange-error").waitFor();
    expect(await page.locator("#recipe .cm-lintRange-error").count()).toBe(0);
    await write(page, "variants", "python: ['3.12.*', '3.13.*', '3.14.*']\n");
    await summary(page, "6 packages");
    await write(page, "variants", "python: ['3.12.*']\npin_run_as_build: {}\n");
    await page.locator("#variants .cm-lintRange-warning").waitFor();
  });

  test("underlines what looks wrong although it renders", async () => {
    await using playground = await opened();
    const { page } = playground;
    await write(page, "recipe", `${RECIPE}  skip: [wni]\n`);
    await page.locator("#recipe .cm-lintRange-warning").waitFor();
    expect(await page.locator("#recipe .cm-lintRange-warning").textContent()).toBe("wni");
    await summary(page, "1 package");
  });

  test("renders each of its examples, for the chosen platform", async () => {
    await using playground = await opened();
    const { page, problems } = playground;
    const seen: string[] = [];
    for (const [index, { name }] of EXAMPLES.entries()) {
      await page.selectOption("#example", String(index));
      await page.waitForSelector("#results:not([aria-busy])");
      seen.push(`${name}: ${await page.locator("#summary strong").textContent()}`);
    }
    expect(seen).toEqual([
      "Library, tools and bindings: 5 packages",
      "Python module, three versions: 3 packages",
      "Many variants, some skipped: 21 packages",
      "Smallest recipe: 1 package",
      "Recipe with mistakes: 6 errors, 1 warning",
    ]);
    await page.selectOption("#example", "1");
    await page.selectOption("#platform", "win-64");
    await page.waitForFunction(() => document.querySelector("#table")?.textContent?.includes("vs2022"));
    expect(problems).toEqual([]);
  });

  test("draws the outputs and what they need of each other", async () => {
    await using playground = await opened();
    const { page } = playground;
    expect(await page.locator("#graph .box .name").allTextContents()).toEqual(
      expect.arrayContaining(["lumen-build", "liblumen", "lumen-tools", "python-lumen", "lumen"]),
    );
    const said = (await page.locator("#graph svg").getAttribute("aria-label")) ?? "";
    expect(said).toContain("liblumen inherits staging output lumen-build");
    expect(said).toContain("lumen-tools needs (host) liblumen");
    expect(said).toContain("lumen needs (run) lumen-tools");
  });

  test("opens what its link carries, in another browser", async () => {
    let link: string;
    {
      await using playground = await opened();
      const { page } = playground;
      await write(page, "recipe", `${RECIPE.replace("typed", "geteilt")}# 🐍\n`);
      await write(page, "variants", "python: ['3.12.*']\n");
      await page.selectOption("#platform", "osx-arm64");
      await page.click("#share");
      await page.locator("#notice").waitFor();
      link = new URL(page.url()).hash;
    }
    expect(link).toMatch(/^#1\.[\w-]+$/);
    await using other = await opened(link);
    expect(await other.page.locator("#table tbody th").textContent()).toBe("geteilt");
    expect(await other.page.locator("#recipe .cm-content").innerText()).toContain("# 🐍");
    expect(await other.page.locator("#variants .cm-content").innerText()).toContain("3.12.*");
    expect(await other.page.locator("#platform").inputValue()).toBe("osx-arm64");
    // No server saw it: the fragment of a URL is not sent.
    const sent = other.requests.map((url) => new URL(url)).map(({ pathname, search }) => pathname + search);
    expect(sent.filter((path) => path.includes(link.slice(3)))).toEqual([]);
  });

  test("says so where a link is damaged, and goes on", async () => {
    await using playground = await opened("#1.AAAA");
    const { page, problems } = playground;
    expect(await page.locator("#notice").textContent()).toContain("This link cannot be opened");
    await summary(page, "5 packages");
    expect(problems).toEqual([]);
  });

  test("asks nobody but its own server, and opens again without one", async () => {
    await using playground = await opened();
    const { page, server, requests, problems } = playground;
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await write(page, "recipe", RECIPE);
    await summary(page, "1 package");
    await server[Symbol.asyncDispose]();
    await page.reload();
    // What was written is still there, too.
    await summary(page, "1 package");
    expect(requests.filter((url) => !url.startsWith(server.url))).toEqual([]);
    expect(requests.length).toBeGreaterThan(3);
    expect(problems).toEqual([]);
  });

  test("works in a worker, so that typing never waits", async () => {
    await using playground = await opened();
    const { page } = playground;
    const digits = "['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']";
    await write(page, "variants", ["a", "b", "c"].map((key) => `${key}: ${digits}\n`).join(""));
    await write(page, "recipe", `${RECIPE}requirements:\n  host: [a, b, c]\n`);
    await summary(page, "1000 packages");
    expect(page.workers()).toHaveLength(1);
    expect(await page.locator("#table tbody tr").count()).toBe(300);
    expect(await page.locator("#table").textContent()).toContain("700 more are not shown");
  });

  test("shows a package's evaluated recipe, by keyboard too", async () => {
    await using playground = await opened();
    const { page } = playground;
    await page.locator("#table .open").first().focus();
    await page.keyboard.press("Enter");
    expect(await page.locator("#detail-name").textContent()).toBe("liblumen 2.4.1 h39cabb3_1");
    expect(await page.locator("#detail pre").textContent()).toContain('"gxx_linux-64 14.*"');
    await page.keyboard.press("Enter");
    expect(await page.locator("#detail").isVisible()).toBe(false);
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("liblumen");
  });

  test.each(["light", "dark"] as const)(
    "is accessible, and fits a narrow screen, in the %s",
    async (theme) => {
      await using playground = await opened();
      const { page } = playground;
      await page.emulateMedia({ colorScheme: theme });
      const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
      await page.evaluate(axe);
      for (const example of ["0", "4"]) {
        await page.selectOption("#example", example);
        await page.waitForSelector("#results:not([aria-busy])");
        for (const width of [1280, 360]) {
          await page.setViewportSize({ width, height: 800 });
          expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
          const found = await page.evaluate(async () => {
            const { axe } = globalThis as unknown as { axe: { run(): Promise<{ violations: Violation[] }> } };
            interface Violation {
              id: string;
              nodes: { html: string; failureSummary: string }[];
            }
            const { violations } = await axe.run();
            return violations.flatMap(({ id, nodes }) =>
              nodes.map(({ html, failureSummary }) => `${id}: ${html}\n${failureSummary}`),
            );
          });
          expect(found).toEqual([]);
        }
      }
    },
  );
});
