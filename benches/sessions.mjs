// usage: node benches/sessions.mjs [--channel CHANNEL] [--reference PYTHON] [--rounds N] [--build SPEC]... [--host SPEC]...
//        [--add SPEC] [--json FILE]
//
// Times debug sessions, and with a Python that has the reference (py-rattler-build) the same of the reference: a session
// without dependencies, one with both environments from cold and from warm caches, adding a package, running the script
// again. Wall-clock and processor milliseconds, and ratios.
//
// So that a ratio says something on a machine that does other things as well, the two take turns at each step, each begins
// every second round, and what is compared are the two times of a round: the median of their ratios is the result, its
// quartiles say how sure it is. Before a step everything is on the disk. Every cold cache is a new folder, and none is
// removed before the end: ext4 is many times slower at making files while it steps over the inodes of files that were
// removed in the last minutes, whoever removed them. So set TMPDIR to a file system where nothing else is removed.
//
// The overhead of `runScript` is what it takes more than `bash conda_build.sh` started by the same process: that
// script sources `build_env.sh` by itself.

import { execFileSync, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe, VariantConfig } from "../ts-sdk/dist/index.js";
import { keepFigures } from "./figures.mjs";
import { reference } from "./reference_process.mjs";

const { values: options } = parseArgs({
  options: {
    channel: { type: "string", default: new URL("../.sidewinder/channel", import.meta.url).pathname },
    reference: { type: "string" },
    rounds: { type: "string", default: "9" },
    build: { type: "string", multiple: true },
    host: { type: "string", multiple: true },
    add: { type: "string", default: "greet-config" },
    json: { type: "string" },
  },
});
const list = (specs) => specs.map((spec) => `    - ${spec}\n`).join("");
const simple = `package:
  name: bench-simple
  version: 1.0.0
build:
  noarch: generic
  script:
    content: |
      echo "one line"
`;
const recipe = `package:
  name: bench
  version: 1.0.0
build:
  script:
    content: |
      echo "one line"
requirements:
  build:
${list(options.build ?? ["${{ compiler('c') }}"])}  host:
${list(options.host ?? ["libgreet"])}`;
const plan = { recipe, simple, channels: [options.channel], variants: { c_compiler: ["cc"] } };

const work = mkdtempSync(join(tmpdir(), "sidewinder-bench-"));
const sides = { sidewinder: sidewinder() };
if (options.reference) sides.reference = reference(options.reference, plan);
/** By step, then by side: what each round took. */
const taken = {};
try {
  for (let round = 0; round < Number(options.rounds); round++) await measure(round);
  report();
  keepFigures(options.json, figures());
} finally {
  for (const side of Object.values(sides)) side.end?.();
  rmSync(work, { recursive: true, force: true });
}

async function measure(round) {
  const names = Object.keys(sides);
  if (round % 2 === 1) names.reverse();
  const all = async (name, step, flush = true) => {
    for (const side of names) {
      if (flush) execFileSync("sync");
      const { output, cache, ...rest } = step;
      const place = (name) => name && folder(name, side, round);
      const times = await sides[side].step({ ...rest, output: place(output), cache: place(cache) });
      if (name === undefined) continue;
      taken[name] ??= {};
      taken[name][side] ??= [];
      taken[name][side].push(times);
    }
  };
  await all("create simple", { step: "create", recipe: "simple", output: "simple", cache: "none" });
  await all(undefined, { step: "run" }, false);
  for (let again = 0; again < 10; again++) {
    await all("run", { step: "run" }, false);
    const times = await sides.sidewinder.step({ step: "bash" });
    taken["bash conda_build.sh"] ??= { sidewinder: [] };
    taken["bash conda_build.sh"].sidewinder.push(times);
  }
  await close(names, "simple", round);
  await all("create cold", { step: "create", recipe: "recipe", output: "cold", cache: "cache" });
  await close(names, "cold", round);
  await all("create warm", { step: "create", recipe: "recipe", output: "warm", cache: "cache" });
  await all("add", { step: "add", spec: options.add });
  await close(names, "warm", round);
}

/** Ends the sessions of a round; their folders go, what is in the caches stays. */
async function close(names, output, round) {
  for (const side of names) {
    await sides[side].step({ step: "close" });
    rmSync(folder(output, side, round), { recursive: true, force: true });
  }
}

function folder(name, side, round) {
  return join(work, `${name}-${side}-${round}`);
}

function sidewinder() {
  let session;
  const steps = {
    create: async ({ recipe, output, cache }) => {
      const [variant] = Stage0Recipe.fromYaml(plan[recipe]).render(new VariantConfig(plan.variants));
      session = await DebugSession.create(variant, {
        channels: plan.channels,
        outputDir: output,
        cacheDir: cache,
      });
    },
    run: () => session.runScript(),
    bash: () => bash(session.workDir),
    add: ({ spec }) => session.addPackages([spec]),
    // Removed by hand, its links to the pool would have to be checked by the next session.
    close: () => session.close({ remove: true }),
  };
  return {
    async step({ step, ...rest }) {
      const [started, before] = [performance.now(), process.cpuUsage()];
      await steps[step](rest);
      const ms = performance.now() - started;
      const { user, system } = process.cpuUsage(before);
      return { ms, cpu: (user + system) / 1000 };
    },
  };
}

/** Runs the script as a person would, and waits for its output. */
function bash(workDir) {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["conda_build.sh"], { cwd: workDir, stdio: ["ignore", "pipe", "pipe"] });
    child.stdout.resume();
    child.stderr.resume();
    child.on("error", reject);
    child.on("close", resolve);
  });
}

function report() {
  const rows = Object.entries(taken).map(([what, { sidewinder, reference }]) => {
    const row = {
      what,
      "sidewinder ms": spread(sidewinder, "ms"),
      cpu: middle(sidewinder, "cpu").toFixed(0),
    };
    if (reference === undefined) return row;
    const ratios = (key) => sidewinder.map((own, round) => own[key] / reference[round][key]).sort(ascending);
    const [low, high] = [0.25, 0.75].map((part) => at(ratios("ms"), part).toFixed(2));
    return {
      ...row,
      "reference ms": spread(reference, "ms"),
      "its cpu": middle(reference, "cpu").toFixed(0),
      ratio: at(ratios("ms"), 0.5).toFixed(2),
      quartiles: `${low}-${high}`,
      "cpu ratio": at(ratios("cpu"), 0.5).toFixed(2),
    };
  });
  console.table(rows);
  const [own, bare] = ["run", "bash conda_build.sh"].map((name) => middle(taken[name].sidewinder, "ms"));
  const times = taken.run.sidewinder.length;
  console.log(`runScript over bash conda_build.sh: ${(own - bare).toFixed(1)} ms more (medians of ${times})`);
}

/** Medians of wall-clock milliseconds; a ratio is the median of those of the rounds. */
function figures() {
  return Object.entries(taken).map(([name, { sidewinder, reference }]) => {
    const figure = { name, unit: "ms", value: middle(sidewinder, "ms") };
    if (reference === undefined) return figure;
    const ratios = sidewinder.map((own, round) => own.ms / reference[round].ms).sort(ascending);
    return { ...figure, reference: middle(reference, "ms"), ratio: at(ratios, 0.5) };
  });
}

/** The median, and the least and the most. */
function spread(times, key) {
  const sorted = times.map((time) => time[key]).sort(ascending);
  return `${at(sorted, 0.5).toFixed(1)} (${sorted[0].toFixed(0)}-${sorted.at(-1).toFixed(0)})`;
}

function middle(times, key) {
  return at(times.map((time) => time[key]).sort(ascending), 0.5);
}

function at(sorted, part) {
  return sorted[Math.round((sorted.length - 1) * part)];
}

function ascending(a, b) {
  return a - b;
}
