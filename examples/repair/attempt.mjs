// One attempt: parse, render, set up from scratch, run, package and test. Says how far it came and why it stopped.

import { rm, stat } from "node:fs/promises";
import { join } from "node:path";
import * as sidewinder from "sidewinder";

const { DebugSession, SidewinderError, Stage0Recipe, VariantConfig } = sidewinder;

/** How far an attempt came; later ones are better. */
export const PHASES = ["recipe", "setup", "run", "package", "test", "done"];

/**
 * @returns {Promise<{phase: string, signature: string, error?: Error, result?: object, session?: object,
 *   variant?: object, packages?: object[]}>} The session of a failed run stays open: `close` ends it.
 */
export async function attempt(folder, options) {
  let variants;
  try {
    variants = await render(folder, options);
  } catch (error) {
    return failed("recipe", error);
  }
  const packages = [];
  for (const variant of variants) {
    const outcome = await build(variant, folder, { ...options, outputs: variants.length }, packages);
    if (outcome.phase !== "done") return outcome;
  }
  const files = packages.flatMap(({ files }) => files.map(({ path }) => path));
  const missing = variants.length > 1 ? await notPackaged(folder, files) : undefined;
  if (missing !== undefined) return { phase: "package", signature: `not packaged: ${missing}`, packages };
  await rm(join(options.workDir, String(options.attempt)), { recursive: true, force: true });
  return { phase: "done", signature: "", packages };
}

export async function render(folder, { variantFiles = ["variants.yaml"] } = {}) {
  const recipe = await Stage0Recipe.fromFile(folder.path("recipe.yaml"));
  const files = [];
  for (const name of variantFiles) if (await folder.exists(name)) files.push(folder.path(name));
  const config = files.length > 0 ? await VariantConfig.fromFiles(files) : new VariantConfig();
  const variants = recipe.render(config).filter(({ skip }) => !skip);
  if (variants.length === 0) throw new Error("the recipe is skipped on this platform");
  return variants;
}

async function build(variant, folder, options, packages) {
  // One folder for all outputs: later ones find the packages of earlier ones there.
  const outputDir = join(options.workDir, String(options.attempt));
  let session;
  try {
    session = await DebugSession.create(variant, {
      channels: [...options.channels, options.outputChannel].filter((channel) => channel !== undefined),
      outputDir,
      signal: options.signal,
    });
  } catch (error) {
    return { ...failed("setup", error), variant };
  }
  const result = await session.runScript({ timeoutMs: options.timeoutMs, signal: options.signal });
  const script = await session.readBuildScript();
  const outcome = { variant, session, result, script };
  if (!result.success) {
    const [finding] = result.diagnosis;
    return { phase: "run", signature: `run: ${finding?.message ?? result.exitCode}`, ...outcome };
  }
  const missing = options.outputs === 1 ? await notInstalled(session, folder) : undefined;
  if (missing !== undefined)
    return { phase: "package", signature: `not installed: ${missing}`, missing, ...outcome };
  let built;
  try {
    built = await session.package();
  } catch (error) {
    return { ...outcome, ...failed("package", error) };
  }
  if (built.files.length === 0 && !allowsEmpty(variant)) {
    return { phase: "package", signature: "the package is empty", missing: "any file", ...outcome };
  }
  packages.push({ ...built, lock: await lock(session), tests: [] });
  const tested = await test(session, built, packages.at(-1));
  if (tested !== undefined) return { ...outcome, ...tested };
  await session.close();
  return { phase: "done", signature: "" };
}

/** Runs the tests of the package, where this version of the SDK can. */
async function test(session, built, report) {
  if (typeof session.runTest !== "function") return undefined;
  for (const [index] of (session.tests ?? []).entries()) {
    const outcome = await session.runTest(index);
    report.tests.push({ index, success: outcome.success });
    if (!outcome.success) {
      const [finding] = outcome.diagnosis ?? [];
      return {
        phase: "test",
        signature: `test ${index}: ${finding?.message ?? "failed"}`,
        result: outcome,
        built,
      };
    }
  }
  return undefined;
}

/** A folder may name, in `expect`, files of the host prefix that a correct build leaves. */
async function notInstalled(session, folder) {
  if (!(await folder.exists("expect"))) return undefined;
  const expected = (await folder.read("expect")).split("\n").filter((line) => line.trim() !== "");
  for (const path of expected) {
    const exists = await stat(join(session.hostPrefix, path.trim())).then(
      () => true,
      () => false,
    );
    if (!exists) return path.trim();
  }
  return undefined;
}

/** A file that `expect` names in the prefix, and no package has. Packages for any Python leave its version out. */
export async function notPackaged(folder, files) {
  if (!(await folder.exists("expect"))) return undefined;
  const known = new Set(files);
  const places = (path) => [
    path,
    path.replace(/^lib\/python[\d.]+\//, ""),
    path.replace(/^bin\//, "python-scripts/"),
  ];
  const expected = (await folder.read("expect")).split("\n").map((line) => line.trim());
  return expected.find((path) => path !== "" && !places(path).some((place) => known.has(place)));
}

/** Metapackages have no files on purpose: they have neither a source nor a script. */
function allowsEmpty({ recipe }) {
  const source = recipe?.source;
  return source === undefined || source === null || (Array.isArray(source) && source.length === 0);
}

async function lock(session) {
  const environments = {};
  for (const environment of ["build", "host"]) {
    const packages = await session.packages(environment).catch(() => []);
    environments[environment] = packages.map(({ name, version, build }) => `${name}=${version}=${build}`);
  }
  return environments;
}

function failed(phase, error) {
  if (!(error instanceof Error)) throw error;
  if (error.name === "AbortError" || error.name === "TimeoutError") throw error;
  const code = SidewinderError.is(error) ? error.code : error.name;
  return { phase, signature: `${phase}: ${code}: ${error.message}`, error };
}

/** Ends what an attempt left open. */
export async function close(outcome) {
  await outcome.session?.close().catch(() => {});
}
