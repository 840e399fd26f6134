// usage: node examples/check-folder/main.mjs FOLDER [--workers N]
//
// Checks every `recipe.yaml` below a folder, in worker threads: recipes are WebAssembly, so that each thread has its own
// copy and none waits for another. A progress bar on a terminal, plain lines in a pipe. Ends with 1 if a recipe has errors.

import { readdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";

const { values, positionals } = parseArgs({
  options: { workers: { type: "string", default: String(availableParallelism()) } },
  allowPositionals: true,
});
const folder = resolve(positionals[0] ?? ".");
const recipes = (await readdir(folder, { recursive: true, withFileTypes: true }))
  .filter((entry) => entry.isFile() && entry.name === "recipe.yaml")
  .map((entry) => join(entry.parentPath, entry.name))
  .sort();

const reports = new Map();
const waiting = [...recipes];
const count = Math.max(1, Math.min(Number(values.workers) || 1, recipes.length));
await Promise.all(Array.from({ length: count }, work));
if (process.stderr.isTTY) process.stderr.write("\r\u001b[K");

let errors = 0;
for (const recipe of recipes) {
  const report = reports.get(recipe);
  errors += report.errors;
  if (report.text !== "") console.log(report.text);
}
const broken = [...reports.values()].filter((report) => report.errors > 0).length;
console.log(`${recipes.length} recipes checked, ${broken} with errors`);
process.exitCode = errors > 0 ? 1 : 0;

/** One worker, which is given a recipe after the other until none waits. */
function work() {
  return new Promise((done, fail) => {
    const worker = new Worker(new URL("worker.mjs", import.meta.url));
    const next = () => {
      const path = waiting.shift();
      if (path !== undefined) return worker.postMessage(path);
      return worker.terminate().then(() => done(undefined), fail);
    };
    worker.on("error", fail);
    worker.on("message", ({ path, ...report }) => {
      reports.set(path, report);
      show(path);
      next();
    });
    next();
  });
}

function show(path) {
  const name = path.slice(folder.length + 1);
  if (!process.stderr.isTTY) return process.stderr.write(`${reports.size}/${recipes.length} ${name}\n`);
  const width = 30;
  const full = Math.round((width * reports.size) / recipes.length);
  const bar = "█".repeat(full) + "░".repeat(width - full);
  return process.stderr.write(`\r\u001b[K${bar} ${reports.size}/${recipes.length} ${name.slice(0, 40)}`);
}
