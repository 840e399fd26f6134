// usage: node benches/recipes.mjs --corpus FOLDER [--reference PYTHON] [--set NAME] [--repeat N] [--json FILE]
//
// Times loading variant files, parsing and rendering over a corpus of recipes, in one run: the native core, the same in
// WebAssembly under Node.js (with all conversions), and the reference (py-rattler-build) in a Python that has it. CPU
// seconds of the best of some passes, and ratios with their limits. The corpus has `jobs/SET.jsonl`, one recipe
// with its platforms and variant files a line.

import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keepFigures } from "./figures.mjs";

const { values: options } = parseArgs({
  options: {
    corpus: { type: "string" },
    reference: { type: "string" },
    set: { type: "string", default: "pinned" },
    repeat: { type: "string", default: "3" },
    json: { type: "string" },
  },
});
if (options.corpus === undefined) {
  console.error(
    "usage: node benches/recipes.mjs --corpus FOLDER [--reference PYTHON] [--set NAME] [--repeat N] [--json FILE]",
  );
  process.exit(2);
}
const corpus = resolve(options.corpus);
const args = [corpus, resolve(corpus, "jobs", `${options.set}.jsonl`), options.repeat];
const script = (name) => fileURLToPath(new URL(name, import.meta.url));
const cargo = ["run", "--quiet", "--release", "-p", "sidewinder_recipe", "--example", "time_corpus", "--"];

/** Maximum part of the reference's time that a stage may take. */
const BARS = {
  "native core": { "parse and render": 0.08 },
  WebAssembly: { "load variant files": 0.5, "parse and render": 0.25 },
};
const STAGES = {
  "load variant files": (side) => side.config,
  parse: (side) => side.parse,
  render: (side) => side.render,
  "parse and render": (side) => side.parse + side.render,
};

const own = {
  "native core": times("cargo", [...cargo, ...args]),
  WebAssembly: times(process.execPath, [script("wasm_recipes.mjs"), ...args]),
};
const reference =
  options.reference === undefined
    ? undefined
    : times(options.reference, [script("reference_recipes.py"), ...args]);

console.log(`Recipes of the set ${options.set}, CPU seconds`);
console.table(
  Object.entries(own).flatMap(([side, measured]) =>
    Object.entries(STAGES).map(([stage, of]) => ({
      stage,
      side,
      seconds: of(measured).toFixed(4),
      ...(reference && compare(of(measured) / of(reference), of(reference), BARS[side][stage])),
    })),
  ),
);
for (const [side, { variants, failed }] of Object.entries({ ...own, ...(reference && { reference }) }))
  console.log(`${side}: ${variants} packages, ${failed} recipes refused`);

keepFigures(
  options.json,
  Object.entries(own).flatMap(([side, measured]) =>
    Object.entries(STAGES).map(([stage, of]) => ({
      name: `${stage} (${side})`,
      unit: "s of CPU",
      value: of(measured),
      ...(reference && { reference: of(reference), ratio: of(measured) / of(reference) }),
      ...(BARS[side][stage] !== undefined && { bar: BARS[side][stage] }),
    })),
  ),
);

function compare(ratio, seconds, bar) {
  return {
    "reference s": seconds.toFixed(4),
    ratio: ratio.toFixed(3),
    "at most": bar === undefined ? "" : `${bar.toFixed(3)} ${ratio <= bar ? "kept" : "MISSED"}`,
  };
}

function times(command, args) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const output = execFileSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output);
}
