/** `sidewinder render`: what a recipe gives. */

import type { RenderedVariant } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { define, type Options } from "./command.js";
import { renderJobs } from "./jobs.js";
import { UsageError } from "./usage.js";

/** Options that say how recipes are rendered. */
export const RENDER_OPTIONS = {
  "variant-config": {
    type: "string",
    short: "m",
    multiple: true,
    value: "FILE",
    about: "variants; later ones win",
  },
  "target-platform": {
    type: "string",
    value: "PLATFORM",
    about: "what the packages are for; this machine's if not given",
  },
  "build-platform": {
    type: "string",
    value: "PLATFORM",
    about: "where they are built; this machine's if not given",
  },
  experimental: { type: "boolean", about: "allow what recipes mark as experimental" },
} as const satisfies Options;

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

export const render = define({
  name: "render",
  operands: "RECIPE...",
  summary: "The packages that recipes give, one line each",
  details: "With --jobs and --root: one JSON record for each line of the jobs file, in its order.",
  json: "the rendered packages, as `Stage0Recipe.render` gives them",
  options: {
    ...RENDER_OPTIONS,
    jobs: { type: "string", value: "FILE", about: "jobs, one JSON object a line" },
    root: { type: "string", value: "DIR", about: "the folder that jobs name their recipes from" },
  },
  examples: ["render recipe.yaml -m variants.yaml", "render recipe.yaml --target-platform osx-arm64 --json"],
  async run({ values, operands }) {
    if (values.jobs !== undefined) {
      if (values.root === undefined) throw new UsageError("`--jobs` needs `--root`", "render");
      await renderJobs(values.jobs, values.root, process.stdout);
      return { data: undefined };
    }
    if (operands.length === 0) throw new UsageError("`render` needs a recipe", "render");
    const rendered: RenderedVariant[] = [];
    for (const path of operands) rendered.push(...(await renderFile(path, values)));
    return { text: table(rendered), data: rendered };
  },
});

function table(variants: RenderedVariant[]): string {
  const lines = variants.map(({ name, version, buildString, subdir, skip, variant }) => {
    const keys = Object.entries(variant).map(([key, value]) => `${key}=${value}`);
    return `${name} ${version} ${buildString} [${subdir}]${skip ? " (skipped)" : ""}  ${keys.join(" ")}`.trimEnd();
  });
  return [...lines, `Rendered ${variants.length} variant(s)`, ""].join("\n");
}
