// usage: node benches/render.mjs [--json FILE]
//
// Times parsing and rendering a recipe in WebAssembly: the median of many, and the first one in a fresh process, with the
// import of the SDK.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { keepFigures } from "./figures.mjs";

const ROUNDS = 300;
const PROCESSES = 11;
const SDK = new URL("../ts-sdk/dist/recipe/index.js", import.meta.url).href;
const PYTHON = { python: ["3.10.*", "3.11.*", "3.12.*", "3.13.*"] };
const RECIPE = readFileSync(join(fileURLToPath(new URL(".", import.meta.url)), "recipe.yaml"), "utf8");

const { values: options } = parseArgs({
  options: { once: { type: "boolean" }, json: { type: "string" } },
});
if (options.once) {
  console.log(await first());
} else {
  const fresh = Array.from({ length: PROCESSES }, () =>
    Number(execFileSync(process.execPath, [fileURLToPath(import.meta.url), "--once"], { encoding: "utf8" })),
  );
  const numbers = { import_to_first_recipe_ms: median(fresh), ...(await render()) };
  show(numbers);
  keepFigures(
    options.json,
    Object.entries(numbers)
      .filter(([name]) => name.endsWith("_ms"))
      .map(([name, value]) => ({ name: name.slice(0, -3).replaceAll("_", " "), unit: "ms", value })),
  );
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
