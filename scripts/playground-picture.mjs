// usage: node scripts/playground-picture.mjs
//
// Builds the playground, opens it in Chromium (`SIDEWINDER_CHROMIUM`, else /usr/bin/chromium), types a mistake and takes
// `docs/pictures/playground.png`. Needs the WebAssembly core, which `npm test` and `npm run demo` make.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { build, preview } from "vite";
import { root } from "./run.mjs";

const page = join(root, "playground");
const outDir = mkdtempSync(join(tmpdir(), "sidewinder-playground-"));
const executablePath = process.env.SIDEWINDER_CHROMIUM ?? "/usr/bin/chromium";
let server;
let browser;
try {
  const settings = { root: page, configFile: join(page, "vite.config.ts"), logLevel: "error", build: { outDir } };
  await build(settings);
  server = await preview({ ...settings, preview: { host: "127.0.0.1", port: 0 } });
  browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  await take(server.resolvedUrls.local[0]);
} finally {
  await browser?.close();
  await server?.close();
  rmSync(outDir, { recursive: true, force: true });
}

/** The packages of the first recipe, and a misspelt field in it. */
async function take(url) {
  const tab = await browser.newPage({ viewport: { width: 1200, height: 760 }, colorScheme: "light" });
  await tab.goto(url);
  await tab.waitForSelector("#table tbody tr");
  await tab.click("#recipe .cm-line >> nth=0");
  await tab.keyboard.press("Home");
  await tab.keyboard.insertText("contxt: {}\n");
  await tab.waitForSelector(".cm-lintRange-error");
  await tab.waitForSelector("#problem-list li");
  await tab.screenshot({ path: join(root, "docs/pictures/playground.png") });
}
