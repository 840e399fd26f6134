/**
 * Renders a job file and writes one JSON record for each job, for comparing renderers.
 *
 * ```sh
 * node benches/render-jobs.mjs --jobs jobs/pinned.jsonl --root CORPUS > pinned.jsonl
 * ```
 *
 * A job names a recipe, platforms and variant files; a record lists the resulting packages or the error. Keys are sorted,
 * and the root folder is written `<root>`, so that equal results give equal bytes wherever they were made.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SidewinderError } from "../ts-sdk/dist/errors.js";
import { Stage0Recipe } from "../ts-sdk/dist/recipe/stage0.js";
import { VariantConfig } from "../ts-sdk/dist/recipe/variant-config.js";
import { canonicalJson, parseKeepingFloats } from "./canonical-json.mjs";

/** Renders all jobs of a file, in their order. */
export async function renderJobs(jobsFile, root, out) {
  const folder = resolve(root);
  for (const line of (await readFile(jobsFile, "utf8")).split("\n")) {
    if (line.trim() === "") continue;
    const record = await renderJob(JSON.parse(line), folder);
    const text = canonicalJson(record).replaceAll(folder, "<root>");
    if (!out.write(`${text}\n`)) await new Promise((drained) => out.once("drain", drained));
  }
}

async function renderJob(job, root) {
  const identity = {
    id: job.id,
    platform: job.platform,
    build_platform: job.build_platform ?? job.platform,
    config: job.config ?? [],
    experimental: job.experimental ?? false,
    repodata_revision: job.repodata_revision ?? "legacy",
  };
  const seconds = { parse: null, config: null, render: null };
  let started = performance.now();
  const lap = (stage) => {
    const now = performance.now();
    seconds[stage] = Math.round((now - started) * 1000) / 1e6;
    started = now;
  };
  try {
    const { repodata_revision: repodataRevision, experimental } = identity;
    const recipe = await Stage0Recipe.fromFile(join(root, job.recipe), { repodataRevision });
    lap("parse");
    const config = {
      targetPlatform: identity.platform,
      buildPlatform: identity.build_platform,
      experimental,
      repodataRevision,
    };
    const variants = await VariantConfig.fromFiles(
      identity.config.map((file) => join(root, file)),
      config,
    );
    lap("config");
    const rendered = parseKeepingFloats(Stage0Recipe.renderText(recipe, variants, config));
    lap("render");
    return {
      ...identity,
      ok: true,
      variants: rendered.map((variant) => variantRecord(variant, root)),
      seconds,
    };
  } catch (error) {
    const kind = SidewinderError.is(error) ? error.name : "InternalError";
    const message = error instanceof Error ? error.message : String(error);
    return { ...identity, ok: false, error: { kind, message }, seconds };
  }
}

function variantRecord(variant, root) {
  const recipe = JSON.parse(JSON.stringify(variant.recipe).replaceAll(root, "<root>"));
  const pins = Object.entries(variant.pinSubpackages).map(([name, pin]) => [
    name,
    { name: pin.name, version: pin.version, build_string: pin.buildString, exact: pin.exact },
  ]);
  return {
    name: variant.name,
    version: variant.version,
    build_string: variant.buildString,
    build_number: recipe.build?.number ?? null,
    hash: variant.hash,
    hash_prefix: variant.hashPrefix,
    noarch: variant.noarch,
    subdir: variant.subdir,
    skip: variant.skip,
    variant: variant.variant,
    pin_subpackages: Object.fromEntries(pins),
    recipe,
    recipe_sha256: createHash("sha256").update(canonicalJson(recipe)).digest("hex"),
  };
}

if (process.argv[1] === import.meta.filename) {
  const { values } = parseArgs({ options: { jobs: { type: "string" }, root: { type: "string" } } });
  if (values.jobs === undefined || values.root === undefined) {
    console.error("usage: node benches/render-jobs.mjs --jobs FILE --root DIR");
    process.exitCode = 2;
  } else {
    await renderJobs(values.jobs, values.root, process.stdout);
  }
}
