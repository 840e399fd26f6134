// usage: node scripts/playground-picture.mjs
//
// Builds the playground, opens it in Chromium (`SIDEWINDER_CHROMIUM`, else /usr/bin/chromium), types a mistake and takes
// `docs/pictures/playground.png`, `completion.png` and `hover.png`, with the page's text next to it in `playground.txt`: a test compares that with the page,
// so that an outdated picture is noticed. Needs the WebAssembly core, which `npm test` and `npm run demo` make.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { root } from "./run.mjs";

async function main() {
  const page = join(root, "playground");
  const outDir = mkdtempSync(join(tmpdir(), "sidewinder-playground-"));
  const executablePath = process.env.SIDEWINDER_CHROMIUM ?? "/usr/bin/chromium";
  let server;
  let browser;
  try {
    const settings = {
      root: page,
      configFile: join(page, "vite.config.ts"),
      logLevel: "error",
      build: { outDir },
    };
    await build(settings);
    server = await preview({ ...settings, preview: { host: "127.0.0.1", port: 0 } });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
    const tab = await browser.newPage(SCREEN);
    await tab.goto(server.resolvedUrls.local[0]);
    await pose(tab);
    await tab.screenshot({ path: join(root, "docs/pictures/playground.png") });
    writeFileSync(join(root, "docs/pictures/playground.txt"), await wordsOf(tab));
    for (const [name, show] of Object.entries(ASSISTANCE)) {
      const other = await browser.newPage(SCREEN);
      await other.goto(server.resolvedUrls.local[0]);
      await other.waitForSelector("#table tbody tr");
      await show(other);
      await other.screenshot({
        path: join(root, `docs/pictures/${name}.png`),
        clip: { x: 0, y: 0, width: 760, height: 640 },
      });
      await other.close();
    }
  } finally {
    await browser?.close();
    await server?.close();
    rmSync(outDir, { recursive: true, force: true });
  }
}

/** What the picture is taken with. */
export const SCREEN = { viewport: { width: 1200, height: 760 }, colorScheme: "light" };

/** Brings the page to what the picture shows: the packages of the first recipe, and a misspelt field in it. */
export async function pose(tab) {
  await tab.waitForSelector("#table tbody tr");
  await tab.click("#recipe .cm-line >> nth=0");
  await tab.keyboard.press("Home");
  await tab.keyboard.insertText("contxt: {}\n");
  await tab.waitForSelector(".cm-lintRange-error");
  await tab.waitForSelector("#problem-list li");
}

/** The pictures of what helps while writing. */
const ASSISTANCE = {
  async completion(tab) {
    await tab.selectOption("#example", { label: "Python module, three versions" });
    await tab.waitForSelector("#table tbody tr");
    await tab.locator("#recipe .cm-line", { hasText: "imports" }).waitFor();
    await tab.locator("#recipe .cm-line", { hasText: "number: 0" }).click();
    await tab.keyboard.press("End");
    await tab.keyboard.press("Enter");
    await tab.keyboard.type("d");
    await tab.locator(".cm-tooltip-autocomplete li").first().waitFor();
    await tab.locator(".cm-completionInfo").waitFor();
  },
  async hover(tab) {
    await tab.selectOption("#example", { label: "Python module, three versions" });
    await tab.locator("#recipe .cm-line", { hasText: "pin_compatible" }).waitFor();
    await tab.locator("#recipe .cm-line", { hasText: "url:" }).locator(".cm-template").first().hover();
    await tab.locator(".cm-tooltip-hover .hover").waitFor();
  },
};

/** What the page says, part by part: its words, which do not depend on fonts as pixels do. */
export async function wordsOf(tab) {
  const parts = await tab.evaluate(() => {
    const words = (selector) =>
      [...document.querySelectorAll(selector)]
        .filter((element) => element.getClientRects().length > 0)
        .map((element) => element.textContent.replace(/\s+/g, " ").trim());
    return {
      headings: words("h1, h2"),
      buttons: words("button"),
      fields: words(".field > span"),
      recipe: words("#recipe .cm-line").slice(0, 8),
      summary: words("#summary"),
      problems: words("#problem-list li"),
      packages: words("#table tr"),
      outputs: words("#graph text"),
    };
  });
  return Object.entries(parts)
    .flatMap(([part, lines]) => [`${part}:`, ...lines.map((line) => `  ${line}`.trimEnd()), ""])
    .join("\n");
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) await main();
