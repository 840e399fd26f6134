/** Pages in a real browser: folders served on loopback, opened in headless Chromium. */

import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { type Browser, chromium, type Page } from "playwright-core";
import { onLoopback } from "./loopback.js";

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** Chromium's program: `SIDEWINDER_CHROMIUM`, or where a system has it; `undefined` where there is none. */
export const chromiumPath = [process.env.SIDEWINDER_CHROMIUM ?? "", ...PLACES].find(existsSync);

if (chromiumPath === undefined) {
  console.warn("skipped: tests in a browser; install chromium or set SIDEWINDER_CHROMIUM to its program");
}

const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".mjs": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** A folder over HTTP; closed by `await using`. */
export async function serve(folder: string): Promise<AsyncDisposable & { url: string }> {
  const server = createServer(async (request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const file = normalize(join(folder, path.endsWith("/") ? `${path}index.html` : path));
    try {
      if (!file.startsWith(folder + sep)) throw new Error("outside of the folder");
      const body = await readFile(file);
      response
        .writeHead(200, { "content-type": TYPES[extname(file)] ?? "application/octet-stream" })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  const listening = await onLoopback(server);
  return { ...listening, url: `${listening.url}/` };
}

/** A page in its own browser, with everything it logged and threw; closed by `await using`. */
export async function openPage(
  url: string,
): Promise<AsyncDisposable & { page: Page; browser: Browser; problems: string[] }> {
  if (chromiumPath === undefined) throw new Error("there is no Chromium");
  const browser = await chromium.launch({
    executablePath: chromiumPath,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"],
      ...["--disable-background-networking", "--disable-component-update"],
    ],
  });
  const page = await browser.newPage({ viewport: { width: 1200, height: 800 } });
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error") problems.push(message.text());
  });
  await page.goto(url);
  return {
    page,
    browser,
    problems,
    async [Symbol.asyncDispose]() {
      await browser.close();
    },
  };
}
