/** The documentation as a site: built from the pages and the doc comments, and opened in a real browser. */

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { root, scratch } from "./support/workbench.js";

interface SitePage {
  source: string;
  links: string[];
  html: string;
}
const { brokenLinks } = (await import(join(root, "scripts/docs/links.mjs"))) as {
  brokenLinks: (pages: SitePage[]) => string[];
};
const { render } = (await import(join(root, "scripts/docs/markdown.mjs"))) as {
  render: (text: string) => Omit<SitePage, "source">;
};

let site: string;
let pages: string[];

beforeAll(async () => {
  site = await scratch();
  await promisify(execFile)(process.execPath, [join(root, "scripts/docs.mjs"), "--out", site], { cwd: root });
  pages = (await readdir(site, { recursive: true })).filter((name) => name.endsWith(".html")).sort();
});

test("the site has every page, and one for each name that the package exports", async () => {
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

test("a link to a page or section that is not there is found", () => {
  const page = (source: string, text: string) => ({ source, ...render(text) });
  const found = brokenLinks([
    page(
      "a.md",
      "# A\n\n[there](b.md#part-1) [gone](c.md) [no part](b.md#part-2) [self](#a) [web](https://example.org)",
    ),
    page("b.md", "# B\n\n## Part 1\n\n[source](../README.md)"),
  ]);
  expect(found).toEqual([
    "a.md: c.md: c.md is not there",
    "a.md: b.md#part-2: b.md has no section part-2",
    "b.md: ../README.md: ../README.md is not a page",
  ]);
});

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  test("every page opens without an error, and asks no other server", async () => {
    await using server = await serve(site);
    await using opened = await openPage(`${server.url}index.html`);
    const elsewhere: string[] = [];
    opened.page.on("request", (request) => {
      if (!request.url().startsWith(server.url) && !request.url().startsWith("data:"))
        elsewhere.push(request.url());
    });
    for (const page of pages) {
      await opened.page.goto(`${server.url}${page}`);
      expect(await opened.page.locator("main h1").count(), page).toBe(1);
      expect(await opened.page.locator("nav [aria-current=page]").count(), page).toBe(1);
    }
    expect(opened.problems).toEqual([]);
    expect(elsewhere).toEqual([]);
  });

  test("search finds a section and goes there", async () => {
    await using opened = await openPage(`file://${join(site, "api", "index.html")}`);
    await opened.page.keyboard.press("/");
    await opened.page.keyboard.type("when nothing fits");
    await opened.page.locator("#results a").first().click();
    await opened.page.waitForURL(/channels\.html#when-nothing-fits$/);
    expect(await opened.page.locator("h2#when-nothing-fits").isVisible()).toBe(true);
    expect(opened.problems).toEqual([]);
  });

  test("pages fit a phone, where the menu opens with a button", async () => {
    await using opened = await openPage(`file://${join(site, "channels.html")}`);
    await opened.page.setViewportSize({ width: 360, height: 740 });
    for (const page of ["channels.html", "errors.html", "api/sidewinder/classes/DebugSession.html"]) {
      await opened.page.goto(`file://${join(site, page)}`);
      const width = await opened.page.evaluate(() => document.documentElement.scrollWidth);
      expect(width, page).toBeLessThanOrEqual(360);
    }
    expect(await opened.page.locator("nav").isVisible()).toBe(false);
    await opened.page.locator("#menu-button").click();
    expect(await opened.page.locator("nav").isVisible()).toBe(true);
  });

  test("dark is dark, and stays so on the next page", async () => {
    await using opened = await openPage(`file://${join(site, "index.html")}`);
    const back = () => opened.page.evaluate(() => getComputedStyle(document.body).backgroundColor);
    expect(await back()).toBe("rgb(255, 255, 255)");
    await opened.page.locator("#theme").click();
    expect(await back()).toBe("rgb(21, 23, 26)");
    await opened.page.goto(`file://${join(site, "variants.html")}`);
    expect(await back()).toBe("rgb(21, 23, 26)");
  });

  // For eyes: SIDEWINDER_SCREENSHOTS=FOLDER keeps what a person would see.
  test.skipIf(process.env.SIDEWINDER_SCREENSHOTS === undefined)("screenshots", async () => {
    const folder = process.env.SIDEWINDER_SCREENSHOTS ?? "";
    await mkdir(folder, { recursive: true });
    await using opened = await openPage(`file://${join(site, "index.html")}`);
    const shot = async (name: string, page: string, width: number, scheme: "light" | "dark") => {
      await opened.page.emulateMedia({ colorScheme: scheme });
      await opened.page.setViewportSize({ width, height: 850 });
      await opened.page.goto(`file://${join(site, page)}`);
      await writeFile(join(folder, `${name}.png`), await opened.page.screenshot());
    };
    await shot("index-light", "index.html", 1400, "light");
    await shot("session-dark", "api/sidewinder/classes/DebugSession.html", 1400, "dark");
    await shot("phone", "first-session.html", 375, "light");
    expect((await readdir(folder)).length).toBeGreaterThanOrEqual(3);
  });
});
