/**
 * `sidewinder render --jobs`: one JSON record for each job, for comparing renderers.
 *
 * A job names a recipe, platforms and variant files; a record lists the resulting packages or the error. Keys are sorted,
 * and the root folder is written `<root>`, so that equal results give equal bytes wherever they were made.
 */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SidewinderError } from "../errors.js";
import type { RenderedVariant } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { canonicalJson, parseKeepingFloats } from "./canonical-json.js";

interface Job {
  id: string;
  recipe: string;
  platform: string;
  build_platform?: string;
  config?: string[];
  experimental?: boolean;
  repodata_revision?: "legacy" | "v3";
}

/** Renders all jobs of a file, in their order. */
export async function renderJobs(jobsFile: string, root: string, out: NodeJS.WritableStream): Promise<void> {
  const folder = resolve(root);
  for (const line of (await readFile(jobsFile, "utf8")).split("\n")) {
    if (line.trim() === "") continue;
    const record = await renderJob(JSON.parse(line) as Job, folder);
    const text = canonicalJson(record).replaceAll(folder, "<root>");
    if (!out.write(`${text}\n`)) await new Promise((drained) => out.once("drain", drained));
  }
}

async function renderJob(job: Job, root: string): Promise<object> {
  const identity = {
    id: job.id,
    platform: job.platform,
    build_platform: job.build_platform ?? job.platform,
    config: job.config ?? [],
    experimental: job.experimental ?? false,
    repodata_revision: job.repodata_revision ?? "legacy",
  };
  const seconds: Record<string, number | null> = { parse: null, config: null, render: null };
  let started = performance.now();
  const lap = (stage: string): void => {
    const now = performance.now();
    seconds[stage] = Math.round((now - started) * 1000) / 1e6;
    started = now;
  };
  try {
    const { repodata_revision: repodataRevision, experimental } = identity;
    const recipe = await Stage0Recipe.fromFile(join(root, job.recipe), { repodataRevision });
    lap("parse");
    const config: RenderConfig = {
      targetPlatform: identity.platform,
      buildPlatform: identity.build_platform,
      experimental,
      repodataRevision,
      // The records say whether the reference renders a recipe, and it is strict here.
      skippedMustEvaluate: true,
    };
    const variants = await VariantConfig.fromFiles(
      identity.config.map((file) => join(root, file)),
      config,
    );
    lap("config");
    const rendered = parseKeepingFloats(
      Stage0Recipe.renderText(recipe, variants, config),
    ) as RenderedVariant[];
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

function variantRecord(variant: RenderedVariant, root: string): object {
  const recipe = JSON.parse(
    JSON.stringify(variant.recipe).replaceAll(root, "<root>"),
  ) as RenderedVariant["recipe"];
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
