/** Reports of runs: as a page in a browser, and on the command line. */

import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { FleetError } from "../ts-sdk/src/fleet/errors.js";
import { type FleetReport, fleetReportPage } from "../ts-sdk/src/fleet/index.js";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { endWorkers, startWorker } from "./support/fleet-worker.js";
import { hasRedis, startRedis } from "./support/queue-store.js";
import { channel, root, scratch } from "./support/workbench.js";

const finding = { kind: "missing-command", message: "command not found: `greet`", suggestions: [] } as never;
const REPORT: FleetReport = {
  id: "nightly",
  module: "/srv/repair.mjs",
  created: "2030-01-02T03:04:05.000Z",
  items: [
    {
      item: 0,
      name: "zlib",
      version: "1.3",
      buildString: "h1_0",
      state: "done",
      host: "one",
      attempts: 1,
      durationMs: 1500,
      artifacts: [{ name: "build.log", location: "/srv/artifacts/build.log", size: 1 }],
      findings: [],
      value: { patch: "<script>alert(1)</script>" },
    },
    {
      item: 1,
      name: "<img src=x onerror=alert(1)>",
      version: "2",
      buildString: "h2_0",
      state: "failed",
      host: "two",
      attempts: 2,
      durationMs: 10,
      artifacts: [{ name: "bad", location: "javascript:alert(1)", size: 1 }],
      findings: [finding],
      error: new FleetError("FLEET_TIMEOUT", "timed out after 1 s").toJSON(),
    },
    { item: 2, name: "cmake", version: "3", buildString: "h3_0", state: "running", host: "two", attempts: 1 },
    { item: 3, name: "ninja", version: "1", buildString: "h4_0", state: "waiting" },
  ],
};

test("a report page shows text from builds as text", () => {
  const page = fleetReportPage(REPORT);
  expect(page).not.toContain("<img");
  expect(page).not.toContain("<script");
  expect(page).not.toContain("javascript:");
});

describe.skipIf(chromiumPath === undefined)("in Chromium", () => {
  test("a report page has hosts, failures by cause, and a row for each item", async () => {
    const folder = await scratch();
    await writeFile(join(folder, "index.html"), fleetReportPage(REPORT));
    const server = await serve(folder);
    const opened = await openPage(server.url);
    try {
      const { page, problems } = opened;
      expect(await page.title()).toBe("Run nightly");
      expect(await page.locator("p").first().innerText()).toContain(
        "4 items, 1 done, 1 failed, 1 running, 1 waiting",
      );
      expect(await page.locator("tbody tr").count()).toBe(2 + 4);
      expect(await page.locator("details summary").first().innerText()).toBe(
        "command not found: `greet` (1)",
      );
      const widths = await page
        .locator(".bar")
        .last()
        .locator("i")
        .evaluateAll((parts) => parts.map((part) => Math.round(part.getBoundingClientRect().width)));
      expect(widths[0]).toBe(0);
      expect(widths[1]).toBe(widths[2]);
      expect(widths[1]).toBeGreaterThan(20);
      expect(problems).toEqual([]);
    } finally {
      await opened[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    }
  });
});

interface Ended {
  code: number | null;
  stdout: string;
}

function node(args: string[], cwd: string): Promise<Ended> {
  const child = spawn(process.execPath, args, { cwd, stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => child.on("close", (code) => resolve({ code, stdout })));
}

const EXAMPLE = join(root, "examples/fleet");
const EXPECTED = [
  "broken: the module threw: …",
  'farewell: {"repaired":true,"added":["libgreet"]}',
  'greeting: {"repaired":false,"added":[]}',
  "2 of 3 built; see report.html",
  "",
];

/** Without the text of the finding, which is another test's. */
function withoutCause(stdout: string): string[] {
  return stdout.split("\n").map((line) => line.replace(/(?<=module threw: ).*/, "…"));
}

test("the example repairs a folder of recipes in one process", async () => {
  const folder = await scratch();
  const ended = await node([join(EXAMPLE, "main.mjs"), "--channel", channel], folder);
  expect(withoutCause(ended.stdout)).toEqual(EXPECTED);
  expect(ended.code).toBe(0);
  expect(await readFile(join(folder, "report.html"), "utf8")).toContain("3 items, 2 done, 1 failed");
});

test.skipIf(!hasRedis)("the example does the same on two workers, and `fleet status` shows it", async () => {
  const store = await startRedis();
  const folder = await scratch();
  const workers = await Promise.all(
    ["one", "two"].map(async (name) => {
      const cache = await scratch();
      return await startWorker(name, store.url, [
        ...["--allow", dirname(join(EXAMPLE, "repair.mjs")), "--cache-dir", cache],
        ...["--artifacts", join(cache, "artifacts")],
      ]);
    }),
  );
  try {
    const ended = await node(
      [join(EXAMPLE, "main.mjs"), "--channel", channel, "--engine", store.url],
      folder,
    );
    expect(withoutCause(ended.stdout)).toEqual(EXPECTED);
    const [, id = ""] = /<h1>Run (.*)<\/h1>/.exec(await readFile(join(folder, "report.html"), "utf8")) ?? [];
    const cli = join(root, "ts-sdk/dist/cli/main.js");
    const status = await node(
      [cli, "fleet", "status", id, "--engine", store.url, "--report", "status.html"],
      folder,
    );
    expect(status.stdout).toContain(`${id}: 3 items, 2 done, 1 failed, 0 running, 0 waiting`);
    expect(status.stdout).toContain("Failures by cause:\n  1 × ");
    expect(await readFile(join(folder, "status.html"), "utf8")).toContain("farewell 1.0");
    const json = await node([cli, "fleet", "status", id, "--engine", store.url, "--json"], folder);
    expect((JSON.parse(json.stdout) as FleetReport).items).toHaveLength(3);
    const unknown = await node([cli, "fleet", "status", "unknown", "--engine", store.url, "--json"], folder);
    expect(unknown.code).toBe(1);
    expect(unknown.stdout).toContain("FLEET_RUN_NOT_FOUND");
  } finally {
    await endWorkers(workers);
    await store.remove();
  }
});
