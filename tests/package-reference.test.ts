/**
 * The same recipes built by sidewinder and by the reference: file set, contents, modes and all metadata of the packages have
 * to be equal, except for the differences that `package-reference/differences.ts` lists with a reason.
 *
 * `SIDEWINDER_REFERENCE` names a Python that has `py-rattler-build` 0.73.0 and `zstandard`, `SIDEWINDER_FULL_CHANNEL` a
 * channel with a C compiler and Python (see `real-builds.test.ts`), and `SIDEWINDER_COMPARE_PACKAGE` a script that compares
 * two packages and prints the differences by class as JSON. Without any of them the comparison is skipped.
 */

import { spawnSync } from "node:child_process";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import { type BuiltPackage, DebugSession, Stage0Recipe, VariantConfig } from "../ts-sdk/src/index.js";
import { CASES, type Case } from "./package-reference/cases.js";
import { DIFFERENCES } from "./package-reference/differences.js";
import { root, scratch } from "./support/workbench.js";

const python = process.env["SIDEWINDER_REFERENCE"];
const channel = process.env["SIDEWINDER_FULL_CHANNEL"];
const compare = process.env["SIDEWINDER_COMPARE_PACKAGE"];
const isComplete = python !== undefined && channel !== undefined && compare !== undefined;
if (!isComplete) {
  process.stderr.write(
    "Skipping the comparison of packages with the reference: it needs SIDEWINDER_REFERENCE, SIDEWINDER_FULL_CHANNEL and " +
      "SIDEWINDER_COMPARE_PACKAGE\n",
  );
}

describe.skipIf(!isComplete)("packages equal to the reference's", { timeout: 600_000 }, () => {
  test.each(Object.entries(CASES))("%s", async (name, given) => {
    const recipe = join(root, "tests/package-reference/recipes", name, "recipe.yaml");
    const theirs = referencePackages(recipe, given, await scratch());
    const ours = await ownPackages(recipe, given, await scratch());
    expect(ours.map(({ path }) => basename(path)).toSorted()).toEqual(
      theirs.map((path) => basename(path)).toSorted(),
    );
    for (const { path } of ours) {
      const reference = theirs.find((other) => basename(other) === basename(path)) as string;
      expect(unexpected(name, differences(reference, path))).toEqual([]);
    }
  });
});

function referencePackages(
  recipe: string,
  { variants = {}, platform, format = "conda" }: Case,
  output: string,
): string[] {
  const plan = { recipe, variants, platform: platform ?? null, channels: [channel], output, format };
  const script = join(root, "tests/package-reference/build.py");
  const run = spawnSync(python as string, [script], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    input: `${JSON.stringify(plan)}\n`,
  });
  if (run.status !== 0) throw new Error(`the reference failed: ${run.stderr}`);
  const results = JSON.parse(run.stdout) as { packages?: string[]; error?: string; log?: string[] }[];
  return results.flatMap(({ packages, error, log }) => {
    if (packages === undefined) throw new Error(`the reference failed: ${error}\n${log?.join("\n")}`);
    return packages;
  });
}

async function ownPackages(
  recipe: string,
  { variants = {}, platform, format = "conda" }: Case,
  outputDir: string,
): Promise<BuiltPackage[]> {
  const config = { experimental: true, ...(platform && { targetPlatform: platform }) };
  const packages: BuiltPackage[] = [];
  for (const variant of (await Stage0Recipe.fromFile(recipe)).render(new VariantConfig(variants), config)) {
    const session = await DebugSession.create(variant, { channels: [channel as string], outputDir });
    const result = await session.runScript();
    if (!result.success) throw new Error(result.stderr);
    packages.push(await session.package({ format }));
    await session.close();
  }
  return packages;
}

function differences(reference: string, own: string): [string, string][] {
  const run = spawnSync(python as string, [compare as string, reference, own, "--json"], {
    encoding: "utf8",
  });
  if (run.status === 2) throw new Error(run.stderr);
  const classes = JSON.parse(run.stdout) as Record<string, string[]>;
  return Object.entries(classes).flatMap(([name, lines]) =>
    lines.map((line): [string, string] => [name, line]),
  );
}

/** The differences that no entry expects. */
function unexpected(recipe: string, found: [string, string][]): string[] {
  const isExpected = ([name, line]: [string, string]) =>
    DIFFERENCES.some(
      (entry) =>
        (entry.recipe === undefined || entry.recipe === recipe) &&
        entry.class === name &&
        entry.line.test(line),
    );
  return found.filter((difference) => !isExpected(difference)).map(([name, line]) => `${name}: ${line}`);
}
