/** `sidewinder bump`: updates a recipe to a new version, or reports what is newer. */

import { writeFileSync } from "node:fs";
import { SidewinderError } from "../errors.js";
import type { UpstreamKind } from "../generated/types.js";
import { type AnnouncedVersion, HttpVersionSource, newVersions } from "../recipe/new-versions.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { type Call, command, given, type OptionSpecs, onlyOperand, pairs } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print, remark } from "./output.js";
import { recipeFile } from "./recipe-file.js";
import { UsageError } from "./usage-error.js";
import { variantFileNextTo } from "./variant-file.js";

const KINDS = ["pypi", "github-tags", "github-releases", "npm", "crates", "cran"] as const;

const OPTIONS = {
  version: {
    type: "string",
    value: "VERSION",
    description: "The new version; default: the newest one that the recipe's first known source announces",
  },
  check: { type: "boolean", description: "Report newer versions of all sources without changing the recipe" },
  prerelease: { type: "boolean", description: "Count alpha, beta and other pre-releases" },
  "dry-run": { type: "boolean", description: "Print the new recipe instead of writing it" },
  "build-number": {
    type: "string",
    value: "N",
    description: "The new build number; default: 0 for another version",
  },
  registry: {
    type: "string",
    multiple: true,
    value: "KIND=URL",
    description: `Where versions of a kind are announced; default: the host of the source. Kinds: ${KINDS.join(", ")}`,
  },
  "variant-config": {
    type: "string",
    short: "m",
    multiple: true,
    value: "FILE",
    description: "Variant file with variables that the version or the URLs use",
  },
} as const satisfies OptionSpecs;

export default command({
  name: "bump",
  usage: ["RECIPE [options]", "RECIPE --check [options]"],
  about:
    "Updates a recipe to a new version: finds the variable that makes the version, downloads the new sources for their " +
    "checksums, and resets the build number. Comments, order and quoting stay.\n\n" +
    "Newer versions are looked for where the sources come from, recognized by the form of their URLs: package indexes for Python, npm, " +
    "Rust and R, and tags and releases at GitHub (with the token of GITHUB_TOKEN, if set). They are compared by conda's order.",
  options: OPTIONS,
  examples: [
    { description: "to the newest version", line: "sidewinder bump recipe.yaml" },
    { description: "to a certain version", line: "sidewinder bump recipe.yaml --version 2.1.0" },
    { description: "what is newer, for programs", line: "sidewinder bump recipe.yaml --check --json" },
    { description: "what would change", line: "sidewinder bump recipe.yaml --dry-run | diff recipe.yaml -" },
  ],
  async run(call) {
    const file = recipeFile(onlyOperand(call, "a recipe"));
    const { values } = call;
    if (values.check === true && values.version !== undefined) {
      throw new UsageError("`--check` cannot be combined with `--version`");
    }
    const recipe = await Stage0Recipe.fromFile(file);
    const named = values["variant-config"] ?? [];
    const implicit = variantFileNextTo(file, named);
    const variants = await VariantConfig.fromFiles(implicit === undefined ? named : [implicit, ...named]);
    if (values.check === true) return check(recipe, variants, call);
    const version = values.version ?? (await newest(recipe, variants, call));
    if (version === undefined) {
      print(call, { file, changed: false }, () => `${file}: already the newest version\n`);
      return EXIT.done;
    }
    const update = await recipe.update({ version, variants, ...given({ buildNumber: buildNumber(values) }) });
    const { text, oldVersion, newVersion, sources, warnings } = update;
    for (const warning of warnings) remark(call, `warning: ${warning}`);
    const changed = text !== recipe.text;
    if (values["dry-run"] === true) {
      print(call, { file, changed, oldVersion, newVersion, sources, warnings, text }, () => text);
      return EXIT.done;
    }
    if (changed) write(file, text);
    print(call, { file, changed, oldVersion, newVersion, sources, warnings }, () =>
      changed ? `${file}: ${oldVersion} → ${newVersion}\n` : `${file}: nothing to change\n`,
    );
    return EXIT.done;
  },
});

type BumpCall = Call<typeof OPTIONS>;

async function announced(
  recipe: Stage0Recipe,
  variants: VariantConfig,
  { values }: BumpCall,
): Promise<AnnouncedVersion[]> {
  const baseUrls = pairs("registry", values.registry ?? []).map(([kind, url]) => {
    if (!KINDS.includes(kind as UpstreamKind)) {
      throw new UsageError(
        `unknown kind \`${kind}\` for \`--registry\`; expected one of ${KINDS.join(", ")}`,
      );
    }
    return [kind, url.replace(/\/+$/, "")];
  });
  const source = new HttpVersionSource(
    given({ baseUrls: Object.fromEntries(baseUrls), githubToken: process.env.GITHUB_TOKEN || undefined }),
  );
  return newVersions(recipe, { source, variants, prereleases: values.prerelease === true });
}

async function check(recipe: Stage0Recipe, variants: VariantConfig, call: BumpCall): Promise<number> {
  const places = await announced(recipe, variants, call);
  const plain = places.map(({ error, ...place }) => ({
    ...place,
    ...(error === undefined ? {} : { error: error.message }),
  }));
  print(call, { places: plain }, () =>
    plain.length === 0
      ? "no source announces its versions in a known way\n"
      : plain.map((place) => `${line(place)}\n`).join(""),
  );
  return plain.some(({ error }) => error !== undefined) ? EXIT.failed : EXIT.done;
}

function line(place: Omit<AnnouncedVersion, "error"> & { error?: string }): string {
  const { kind, name, current, newest, isNewer, error } = place;
  const where = `${name} (${kind})`;
  if (error !== undefined) return `${where}: ${error}`;
  if (newest === undefined) return `${where}: no versions found`;
  return isNewer ? `${where}: ${current} → ${newest}` : `${where}: ${current} is the newest version`;
}

/** The newest version of the first source that announces some; undefined if the recipe has it. */
async function newest(
  recipe: Stage0Recipe,
  variants: VariantConfig,
  call: BumpCall,
): Promise<string | undefined> {
  const places = await announced(recipe, variants, call);
  const [first] = places;
  if (first === undefined) {
    throw new SidewinderError("SOURCE_FAILED", "no source announces its versions in a known way", {
      hint: "pass the new version with --version",
    });
  }
  const found = places.find((place) => place.newest !== undefined);
  if (found === undefined) {
    throw first.error ?? new SidewinderError("SOURCE_FAILED", `no versions of \`${first.name}\` found`);
  }
  return found.isNewer ? found.newest : undefined;
}

function buildNumber(values: BumpCall["values"]): number | undefined {
  const number = values["build-number"];
  if (number === undefined) return undefined;
  if (!/^\d+$/.test(number)) {
    throw new UsageError(`invalid value \`${number}\` for \`--build-number\`; expected a whole number`);
  }
  return Number(number);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (cause) {
    throw new SidewinderError("IO_FAILED", `failed to write \`${file}\``, { cause });
  }
}
