// usage: node --expose-gc benches/endurance.mjs [--channel CHANNEL] [--sessions N] [--runs N] [--json FILE]
//
// Creates and closes N sessions in one process, with some runs in each, and reports memory and descriptors at times. Both must
// be flat: closing a session releases what it holds.

import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe } from "../ts-sdk/dist/index.js";
import { keepFigures } from "./figures.mjs";

const { values: options } = parseArgs({
  options: {
    channel: { type: "string", default: new URL("../.sidewinder/channel", import.meta.url).pathname },
    sessions: { type: "string", default: "600" },
    runs: { type: "string", default: "5" },
    json: { type: "string" },
  },
});
const [sessions, runs] = [Number(options.sessions), Number(options.runs)];
const recipe = `package: {name: bench, version: "1"}\nbuild: {script: ["echo ran"]}\nrequirements: {host: [libgreet]}\n`;
const cacheDir = mkdtempSync(join(tmpdir(), "sidewinder-endurance-"));
const rows = [];
const started = performance.now();
try {
  const [variant] = Stage0Recipe.fromYaml(recipe).render();
  for (let done = 1; done <= sessions; done++) {
    const session = await DebugSession.create(variant, { channels: [options.channel], cacheDir });
    for (let run = 0; run < runs; run++) {
      const { stdout } = await session.runScript();
      if (stdout !== "ran\n") throw new Error(`unexpected output: ${stdout}`);
    }
    await session.close();
    if (done % Math.ceil(sessions / 12) === 0) rows.push(measure(done));
  }
} finally {
  rmSync(cacheDir, { recursive: true, force: true });
}
console.table(rows);
// The first quarter fills caches and pools.
const [early, late] = [rows[Math.floor(rows.length / 4)], rows.at(-1)];
const seconds = (performance.now() - started) / 1000;
console.log(
  `${sessions} sessions, ${sessions * runs} runs in ${seconds.toFixed(0)} s: ` +
    `${(late["RSS MB"] - early["RSS MB"]).toFixed(1)} MB and ${late.descriptors - early.descriptors} descriptors more than at ${early.sessions}`,
);
keepFigures(options.json, [
  { name: "memory growth over many sessions", unit: "MB", value: late["RSS MB"] - early["RSS MB"] },
  { name: "descriptors left by many sessions", unit: "", value: late.descriptors - early.descriptors },
]);

function measure(done) {
  globalThis.gc?.();
  const descriptors = process.platform === "linux" ? readdirSync("/proc/self/fd").length : 0;
  const { rss, heapUsed } = process.memoryUsage();
  return { sessions: done, "RSS MB": rss / 1e6, "heap MB": heapUsed / 1e6, descriptors };
}
