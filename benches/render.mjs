// usage: node benches/render.mjs
//
// Times parsing and rendering a recipe in WebAssembly: the median of many, and the first one in a fresh process, with the
// import of the SDK.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ROUNDS = 300;
const PROCESSES = 11;
const SDK = new URL("../ts-sdk/dist/recipe/index.js", import.meta.url).href;
const PYTHON = { python: ["3.10.*", "3.11.*", "3.12.*", "3.13.*"] };
const RECIPE = readFileSync(join(fileURLToPath(new URL(".", import.meta.url)), "recipe.yaml"), "utf8");

if (process.argv[2] === "--once") {
  console.log(await first());
} else {
  const fresh = Array.from({ length: PROCESSES }, () =>
    Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--once"], { encoding: "utf8" })),
  );
  show({ import_to_first_recipe_ms: median(fresh), ...(await render()) });
}

/** From the import to the first rendered recipe, which is to be the first of the process. */
async function first() {
  const started = performance.now();
  const { Stage0Recipe, VariantConfig } = await import(SDK);
  Stage0Recipe.fromYaml(RECIPE).render(new VariantConfig(PYTHON));
  return performance.now() - started;
}

async function render() {
  const { Stage0Recipe, VariantConfig } = await import(SDK);
  const variants = new VariantConfig(PYTHON);
  const parse = [];
  const both = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const begin = performance.now();
    const recipe = Stage0Recipe.fromYaml(RECIPE);
    const parsed = performance.now();
    const rendered = recipe.render(variants);
    if (rendered.length !== 4) throw new Error("the recipe should give four packages");
    parse.push(parsed - begin);
    both.push(performance.now() - begin);
  }
  return {
    lines: RECIPE.trimEnd().split("\n").length,
    parse_ms: median(parse),
    parse_and_render_four_ms: median(both),
    rounds: ROUNDS,
  };
}

function median(numbers) {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)];
}

function show(numbers) {
  console.log("A recipe in WebAssembly");
  for (const [name, value] of Object.entries(numbers)) {
    console.log(`  ${name.padEnd(28)} ${Number.isInteger(value) ? value : value.toFixed(2)}`);
  }
}
