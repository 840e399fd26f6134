/** `sidewinder render`: what a recipe gives. */

import { parseArgs } from "node:util";
import type { RenderedVariant } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { renderJobs } from "./jobs.js";
import { UsageError } from "./usage.js";

export const renderUsage = `\
  sidewinder render RECIPE... [-m CONFIG]... [--target-platform P] [--build-platform P] [--experimental] [--json]
      the packages that recipes give, one line each, or all of it as JSON
      -m CONFIG   variant file; later ones win
  sidewinder render --jobs FILE --root DIR
      one JSON record for each line of FILE, in its order
`;

/** Options that say how recipes are rendered. */
export const RENDER_OPTIONS = {
  "variant-config": { type: "string", short: "m", multiple: true },
  "target-platform": { type: "string" },
  "build-platform": { type: "string" },
  experimental: { type: "boolean" },
} as const;

/** What {@link RENDER_OPTIONS} parse to. */
export interface RenderValues {
  "variant-config"?: string[] | undefined;
  "target-platform"?: string | undefined;
  "build-platform"?: string | undefined;
  experimental?: boolean | undefined;
}

/** Renders one recipe file as the options say. */
export async function renderFile(path: string, values: RenderValues): Promise<RenderedVariant[]> {
  const config: RenderConfig = { experimental: values.experimental ?? false };
  if (values["target-platform"] !== undefined) config.targetPlatform = values["target-platform"];
  if (values["build-platform"] !== undefined) config.buildPlatform = values["build-platform"];
  const variants = await VariantConfig.fromFiles(values["variant-config"] ?? [], config);
  return (await Stage0Recipe.fromFile(path)).render(variants, config);
}

export async function render(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...RENDER_OPTIONS,
      json: { type: "boolean" },
      jobs: { type: "string" },
      root: { type: "string" },
    },
  });
  if (values.jobs !== undefined) {
    if (values.root === undefined) throw new UsageError("`--jobs` needs `--root`");
    await renderJobs(values.jobs, values.root, process.stdout);
    return 0;
  }
  if (positionals.length === 0) throw new UsageError("`render` needs a recipe");
  const rendered: RenderedVariant[] = [];
  for (const path of positionals) rendered.push(...(await renderFile(path, values)));
  process.stdout.write(values.json === true ? `${JSON.stringify(rendered, null, 2)}\n` : table(rendered));
  return 0;
}

function table(variants: RenderedVariant[]): string {
  const lines = variants.map(({ name, version, buildString, subdir, skip, variant }) => {
    const keys = Object.entries(variant).map(([key, value]) => `${key}=${value}`);
    return `${name} ${version} ${buildString} [${subdir}]${skip ? " (skipped)" : ""}  ${keys.join(" ")}`.trimEnd();
  });
  return [...lines, `Rendered ${variants.length} variant(s)`, ""].join("\n");
}
