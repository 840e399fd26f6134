/** Rendering options of `render`, `check`, `debug setup` and `debug refresh`. */

import type { RenderedVariant } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { type Call, choice, given, type OptionSpecs, pairs, type Values } from "./command.js";
import { warn } from "./diagnostics.js";
import { remark } from "./output.js";
import { recipeFile } from "./recipe-file.js";
import { UsageError } from "./usage-error.js";
import { variantFileNextTo } from "./variant-file.js";

const group = "Rendering";

/** Rendering options. */
export const RENDER_OPTIONS = {
  "variant-config": {
    type: "string",
    short: "m",
    multiple: true,
    value: "FILE",
    group,
    description: "Variant file: variants.yaml or conda_build_config.yaml; later files override earlier ones",
  },
  "ignore-recipe-variants": {
    type: "boolean",
    group,
    description: "Do not use the variant file next to the recipe",
  },
  variant: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    group,
    description: "Select packages whose variant has this value, e.g. python=3.12.*",
  },
  "target-platform": {
    type: "string",
    value: "PLATFORM",
    group,
    description: "Target platform, e.g. linux-64; default: this machine's",
  },
  "build-platform": {
    type: "string",
    value: "PLATFORM",
    group,
    description: "Platform that the build runs on; default: this machine's",
  },
  "host-platform": {
    type: "string",
    value: "PLATFORM",
    group,
    description: "Platform of the host environment; default: the target platform",
  },
  experimental: { type: "boolean", group, description: "Allow experimental features of the recipe format" },
  "repodata-revision": {
    type: "string",
    value: "REVISION",
    group,
    description: "Package metadata features that recipes may use: legacy or v3; default: legacy",
  },
  context: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    group,
    description: "Additional variable of the recipe's context",
  },
  "recipe-env": {
    type: "string",
    multiple: true,
    value: "NAME[=VALUE]",
    group,
    description: "Variable for `env.get` in the recipe; without VALUE its value in this environment",
  },
  "build-number": {
    type: "string",
    value: "N",
    group,
    description: "Build number that overrides the recipe's",
  },
  "build-string-prefix": {
    type: "string",
    value: "TEXT",
    group,
    description: "Prefix for every build string",
  },
} as const satisfies OptionSpecs;

/** Parsed {@link RENDER_OPTIONS}. */
export type RenderValues = Values<typeof RENDER_OPTIONS>;

/** Renders one recipe with the options. Variant files that are used without being named are named on standard error. */
export async function renderFile(
  path: string,
  values: RenderValues,
  call: Pick<Call, "quiet">,
): Promise<RenderedVariant[]> {
  const config = renderConfig(values);
  const file = recipeFile(path);
  const variants = await VariantConfig.fromFiles(variantFiles(file, values, call), config);
  const { repodataRevision = "legacy" } = config;
  const recipe = await Stage0Recipe.fromFile(file, { repodataRevision });
  const rendered = recipe.renderWithWarnings(variants, config);
  const settings = VariantConfig.problems(variants, config.targetPlatform);
  warn(call, [...variants.warnings, ...settings, ...recipe.warnings, ...rendered.warnings]);
  return withValues(rendered.variants, values.variant ?? []);
}

/** The variant files for a recipe, the one next to it first: those of `-m` override it. */
export function variantFiles(
  recipe: string,
  values: Pick<RenderValues, "variant-config" | "ignore-recipe-variants">,
  call: Pick<Call, "quiet">,
): string[] {
  const named = values["variant-config"] ?? [];
  const found = values["ignore-recipe-variants"] === true ? undefined : variantFileNextTo(recipe, named);
  if (found === undefined) return named;
  remark(call, `Using the variant file next to the recipe: ${found}`);
  return [found, ...named];
}

/** The render configuration for the options. */
export function renderConfig(values: Omit<RenderValues, "variant" | "ignore-recipe-variants">): RenderConfig {
  const { context, "recipe-env": env, "build-number": number, "repodata-revision": revision } = values;
  return given({
    experimental: values.experimental,
    targetPlatform: values["target-platform"],
    buildPlatform: values["build-platform"],
    hostPlatform: values["host-platform"],
    repodataRevision:
      revision === undefined ? undefined : choice("repodata-revision", revision, ["legacy", "v3"]),
    extraContext: context && Object.fromEntries(pairs("context", context)),
    env: env && Object.fromEntries(env.flatMap(variable)),
    buildNumberOverride: number === undefined ? undefined : whole("build-number", number),
    buildStringPrefix: values["build-string-prefix"],
  });
}

/** `NAME=VALUE`, or `NAME` with its value in this process; empty if it has none. */
function variable(text: string): [string, string][] {
  if (text.includes("=")) return pairs("recipe-env", [text]);
  const value = process.env[text];
  return value === undefined ? [] : [[text, value]];
}

function whole(option: string, text: string): number {
  if (!/^\d+$/.test(text))
    throw new UsageError(`invalid value \`${text}\` for \`--${option}\`; expected a whole number`);
  return Number(text);
}

/** The packages that have all the values of `--variant`. */
function withValues(rendered: RenderedVariant[], wanted: readonly string[]): RenderedVariant[] {
  return pairs("variant", wanted).reduce((left, [key, value]) => {
    const found = left.filter(({ variant }) => String(variant[key]) === value);
    if (found.length > 0) return found;
    const values = [
      ...new Set(left.map(({ variant }) => variant[key]).filter((entry) => entry !== undefined)),
    ];
    throw new UsageError(
      `no package has the variant ${key}=${value}`,
      values.length === 0
        ? `the recipe does not use \`${key}\``
        : `available: ${values.map((entry) => `${key}=${entry}`).join(", ")}`,
    );
  }, rendered);
}
