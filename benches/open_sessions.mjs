// usage: node benches/open_sessions.mjs [--channel CHANNEL] [--reference PYTHON] [--sessions N] [--at-once N]
//        [--build SPEC]... [--host SPEC]... [--json FILE]
//
// Times sessions that are kept open: the k-th warm session is created while those before it are open, side by side with
// the reference (py-rattler-build). Reports what a session adds to the disk: the blocks of files that only its prefixes
// have, which are those that contain the prefix. At the end, N sessions are created at once.

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
  const middle = (key) => warm.map((row) => row[key]).sort((a, b) => a - b)[Math.floor(warm.length / 2)];
  const figures = [{ name: "session next to open ones", unit: "ms", value: middle("ms"), bar: 1.0 }];
  if (other) Object.assign(figures[0], { reference: middle("reference ms"), ratio: middle("ratio") });
  console.log(`median: ${middle("ms").toFixed(0)} ms${other ? `, ratio ${middle("ratio").toFixed(2)}` : ""}`);
  const started = performance.now();
  const many = Array.from({ length: Number(options["at-once"]) }, (_, n) => create(variant, `at-once-${n}`));
  open.push(...(await Promise.all(many)));
  console.log(
    `${many.length} sessions at once: ${((performance.now() - started) / 1000).toFixed(2)} s, all succeeded`,
  );
  keepFigures(options.json, figures);
} finally {
  for (const session of open) await session.close();
  other?.end();
  rmSync(work, { recursive: true, force: true });
}

function create(variant, name) {
  const cacheDir = join(work, "cache");
  return DebugSession.create(variant, { channels: plan.channels, outputDir: join(work, name), cacheDir });
}

async function measure(variant, k) {
  execFileSync("sync");
  const started = performance.now();
  const session = await create(variant, `session-${k}`);
  const ms = performance.now() - started;
  open.push(session);
  const own = [...new Set([session.buildPrefix, session.hostPrefix])].reduce(
    (sum, prefix) => sum + ownBytes(prefix),
    0,
  );
  const row = { k, ms, "own MB": own / 1e6 };
  if (!other) return row;
  execFileSync("sync");
  const place = (name) => join(work, `reference-${name}`);
  const theirs = await other.step({
    step: "create",
    recipe: "recipe",
    output: place(k),
    cache: place("cache"),
  });
  return { ...row, "reference ms": theirs.ms, ratio: ms / theirs.ms };
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
