/**
 * The same recipes built by sidewinder and by the reference: file set, contents, modes and all metadata of the packages have
 * to be equal, and their tests have to pass and fail alike, except for the differences that
 * `package-reference/differences.ts` lists with a reason.
 *
 * `SIDEWINDER_REFERENCE` names a Python that has `py-rattler-build` 0.73.0 and `zstandard`, `SIDEWINDER_FULL_CHANNEL` a
 * channel with a C compiler and Python (see `real-builds.test.ts`), and `SIDEWINDER_COMPARE_PACKAGE` a script that compares
 * two packages and prints the differences by class as JSON. Without any of them the comparison is skipped.
 */

import { spawnSync } from "node:child_process";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  type BuiltPackage,
  buildRecipe,
  DebugSession,
  Stage0Recipe,
  testPackage,
  VariantConfig,
} from "../ts-sdk/src/index.js";
import { CASES, type Case, OUTCOMES } from "./package-reference/cases.js";
import { DIFFERENCES, OUTCOME_DIFFERENCES } from "./package-reference/differences.js";
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

describe.skipIf(!isComplete)("equal to the reference's", { timeout: 600_000 }, () => {
  test.each(Object.entries(CASES))("packages of %s", async (name, given) => {
    const recipe = join(root, "tests/package-reference/recipes", name, "recipe.yaml");
    const plan: Plan = { ...given, recipe, channels: [channel as string] };
    if (given.needsRepository === true) {
      plan.variants = { ...given.variants, repository: [await gitRepository()] };
    }
    const theirs = reference(plan, await scratch());
    const ours = await ownPackages(plan, await scratch());
    const names = (paths: string[]): string[] => paths.map((path) => basename(path)).toSorted();
    expect(names(ours.map(({ path }) => path))).toEqual(names(theirs.map(({ path }) => path)));
    for (const { path, name: packageName } of ours) {
      const other = theirs.find(
        (candidate) => basename(candidate.path) === basename(path),
      ) as ReferencePackage;
      expect(unexpected(name, differences(other.path, path))).toEqual([]);
      expect(await outcomes(path, plan.channels), packageName).toEqual(expectedOutcomes(packageName, other));
    }
  });

  test("outcomes of tests of all kinds", async () => {
    const recipes = join(root, "tests/package-reference/outcomes");
    const interpreters = await scratch();
    const made = await buildRecipe(join(recipes, "interpreters"), {
      channels: [channel as string],
      outputDir: interpreters,
    });
    expect(made.success).toBe(true);
    for (const name of OUTCOMES) {
      const channels = [interpreters, channel as string];
      const plan: Plan = { recipe: join(recipes, name, "recipe.yaml"), channels };
      const theirs = reference(plan, await scratch());
      const ours = await ownPackages(plan, await scratch());
      for (const { path, name: packageName } of ours) {
        const other = theirs.find((candidate) => basename(candidate.path) === basename(path));
        expect(await outcomes(path, channels), packageName).toEqual(expectedOutcomes(packageName, other));
      }
    }
  });
});

describe.skipIf(!isComplete)("another conda client", { timeout: 600_000 }, () => {
  test("installs packages built here, and they run", async () => {
    const outputDir = await scratch();
    const variants = CASES["arch-python"]?.variants ?? {};
    for (const name of ["arch-python", "noarch-python", "binary-prefix"]) {
      const recipe = join(root, "tests/package-reference/recipes", name, "recipe.yaml");
      await ownPackages({ recipe, variants, channels: [channel as string] }, outputDir);
    }
    const prefix = join(await scratch(), "prefix");
    const input = {
      channels: [outputDir, channel],
      specs: ["arch-python", "noarch-python", "binary-prefix"],
      prefix,
    };
    const installed = spawnSync(python as string, [join(root, "tests/package-reference/install.py")], {
      encoding: "utf8",
      input: JSON.stringify(input),
    });
    expect(installed.stderr).not.toContain("Error");
    expect(JSON.parse(installed.stdout)).toEqual(expect.arrayContaining(input.specs));
    const output = (program: string, ...args: string[]): string =>
      spawnSync(join(prefix, "bin", program), args, { encoding: "utf8", env: {} }).stdout;
    expect(output("arch-tool")).toBe("hi\n");
    expect(output("python", "-c", "import arch_tool, noarch_tool; print(arch_tool.__cached__)")).toContain(
      "arch_tool/__pycache__/__init__.cpython-311.pyc",
    );
    expect(output("noarch-tool")).not.toBe("");
    expect(output("show-prefix")).toBe(`${prefix}/share/a\n${prefix}\n`);
  });
});

interface Plan extends Case {
  recipe: string;
  channels: string[];
}

/** A package that the reference built, and whether each test that it stores passes. */
interface ReferencePackage {
  path: string;
  tests: boolean[];
}

function reference(
  { variants = {}, platform, format = "conda", ...plan }: Plan,
  output: string,
): ReferencePackage[] {
  const input = { ...plan, variants, platform: platform ?? null, output, format };
  const run = spawnSync(python as string, [join(root, "tests/package-reference/build.py")], {
    encoding: "utf8",
    maxBuffer: 2 ** 28,
    input: `${JSON.stringify(input)}\n`,
  });
  if (run.status !== 0) throw new Error(`the reference failed: ${run.stderr}`);
  const results = JSON.parse(run.stdout) as {
    packages?: ReferencePackage[];
    error?: string;
    log?: string[];
  }[];
  return results.flatMap(({ packages, error, log }) => {
    if (packages === undefined) throw new Error(`the reference failed: ${error}\n${log?.join("\n")}`);
    return packages;
  });
}

async function ownPackages(
  { recipe, channels, variants = {}, platform, format = "conda" }: Plan,
  outputDir: string,
): Promise<BuiltPackage[]> {
  const config = { experimental: true, ...(platform && { targetPlatform: platform }) };
  const packages: BuiltPackage[] = [];
  for (const variant of (await Stage0Recipe.fromFile(recipe)).render(new VariantConfig(variants), config)) {
    const session = await DebugSession.create(variant, { channels, outputDir });
    const result = await session.runScript();
    if (!result.success) throw new Error(result.stderr);
    packages.push(await session.package({ format }));
    await session.close();
  }
  return packages;
}

/** Whether each test that a package stores passes. */
async function outcomes(path: string, channels: string[]): Promise<boolean[]> {
  if (!/-(linux-64|noarch)$/.test(join(path, "..").replaceAll("/", "-"))) return [];
  const results = await testPackage(path, { channels });
  return results.filter(({ test }) => test.kind !== "package-contents").map(({ success }) => success);
}

/** The outcomes of the reference, except for those that differ on purpose. */
function expectedOutcomes(name: string, other: ReferencePackage | undefined): boolean[] | undefined {
  const own = (index: number): boolean | undefined =>
    OUTCOME_DIFFERENCES.find((entry) => entry.package === name && entry.index === index)?.success;
  return other?.tests.map((success, index) => own(index) ?? success);
}

/** A git repository with a tag, a symlink and a program. */
async function gitRepository(): Promise<string> {
  const folder = await scratch();
  await mkdir(join(folder, "sub"));
  await writeFile(join(folder, "a.txt"), "a\n");
  await writeFile(join(folder, "run.sh"), "#!/bin/sh\n", { mode: 0o755 });
  await symlink("../a.txt", join(folder, "sub/link"));
  const git = (...args: string[]): void => {
    const run = spawnSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
      cwd: folder,
    });
    if (run.status !== 0) throw new Error(`git failed: ${run.stderr}`);
  };
  git("init", "-q");
  git("add", "-A");
  git("commit", "-qm", "One");
  git("tag", "v1");
  return folder;
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
