// usage: node benches/recipes.mjs --corpus FOLDER --reference PYTHON [--set NAME] [--repeat N]
//
// Times loading variant files, parsing and rendering over a corpus of recipes: the native core, and the reference
// (py-rattler-build) in a Python that has it, in one run. CPU seconds of the best of some passes, and ratios. The corpus
// has `jobs/SET.jsonl`, one recipe with its platforms and variant files a line.

import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({
  options: {
    corpus: { type: "string" },
    reference: { type: "string" },
    set: { type: "string", default: "pinned" },
    repeat: { type: "string", default: "3" },
  },
});
if (options.corpus === undefined || options.reference === undefined) {
  console.error(
    "usage: node benches/recipes.mjs --corpus FOLDER --reference PYTHON [--set NAME] [--repeat N]",
  );
  process.exit(2);
}
const corpus = resolve(options.corpus);
const args = [corpus, resolve(corpus, "jobs", `${options.set}.jsonl`), options.repeat];
const cargo = ["run", "--quiet", "--release", "-p", "sidewinder_recipe", "--example", "time_corpus", "--"];
const own = times("cargo", [...cargo, ...args]);
const reference = times(options.reference, [
  fileURLToPath(new URL("reference_recipes.py", import.meta.url)),
  ...args,
]);

console.table(
  ["config", "parse", "render"].map((stage) => ({
    stage,
    "sidewinder s": own[stage].toFixed(4),
    "reference s": reference[stage].toFixed(4),
    ratio: (own[stage] / reference[stage]).toFixed(3),
  })),
);
const total = (side) => side.parse + side.render;
console.log(`parse and render: ${(total(own) / total(reference)).toFixed(3)} of the reference's time`);
console.log(
  `${own.variants} variants (reference: ${reference.variants}), ${own.failed} recipes refused (${reference.failed})`,
);

function times(command, args) {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const output = execFileSync(command, args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(output);
}
