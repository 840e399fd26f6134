// usage: node benches/open_sessions.mjs [--channel CHANNEL] [--reference PYTHON] [--sessions N] [--at-once N] [--forks N]
//        [--build SPEC]... [--host SPEC]... [--json FILE]
//
// Times sessions that are kept open, side by side with the reference (py-rattler-build), which has no sessions to close: its
// folders stay. The k-th warm session is created while those before it are open; the two take turns in beginning. What a
// session adds to the disk are the blocks of files that only its prefixes have. Then forks are compared with `cp -a` of the
// same folder, and N sessions are created at once.

import { execFileSync } from "node:child_process";
import { lstatSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
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
    sessions: { type: "string", default: "20" },
    "at-once": { type: "string", default: "50" },
    forks: { type: "string", default: "5" },
    build: { type: "string", multiple: true },
    host: { type: "string", multiple: true },
    json: { type: "string" },
  },
});
const list = (specs) => specs.map((spec) => `    - ${spec}\n`).join("");
const recipe = `package:
  name: bench
  version: 1.0.0
build:
  script:
    - "true"
requirements:
  build:
${list(options.build ?? ["${{ compiler('c') }}"])}  host:
${list(options.host ?? ["libgreet"])}`;
const plan = { recipe, simple: recipe, channels: [options.channel], variants: { c_compiler: ["cc"] } };

const work = mkdtempSync(join(tmpdir(), "sidewinder-open-"));
const other = options.reference && reference(options.reference, plan);
const open = [];
const rows = [];
try {
  const [variant] = Stage0Recipe.fromYaml(recipe).render(new VariantConfig(plan.variants));
  for (let k = 0; k <= Number(options.sessions); k++) rows.push(await measure(variant, k));
  // The first ones fill the caches.
  const warm = rows.slice(1);
  console.table(warm);
  const figures = [figure("session next to open ones", warm, 1.0)];
  const forks = [];
  for (let k = 0; k < Number(options.forks); k++) forks.push(await measureFork(k));
  console.table(forks);
  figures.push(figure("fork, compared with cp -a", forks, 0.3));
  const many = await measureMany(variant, Number(options["at-once"]));
  console.table([many]);
  figures.push(figure("sessions at once", [many], 1.0));
  keepFigures(options.json, figures);
} finally {
  for (const session of open) await session.close({ remove: true });
  other?.end();
  rmSync(work, { recursive: true, force: true });
}

function create(variant, name) {
  const cacheDir = join(work, "cache");
  return DebugSession.create(variant, { channels: plan.channels, outputDir: join(work, name), cacheDir });
}

async function measure(variant, k) {
  const own = async () => {
    execFileSync("sync");
    const started = performance.now();
    const session = await create(variant, `session-${k}`);
    const ms = performance.now() - started;
    open.push(session);
    return { ms, "own MB": ownBytes(session.outputDir) / 1e6 };
  };
  const theirs = async () => {
    execFileSync("sync");
    const output = join(work, `reference-${k}`);
    const { ms } = await other.step({
      step: "create",
      recipe: "recipe",
      output,
      cache: join(work, "reference-cache"),
    });
    return { "reference ms": ms, "reference MB": ownBytes(output) / 1e6 };
  };
  if (!other) return { k, ...(await own()) };
  const [first, second] = k % 2 === 0 ? [own, theirs] : [theirs, own];
  const row = { k, ...(await first()), ...(await second()) };
  return { ...row, ratio: row.ms / row["reference ms"] };
}

/** A fork of an open session, and `cp -a` of its folder. */
async function measureFork(k) {
  const session = open.at(-1);
  execFileSync("sync");
  let started = performance.now();
  const fork = await session.fork();
  const ms = performance.now() - started;
  const bytes = ownBytes(fork.outputDir);
  await fork.close();
  execFileSync("sync");
  started = performance.now();
  execFileSync("cp", ["-a", session.outputDir, join(work, `copy-${k}`)]);
  const copied = performance.now() - started;
  return { k, ms, "own MB": bytes / 1e6, "reference ms": copied, ratio: ms / copied };
}

/** Many sessions at once; the reference with one thread for each. */
async function measureMany(variant, count) {
  execFileSync("sync");
  let started = performance.now();
  const sessions = await Promise.all(
    Array.from({ length: count }, (_, n) => create(variant, `at-once-${n}`)),
  );
  const ms = performance.now() - started;
  open.push(...sessions);
  const bytes = sessions.reduce((sum, { outputDir }) => sum + ownBytes(outputDir), 0);
  const row = { sessions: count, ms, "own MB": bytes / 1e6 };
  if (!other) return row;
  execFileSync("sync");
  const place = { output: join(work, "reference-many"), cache: join(work, "reference-cache") };
  started = performance.now();
  try {
    await other.step({ step: "many", recipe: "recipe", count, ...place });
  } catch (error) {
    // Then there is nothing to compare with; it is worth knowing.
    return { ...row, "reference ms": `failed: ${error.message}` };
  }
  const theirs = performance.now() - started;
  const names = readdirSync(work).filter((name) => name.startsWith("reference-many-"));
  const theirBytes = names.reduce((sum, name) => sum + ownBytes(join(work, name)), 0);
  return { ...row, "reference ms": theirs, "reference MB": theirBytes / 1e6, ratio: ms / theirs };
}

/** The medians of some rows, with the quartiles of the ratio. */
function figure(name, rows, bar) {
  const at = (key, part) => {
    const sorted = rows.map((row) => row[key]).sort((a, b) => a - b);
    return sorted[Math.round((sorted.length - 1) * part)];
  };
  const result = { name, unit: "ms", value: at("ms", 0.5), bar };
  if (typeof rows[0]?.ratio !== "number") {
    console.log(`${name}: ${result.value.toFixed(0)} ms`);
    return result;
  }
  const [low, ratio, high] = [0.25, 0.5, 0.75].map((part) => at("ratio", part).toFixed(2));
  console.log(
    `${name}: ${result.value.toFixed(0)} ms, ratio ${ratio} (quartiles ${low}-${high}, bar ${bar})`,
  );
  return { ...result, reference: at("reference ms", 0.5), ratio: Number(ratio) };
}

/** Disk blocks of the files that only this folder has, without the records of the installed packages. */
function ownBytes(folder) {
  let bytes = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) bytes += entry.name === "conda-meta" ? 0 : ownBytes(path);
    else if (entry.isFile()) {
      const { nlink, blocks } = lstatSync(path);
      if (nlink === 1) bytes += blocks * 512;
    }
  }
  return bytes;
}
