/** Building all outputs of a recipe. */

import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import {
  type Checks,
  checkArgument,
  filledName,
  flag,
  invalidOption,
  oneOf,
  takeOptions,
} from "../checks.js";
import type { RenderedVariant } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import type { DebugSessionOptions, RunOptions } from "../session/options.js";
import type { PackageOptions } from "../session/package-options.js";
import {
  buildOutput,
  type OutputOptions,
  type OutputReport,
  retryOutput,
  testOutput,
} from "./build-output.js";
import { lockOf, type OutputLock } from "./locks.js";
import { BuildReport } from "./report.js";
import { isNeededBy } from "./siblings.js";

/**
 * How a recipe is built.
 *
 * @example
 * const report = await buildRecipe("recipe.yaml", { channels: ["conda-forge"], outputDir: "output", keepGoing: true });
 * console.log(report.outputs.map(({ variant, phase }) => `${variant.name}: ${phase}`));
 */
export interface BuildOptions extends DebugSessionOptions {
  /** Channel folder for the packages; build folders are in it, too. Default: `output`. */
  outputDir?: string;
  /** Values of the variant keys. */
  variants?: VariantConfig;
  /** How the recipe is rendered. */
  config?: RenderConfig;
  /**
   * `native`: packages are tested unless they are for another platform than this machine's. `skip`: only tests of the
   * packages' contents run. Default: `native`.
   */
  test?: "native" | "skip";
  /** Go on with outputs that do not need the one that failed. Default: stop. */
  keepGoing?: boolean;
  /**
   * The exact packages to install for each output, as an earlier report has them in `outputs`. Outputs without a lock are
   * solved. Packages of the recipe itself are those that are built now.
   */
  locks?: readonly OutputLock[];
  /** How scripts and tests run: timeout, variables, callbacks for output. */
  run?: Omit<RunOptions, "signal">;
  /** How packages are built. */
  package?: Omit<PackageOptions, "signal" | "onProgress" | "outputDir">;
}

const BUILD: Checks = { test: oneOf("native", "skip"), keepGoing: flag, outputDir: filledName };

/**
 * Renders a recipe, then sets up, runs, packages and tests every output in build order. Outputs find the packages of
 * those that were built before.
 *
 * What fails is in the report: the session of the output stays open at the phase that failed. A package whose tests fail is
 * moved to the folder `broken` of the output folder, so that nothing installs it.
 *
 * @param recipe Path of the recipe or of its folder, or a recipe that was parsed.
 * @throws RecipeParseError, RecipeRenderError, VariantError; an aborted call rejects with the signal's reason.
 *
 * @example
 * const report = await buildRecipe("recipe.yaml", { channels: ["conda-forge"] });
 * if (!report.success) {
 *   const failed = report.outputs.find(({ session }) => session !== undefined);
 *   console.log(failed?.phase, failed?.result?.diagnosis);
 * }
 * await report.close();
 */
export async function buildRecipe(
  recipe: string | Stage0Recipe,
  options: BuildOptions = {},
): Promise<BuildReport> {
  const parsed = typeof recipe === "string" ? await parse(recipe) : recipe;
  const { variants = new VariantConfig(), config = {}, ...rest } = options;
  return await buildVariants(parsed.render(variants, config), rest, { path: parsed.path, text: parsed.text });
}

/** @internal Builds variants of one rendering, in order. */
export async function buildVariants(
  variants: RenderedVariant[],
  options: Omit<BuildOptions, "variants" | "config">,
  recipe?: { path: string | undefined; text: string },
): Promise<BuildReport> {
  const {
    test = "native",
    keepGoing = false,
    locks = [],
    run = {},
    package: packaging = {},
    ...session
  } = options;
  takeOptions({ test, keepGoing, outputDir: session.outputDir }, BUILD);
  const outputDir = resolve(session.outputDir ?? "output");
  const { signal, onProgress } = session;
  const outputs: OutputReport[] = [];
  const waiting: { report: OutputReport; options: OutputOptions }[] = [];
  /** Names whose build folder belongs to a session that is still open. */
  const busy = new Set<string>();
  const total = variants.length;
  const retries = new Map<OutputReport, OutputOptions>();
  if (session.lock !== undefined && variants.filter(({ skip }) => !skip).length > 1) {
    throw invalidOption("lock", "the recipe has several outputs, and a lock is for one", {
      hint: "pass `locks`, with the outputs of an earlier report",
    });
  }
  try {
    for (const [index, variant] of variants.entries()) {
      signal?.throwIfAborted();
      const reason = whyNot(variant, outputs, keepGoing);
      if (reason !== undefined) {
        outputs.push({ variant, phase: "skipped", reason, tests: [] });
        continue;
      }
      const { name, version, buildString } = variant;
      const message = `Building ${name} ${version} ${buildString} (${index + 1} of ${total})`;
      onProgress?.({ kind: "log", level: "info", message });
      const lock = lockOf(variant, locks, outputs);
      const settings: OutputOptions = {
        session: {
          ...session,
          ...(lock && { lock }),
          outputDir,
          ...(busy.has(name.toLowerCase()) ? { noBuildId: false } : {}),
        },
        run: signal === undefined ? run : { ...run, signal },
        package: packaging,
      };
      const report = await buildOutput(variant, settings);
      outputs.push(report);
      retries.set(report, settings);
      if (report.phase === "test") {
        const skipped = whyUntested(variant, test);
        const needsLater = variants
          .slice(index + 1)
          .some((later) => !later.skip && mentions(variant, later.name));
        if (skipped !== undefined) {
          report.phase = "done";
          report.testsSkipped = skipped;
        } else if (needsLater) waiting.push({ report, options: settings });
        else await testOutput(report, settings);
      }
      await closeUnlessFailed(
        report,
        waiting.some((entry) => entry.report === report),
      );
      if (report.session !== undefined) busy.add(name.toLowerCase());
    }
    for (const { report, options: settings } of waiting) {
      await testOutput(report, settings);
      await closeUnlessFailed(report, false);
    }
  } catch (error) {
    for (const { session: open } of outputs) await open?.close();
    throw error;
  }
  return new BuildReport(outputs, recipe, async (report) => {
    const settings = retries.get(report);
    if (settings === undefined) return;
    const skipped = whyUntested(report.variant, test);
    await retryOutput(report, settings, skipped === undefined);
    if (skipped !== undefined && report.phase === "done") report.testsSkipped = skipped;
  });
}

/** Why an output is not built; undefined if it is. */
function whyNot(
  variant: RenderedVariant,
  outputs: readonly OutputReport[],
  keepGoing: boolean,
): string | undefined {
  if (variant.skip) return "the recipe skips it";
  const failed = outputs.filter((report) => hasFailed(report));
  const [first] = failed;
  if (first === undefined) return undefined;
  if (!keepGoing) return `\`${first.variant.name}\` failed before`;
  const needed = failed.find((report) => isNeededBy(report.variant, variant));
  return needed && `it needs \`${needed.variant.name}\`, which failed`;
}

function hasFailed({ phase, reason, tests, error }: OutputReport): boolean {
  if (phase === "done") return false;
  // A package that waits for its tests has not failed.
  if (phase === "test") return error !== undefined || tests.some(({ success }) => !success);
  return phase !== "skipped" || reason?.includes("failed") === true;
}

/** Why the tests of a package do not run; undefined if they do. */
function whyUntested(variant: RenderedVariant, test: "native" | "skip"): string | undefined {
  if (test === "skip") return "tests are switched off";
  const { subdir, buildPlatform, targetPlatform } = variant;
  if (subdir === "noarch" || targetPlatform === buildPlatform) return undefined;
  return `the package is for ${targetPlatform}, and the build runs on ${buildPlatform}`;
}

/** Whether the tests of a package install another output: it must be built before they run. */
function mentions({ recipe: { requirements, tests = [] } }: RenderedVariant, name: string): boolean {
  const wanted = name.toLowerCase();
  const isNamed = (dependency: unknown): boolean => nameOf(dependency).toLowerCase() === wanted;
  if ((requirements.run ?? []).some(isNamed)) return true;
  return tests.some((test) => {
    if ("downstream" in test) return isNamed(test.downstream);
    if (!("script" in test)) return false;
    const { run = [], build = [] } = test.requirements ?? {};
    return [...run, ...build].some(isNamed);
  });
}

/** The name in a match spec or a pin. */
function nameOf(dependency: unknown): string {
  if (typeof dependency === "string") return /^[^\s=<>!~[]*/.exec(dependency.trim())?.[0] ?? "";
  const [pin] = Object.values((dependency ?? {}) as Record<string, { name?: string }>);
  return pin?.name ?? "";
}

async function closeUnlessFailed(report: OutputReport, isWaiting: boolean): Promise<void> {
  if (isWaiting || report.phase !== "done") return;
  await report.session?.close({ remove: true });
  delete report.session;
}

async function parse(path: string): Promise<Stage0Recipe> {
  const place = checkArgument("recipe", path, filledName);
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() === true;
  return await Stage0Recipe.fromFile(isFolder ? join(place, "recipe.yaml") : place);
}
