// usage: node benches/first-recipe.mjs [--sdk FOLDER] [--rounds N] [--json FILE]
//
// Times a program that renders one recipe and ends: from before the import to the rendered packages, each round in a process
// of its own. Milliseconds of wall-clock time and of CPU time of all threads, the median of the rounds. On a busy machine only
// the CPU time says something. The control is a process that does nothing, measured as a whole.

import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { keepFigures } from "./figures.mjs";

const { values: options } = parseArgs({
  options: { sdk: { type: "string" }, rounds: { type: "string", default: "15" }, json: { type: "string" } },
});
const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const entry = pathToFileURL(resolve(options.sdk ?? file("../ts-sdk/dist"), "recipe/index.js")).href;

/** Maximum milliseconds. */
const BAR = 35;

const PROGRAM = `
  const { readFileSync } = await import("node:fs");
  const text = readFileSync(${JSON.stringify(file("recipe.yaml"))}, "utf8");
  const start = performance.now();
  const cpu = process.cpuUsage();
  const { Stage0Recipe, VariantConfig } = await import(${JSON.stringify(entry)});
  const variants = new VariantConfig({ python: ["3.10.*", "3.11.*", "3.12.*", "3.13.*"] });
  if (Stage0Recipe.fromYaml(text).render(variants).length === 0) throw new Error("no packages");
  const { user, system } = process.cpuUsage(cpu);
  console.log(JSON.stringify([performance.now() - start, (user + system) / 1000]));
`;
const CONTROL = `
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify([performance.now(), (user + system) / 1000]));
`;

const figures = { "import to first recipe": [], "an empty program (control)": [] };
for (let round = 0; round < Number(options.rounds); round += 1) {
  figures["import to first recipe"].push(measured(PROGRAM));
  figures["an empty program (control)"].push(measured(CONTROL));
}
const rows = Object.entries(figures).map(([name, times]) => {
  const sorted = (index) => times.map((time) => time[index]).sort((a, b) => a - b);
  const median = (index) => sorted(index)[Math.floor(times.length / 2)];
  return { name, wall: median(0), cpu: median(1), least: sorted(1)[0] };
});
console.log(`First recipe, median milliseconds of ${options.rounds} processes`);
console.table(
  rows.map(({ name, wall, cpu, least }) => ({
    program: name,
    "wall clock": wall.toFixed(1),
    CPU: cpu.toFixed(1),
    "least CPU": least.toFixed(1),
  })),
);
keepFigures(
  options.json,
  rows.flatMap(({ name, wall, cpu }, index) => [
    { name: `${name}, wall clock`, unit: "ms", value: wall, ...(index === 0 && { bar: BAR }) },
    { name: `${name}, CPU`, unit: "ms", value: cpu },
  ]),
);

function measured(program) {
  const args = ["--input-type=module", "-e", program];
  return JSON.parse(execFileSync(process.execPath, args, { encoding: "utf8" }));
}
