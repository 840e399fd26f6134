// usage: node benches/render.mjs [--json FILE]
//
// Times parsing and rendering a recipe in WebAssembly: the median of many. `first-recipe.mjs` times the first one.

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { Stage0Recipe, VariantConfig } from "../ts-sdk/dist/recipe/index.js";
import { keepFigures } from "./figures.mjs";

const ROUNDS = 300;
const PYTHON = { python: ["3.10.*", "3.11.*", "3.12.*", "3.13.*"] };
const RECIPE = readFileSync(new URL("recipe.yaml", import.meta.url), "utf8");

const { values: options } = parseArgs({ options: { json: { type: "string" } } });
const numbers = render();
show(numbers);
keepFigures(
  options.json,
  Object.entries(numbers)
    .filter(([name]) => name.endsWith("_ms"))
    .map(([name, value]) => ({ name: name.slice(0, -3).replaceAll("_", " "), unit: "ms", value })),
);

function render() {
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
