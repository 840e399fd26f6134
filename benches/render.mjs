// usage: node benches/render.mjs
//
// Times parsing and rendering a recipe in WebAssembly: the first time in a process, and the median of many.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Stage0Recipe, VariantConfig } from "sidewinder";

const ROUNDS = 300;
const RECIPE = readFileSync(join(fileURLToPath(new URL(".", import.meta.url)), "recipe.yaml"), "utf8");

show(render());

function render() {
  const started = performance.now();
  const variants = new VariantConfig({ python: ["3.10.*", "3.11.*", "3.12.*", "3.13.*"] });
  Stage0Recipe.fromYaml(RECIPE).render(variants);
  const first_ms = performance.now() - started;
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
    first_ms,
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
    console.log(`  ${name.padEnd(26)} ${Number.isInteger(value) ? value : value.toFixed(2)}`);
  }
}
