// usage: node benches/wasm_recipes.mjs ROOT JOBS REPEAT
//
// Times parsing and rendering over the jobs of a corpus in WebAssembly; prints one line of JSON with CPU seconds, of all
// threads of the process. Results arrive as JavaScript objects. Variant files are loaded once and shared by all recipes.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SidewinderError, Stage0Recipe, VariantConfig } from "../ts-sdk/dist/recipe/index.js";

const [root, jobsFile, repeat] = process.argv.slice(2);
const jobs = readFileSync(jobsFile, "utf8")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => JSON.parse(line));

let best;
for (let round = 0; round < Number(repeat); round += 1) {
  const times = pass();
  if (best === undefined || times.parse + times.render < best.parse + best.render) best = times;
}
console.log(JSON.stringify(best));

function pass() {
  const times = { config: 0, parse: 0, render: 0, variants: 0, failed: 0 };
  const configs = new Map();
  const timed = (stage, work) => {
    const before = process.cpuUsage();
    try {
      return work();
    } catch (error) {
      if (!SidewinderError.is(error)) throw error;
      times.failed += 1;
      return undefined;
    } finally {
      const { user, system } = process.cpuUsage(before);
      times[stage] += (user + system) / 1e6;
    }
  };
  for (const job of jobs) {
    const config = {
      targetPlatform: job.platform,
      hostPlatform: job.platform,
      buildPlatform: job.build_platform ?? job.platform,
      experimental: job.experimental ?? false,
      repodataRevision: job.repodata_revision ?? "legacy",
    };
    const key = JSON.stringify([config, job.config]);
    if (!configs.has(key))
      configs.set(
        key,
        timed("config", () => variants(job.config ?? [], config)),
      );
    const recipe = timed("parse", () =>
      Stage0Recipe.fromYaml(readFileSync(join(root, job.recipe), "utf8"), {
        path: job.recipe,
        repodataRevision: config.repodataRevision,
      }),
    );
    if (recipe === undefined) continue;
    const rendered = timed("render", () => recipe.render(configs.get(key), config));
    times.variants += rendered?.length ?? 0;
  }
  return times;
}

function variants(files, config) {
  return files.reduce((merged, path) => {
    const format = path.endsWith("conda_build_config.yaml") ? "conda_build_config" : "variants";
    const text = readFileSync(join(root, path), "utf8");
    return merged.merge(VariantConfig.fromYaml(text, { format, config, path }));
  }, new VariantConfig());
}
