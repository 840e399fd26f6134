// usage: node benches/packages.mjs --reference PYTHON --channel CHANNEL [--rounds N] [--level N] [--json FILE]
//
// Times packaging, side by side with the reference (a Python that has py-rattler-build): a Python tree of 1,000 modules and
// 5,000 other files, and a binary tree of 100 MB made of this machine's shared libraries. The channel needs `python`.
//
// Both run the same script, which copies the tree into the prefix. What counts is the time from the end of the script until
// the archive has its name, the highest memory in use meanwhile (Linux: the mark is reset when the script ends), and the
// size of the package. The two take turns; the result is the median of the ratios of the rounds.
//
// The reference byte-compiles every module in a process of its own; the binary tree shows compression.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe } from "../ts-sdk/dist/index.js";
import { keepFigures } from "./figures.mjs";

const { values: options } = parseArgs({
  options: {
    reference: { type: "string" },
    channel: { type: "string" },
    rounds: { type: "string", default: "3" },
    level: { type: "string", default: "15" },
    json: { type: "string" },
  },
});
if (options.channel === undefined) throw new Error("--channel is missing: a folder or URL that has Python");

const work = mkdtempSync(join(tmpdir(), "sidewinder-bench-"));
const trees = {
  python: { place: "$SP_DIR", host: ["python"], make: pythonTree },
  binary: { place: "$PREFIX/lib", host: [], make: binaryTree },
};
const figures = [];
try {
  for (const [name, tree] of Object.entries(trees)) {
    const folder = join(work, name);
    tree.make(folder);
    const rounds = [];
    for (let round = 0; round < Number(options.rounds); round++) {
      const own = async () => await sidewinder(recipeOf(name, tree, folder));
      const other = () => reference(recipeOf(name, tree, folder));
      if (options.reference === undefined) rounds.push({ own: await own() });
      else if (round % 2 === 0) rounds.push({ own: await own(), reference: other() });
      else rounds.push({ reference: other(), own: await own() });
    }
    report(name, rounds);
  }
  keepFigures(options.json, figures);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function recipeOf(name, { place, host }, folder) {
  return {
    package: { name: `tree-${name}`, version: "1.0" },
    build: {
      script: [
        `mkdir -p ${place} && cp -r ${folder}/. ${place}/`,
        `for file in ${place}/*/data0.txt; do if [ -f "$file" ]; then echo "$PREFIX" >> "$file"; fi; done`,
      ],
      dynamic_linking: { missing_dso_allowlist: ["*"] },
    },
    requirements: { host, run: host },
  };
}

async function sidewinder(recipe) {
  const outputDir = mkdtempSync(join(work, "own-"));
  const [variant] = Stage0Recipe.fromYaml(JSON.stringify(recipe)).render();
  const session = await DebugSession.create(variant, { channels: [options.channel], outputDir });
  try {
    const result = await session.runScript();
    if (!result.success) throw new Error(result.stderr);
    let written = 0;
    resetMemory();
    const started = performance.now();
    const built = await session.package({
      compressionLevel: Number(options.level),
      onProgress: (event) => {
        if (event.kind === "log" && event.message.startsWith("Archive written")) written = performance.now();
      },
    });
    return { ms: written - started, memory: peakMemory(), bytes: built.size };
  } finally {
    await session.close();
  }
}

function reference(recipe) {
  const plan = {
    recipe,
    channels: [options.channel],
    output: mkdtempSync(join(work, "reference-")),
    level: options.level,
  };
  const script = new URL("reference_packages.py", import.meta.url).pathname;
  const run = spawnSync(options.reference, [script], { input: JSON.stringify(plan), encoding: "utf8" });
  if (run.status !== 0) throw new Error(`the reference failed: ${run.stderr}`);
  return JSON.parse(run.stdout);
}

function report(name, rounds) {
  const rows = { ms: "ms", memory: "KiB", bytes: "B" };
  for (const [key, unit] of Object.entries(rows)) {
    const value = median(rounds.map(({ own }) => own[key]));
    const other = median(rounds.map(({ reference: side }) => side?.[key] ?? Number.NaN));
    const ratio = median(rounds.map(({ own, reference: side }) => own[key] / (side?.[key] ?? Number.NaN)));
    const bar = { ms: 0.7, memory: 1, bytes: 1.01 }[key];
    const compared = Number.isNaN(ratio) ? {} : { reference: Math.round(other), ratio: round(ratio), bar };
    figures.push({ name: `package ${name} tree, ${key}`, unit, value: Math.round(value), ...compared });
    console.log(figures.at(-1));
  }
}

function pythonTree(folder) {
  const random = generator(7);
  const word = () =>
    Array.from({ length: 3 + random(7) }, () => "abcdefghijklmnopqrstuvwxyz_"[random(27)]).join("");
  const words = Array.from({ length: 2000 }, word);
  const pick = () => words[random(words.length)];
  for (let index = 0; index < 50; index++) {
    const place = join(folder, `tree_${index}`);
    mkdirSync(place, { recursive: true });
    for (let module = 0; module < 20; module++) {
      const functions = Array.from(
        { length: 3 + random(28) },
        (_, number) =>
          `def f${number}(a, b=None):\n    """${pick()} ${pick()} ${pick()}"""\n    c = [a, b, ${random(1e6)}]\n    return {x: c for x in range(${random(99)})}\n`,
      );
      writeFileSync(join(place, `m${module}.py`), functions.join("\n\n"));
    }
    for (let data = 0; data < 100; data++) {
      const lines = Array.from(
        { length: 2 + random(80) },
        () => `${pick()} = ${pick()} ${random(1000)} ${pick()}\n`,
      );
      writeFileSync(join(place, `data${data}.txt`), lines.join(""));
    }
  }
}

function binaryTree(folder) {
  mkdirSync(folder, { recursive: true });
  let left = 100e6;
  const found = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"].flatMap(
    (place) => {
      try {
        return readdirSync(place).map((name) => join(place, name));
      } catch {
        return [];
      }
    },
  );
  for (const path of found.filter((name) => /\.so(\.|$)/.test(name)).toSorted()) {
    const { size } = statSync(path, { throwIfNoEntry: false }) ?? { size: 0 };
    if (size === 0 || size > left) continue;
    left -= size;
    // Not as ELF files: the reference needs patchelf for libraries without a run path.
    writeFileSync(
      join(folder, `${path.split("/").at(-1)}.bin`),
      Buffer.concat([Buffer.from([0]), readFileSync(path)]),
    );
  }
  if (left > 20e6) console.error(`only ${Math.round((100e6 - left) / 1e6)} MB of shared libraries found`);
}

/** Numbers below a limit, the same in every run. */
function generator(seed) {
  let state = seed;
  return (limit) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * limit);
  };
}

function resetMemory() {
  if (process.platform === "linux") writeFileSync("/proc/self/clear_refs", "5");
}

/** In KiB. */
function peakMemory() {
  if (process.platform !== "linux") return Number.NaN;
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]);
}

function median(values) {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)];
}

function round(value) {
  return Math.round(value * 100) / 100;
}
