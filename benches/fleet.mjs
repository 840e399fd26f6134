// usage: node benches/fleet.mjs [--items N] [--concurrency N] [--engine URL]
//
// The overhead of a fleet: the same sessions by a plain Promise.all in one process, by a fleet in one process, and with
// --engine by one worker process with as many at a time. Rounds alternate; medians are printed.

import { spawn } from "node:child_process";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe } from "sidewinder";
import { Fleet } from "sidewinder/fleet";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "60" },
    concurrency: { type: "string", default: String(availableParallelism()) },
    rounds: { type: "string", default: "5" },
    engine: { type: "string" },
  },
});
const [items, concurrency, rounds] = [values.items, values.concurrency, values.rounds].map(Number);
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const module = join(root, "benches/fleet/build.mjs");
const [variant] = Stage0Recipe.fromYaml(
  'package: {name: probe, version: "1.0"}\nbuild: {script: "sleep 0.05"}\n',
).render();
const variants = Array.from({ length: items }, () => variant);
const session = { channels: [] };

/** What a program without a fleet would write. */
async function plain() {
  const waiting = [...variants];
  const runOne = async () => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const opened = await DebugSession.create(next, session);
      await opened.runScript();
      await opened.close();
    }
  };
  await Promise.all(Array.from({ length: concurrency }, runOne));
}

async function throughFleet(fleet) {
  const results = await fleet.run(module, variants, { session }).results;
  const failed = results.find(({ ok }) => !ok);
  if (failed) throw failed.error;
}

const local = new Fleet({ concurrency });
const sides = { "Promise.all": plain, "fleet, in this process": () => throughFleet(local) };
let worker;
if (values.engine) {
  const { bullmq } = await import("sidewinder/fleet/bullmq");
  const queue = `bench-${process.pid}`;
  const main = join(root, "ts-sdk/dist/cli/main.js");
  worker = spawn(
    process.execPath,
    [
      main,
      "worker",
      "--engine",
      values.engine,
      "--queue",
      queue,
      "--allow",
      dirname(module),
      "--concurrency",
      String(concurrency),
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  await new Promise((resolve) =>
    worker.stderr.on("data", (text) => String(text).includes("takes items") && resolve()),
  );
  const remote = new Fleet({ engine: bullmq({ connection: values.engine, queue }) });
  sides["fleet, one worker"] = () => throughFleet(remote);
}

const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
for (const run of Object.values(sides)) await run(); // warm up
for (let round = 0; round < rounds; round += 1) {
  for (const [side, run] of Object.entries(sides)) {
    const begun = performance.now();
    await run();
    times[side].push(performance.now() - begun);
  }
}
const median = (list) => [...list].sort((a, b) => a - b)[Math.floor(list.length / 2)];
const base = median(times["Promise.all"]);
for (const [side, list] of Object.entries(times)) {
  const time = median(list);
  const overhead = ((time - base) / items) * concurrency;
  console.log(
    `${side.padEnd(24)} ${time.toFixed(0).padStart(6)} ms  throughput ${(base / time).toFixed(2)}  ${overhead.toFixed(1)} ms more for each item`,
  );
}
worker?.kill();
process.exit();
