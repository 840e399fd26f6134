/** Options that say how recipes are rendered, for `render`, `debug setup` and `debug refresh`. */

import type { RenderedVariant } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { choice, given, type OptionSpecs, pairs, type Values } from "./command.js";
import { recipeFile } from "./recipe-file.js";
import { UsageError } from "./usage-error.js";

const group = "Rendering";

/** Options that say how recipes are rendered. */
export const RENDER_OPTIONS = {
  "variant-config": {
    type: "string",
    short: "m",
    multiple: true,
    value: "FILE",
    group,
    says: "Variant file: variants.yaml or conda_build_config.yaml; later ones win",
  },
  variant: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    group,
    says: "Only packages whose variant has this value, e.g. python=3.12.*",
  },
  "target-platform": {
    type: "string",
    value: "PLATFORM",
    group,
    says: "For which platform, e.g. linux-64; default: this machine's",
  },
  "build-platform": {
    type: "string",
    value: "PLATFORM",
    group,
    says: "On which platform it is built; default: this machine's",
  },
  "host-platform": {
    type: "string",
    value: "PLATFORM",
    group,
    says: "Platform of the host environment; default: the target platform",
  },
  experimental: { type: "boolean", group, says: "Allow what the recipe format calls experimental" },
  "repodata-revision": {
    type: "string",
    value: "REVISION",
    group,
    says: "legacy or v3: which features of package metadata recipes may use; default: legacy",
  },
  context: {
    type: "string",
    multiple: true,
    value: "KEY=VALUE",
    group,
    says: "A further variable of the recipe's context",
  },
  "recipe-env": {
    type: "string",
    multiple: true,
    value: "NAME[=VALUE]",
    group,
    says: "A variable that `env.get` sees in the recipe; without VALUE as it is here",
  },
  "build-number": { type: "string", value: "N", group, says: "Build number in place of the recipe's" },
  "build-string-prefix": { type: "string", value: "TEXT", group, says: "Text before every build string" },
} as const satisfies OptionSpecs;

/** What {@link RENDER_OPTIONS} parse to. */
export type RenderValues = Values<typeof RENDER_OPTIONS>;

/** Renders one recipe as the options say. */
export async function renderFile(path: string, values: RenderValues): Promise<RenderedVariant[]> {
  const config = renderConfig(values);
  const variants = await VariantConfig.fromFiles(values["variant-config"] ?? [], config);
  const { repodataRevision = "legacy" } = config;
  const recipe = await Stage0Recipe.fromFile(recipeFile(path), { repodataRevision });
  return withValues(recipe.render(variants, config), values.variant ?? []);
}

/** How recipes are rendered, as the options say. */
export function renderConfig(values: Omit<RenderValues, "variant">): RenderConfig {
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

/** `NAME=VALUE`, or `NAME` with the value that it has here; nothing where it has none. */
function variable(text: string): [string, string][] {
  if (text.includes("=")) return pairs("recipe-env", [text]);
  const value = process.env[text];
  return value === undefined ? [] : [[text, value]];
}

function whole(option: string, text: string): number {
  if (!/^\d+$/.test(text)) throw new UsageError(`\`--${option}\` takes a whole number, not \`${text}\``);
  return Number(text);
}

/** Those that have all the values that `--variant` names. */
function withValues(rendered: RenderedVariant[], wanted: readonly string[]): RenderedVariant[] {
  return pairs("variant", wanted).reduce((left, [key, value]) => {
    const found = left.filter(({ variant }) => String(variant[key]) === value);
    if (found.length > 0) return found;
    const there = [...new Set(left.map(({ variant }) => variant[key]).filter((one) => one !== undefined))];
    throw new UsageError(
      `no package has the variant ${key}=${value}`,
      there.length === 0
        ? `the recipe does not use \`${key}\``
        : `there is ${there.map((one) => `${key}=${one}`).join(", ")}`,
    );
  }, rendered);
}
