/** The documentation site: built from the pages and the doc comments, and used in a real browser. */

import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join, posix } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { root, scratch } from "./support/workbench.js";

let site: string;
let pages: string[];

beforeAll(async () => {
  site = await scratch();
  await promisify(execFile)(process.execPath, [join(root, "scripts/docs.mjs"), "--out", site], { cwd: root });
  pages = (await readdir(site, { recursive: true })).filter((name) => name.endsWith(".html")).sort();
});

test("has a page for each Markdown file and for each name that the package exports", async () => {
  const sources = (await readdir(join(root, "docs"))).filter((name) => name.endsWith(".md"));
  for (const name of sources) expect(pages).toContain(name.replace(/md$/, "html"));
  const index = await readFile(join(root, "ts-sdk/src/index.ts"), "utf8");
  const exported = [...index.matchAll(/export (?:type )?\{([^}]*)\}/g)].flatMap(([, names = ""]) =>
    names
      .split(",")
      .map((name) => name.replace("type ", "").trim())
      .filter(Boolean),
  );
  const documented = new Set(pages.map((page) => page.replace(/^.*\/|\.html$/g, "")));
  expect(exported.filter((name) => !documented.has(name))).toEqual([]);
});

// VitePress fails for a link to a missing page, but does not check the section.
test("links to sections point to existing sections", async () => {
  const texts = new Map<string, string>();
  for (const page of pages) texts.set(page, await readFile(join(site, page), "utf8"));
  const broken = [...texts].flatMap(([page, html]) =>
    [...html.matchAll(/href="([^":#]*)#([^"]+)"/g)].flatMap(([, path = "", id = ""]) => {
      const target =
        path === "" ? page : path.startsWith("/") ? path.slice(1) : posix.join(posix.dirname(page), path);
      return texts.get(target)?.includes(`id="${decodeURIComponent(id)}"`) ? [] : [`${page}: ${path}#${id}`];
    }),
  );
  expect(broken).toEqual([]);
});

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  test("every page opens without an error and makes no request to another host", async () => {
    await using server = await serve(site);
    await using opened = await openPage(`${server.url}index.html`);
    const elsewhere: string[] = [];
    opened.page.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith("data:"))
        elsewhere.push(request.url());
    });
    for (const page of pages.filter((name) => name !== "404.html")) {
      await opened.page.goto(`${server.url}${page}`);
      expect(await opened.page.locator("main h1").count(), page).toBe(1);
    }
    expect(opened.problems).toEqual([]);
    expect(elsewhere).toEqual([]);
  }, 300_000);

  test("search finds a section and opens it", async () => {
    await using server = await serve(site);
    await using opened = await openPage(`${server.url}index.html`);
    const word = await sectionOf("error-codes.html");
    await opened.page.locator("#local-search button").click();
    await opened.page.locator(".VPLocalSearchBox input").fill(word);
    await opened.page.locator(".VPLocalSearchBox .result", { hasText: word }).first().click();
    await opened.page.waitForURL(/error-codes\.html#/);
    await opened.page.locator("h3", { hasText: word }).first().waitFor({ state: "visible" });
    expect(opened.problems).toEqual([]);
  });

  test("pages fit a phone, where a button opens the menu", async () => {
    await using server = await serve(site);
    await using opened = await openPage(`${server.url}channels.html`);
    await opened.page.setViewportSize({ width: 360, height: 740 });
    for (const page of ["channels.html", "errors.html", "api/sidewinder/classes/DebugSession.html"]) {
      await opened.page.goto(`${server.url}${page}`);
      const width = await opened.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, page).toBeLessThanOrEqual(360);
    }
    const entry = opened.page.locator(".VPSidebar a", { hasText: "Error codes" });
    await opened.page.locator(".VPLocalNav .menu").click();
    await entry.click();
    await opened.page.waitForURL(/error-codes\.html/);
  });

  test("the color scheme is kept on the next page", async () => {
    await using server = await serve(site);
    await using opened = await openPage(`${server.url}index.html`);
    await opened.page.setViewportSize({ width: 1400, height: 850 });
    const isDark = () => opened.page.evaluate(() => document.documentElement.classList.contains("dark"));
    const before = await isDark();
    await opened.page.locator(".VPNavBar .VPSwitchAppearance").first().click();
    expect(await isDark()).toBe(!before);
    await opened.page.goto(`${server.url}variants.html`);
    expect(await isDark()).toBe(!before);
  });
});

/** A heading of a page that occurs nowhere else. */
async function sectionOf(page: string): Promise<string> {
  const html = await readFile(join(site, page), "utf8");
  const code = [...html.matchAll(/<h3 id="[^"]*"[^>]*><code>([A-Z_]+)<\/code>/g)].map(([, name]) => name);
  const last = code.at(-1);
  if (last === undefined) throw new Error(`${page} has no sections`);
  return last;
}
