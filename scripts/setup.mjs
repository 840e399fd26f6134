// Everything that the demo, the tests and the SDK need, from a fresh clone: packages, core, addon, SDK, channel.

import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { cargoBuild } from "./cargo-progress.mjs";
import { buildCompanions } from "./companions.mjs";
import { ask, environment, root, run, say, script } from "./run.mjs";
import { ensureToolchain } from "./toolchain.mjs";

/** Where cargo puts what it builds. */
export const target = resolve(root, environment.CARGO_TARGET_DIR ?? "target");

/** The addon's platform as its folder and file are named. */
export function triple() {
  const machine = `${process.platform}-${process.arch}`;
  if (process.platform === "win32") return `${machine}-msvc`;
  if (process.platform !== "linux") return machine;
  const musl = process.report.getReport().header.glibcVersionRuntime === undefined;
  return `${machine}-${musl ? "musl" : "gnu"}`;
}

/** Folder of the embedded channel. */
export const channelFolder = join(root, ".sidewinder", "channel");

/** Builds everything that is stale. `profile` is `dev` or `release`. */
export async function setUp(profile = "dev") {
  ensureToolchain();
  installPackages();
  await buildNative(profile);
  await buildCore(profile);
  await buildSdk();
}

/** Installs the npm packages, unless those of the lock file are installed. */
export function installPackages() {
  const [lock, installed] = ["package-lock.json", "node_modules/.package-lock.json"].map((file) =>
    join(root, file),
  );
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  say("Installing npm packages");
  // Not `npm ci`: it refuses a lock file without the builds of a tool for other platforms, and not every registry has
  // those. This installs what the lock file says without changing it.
  run("npm", ["install", "--no-save", "--no-audit", "--no-fund"]);
  // npm keeps the timestamps of the archive, so the comparison above needs a new one.
  copyFileSync(installed, `${installed}.new`);
  renameSync(`${installed}.new`, installed);
}

/**
 * The native addon and the build steps' own program. One call of cargo for both: it would build what they share twice
 * if they asked for different features of it. Returns the output folders of build scripts by crate.
 */
export async function buildNative(profile) {
  const isFirst = !existsSync(join(target, folderOf(profile)));
  say(
    `Building the native addon (${profile})${isFirst ? "; the first build takes about 10 CPU-minutes" : ""}`,
  );
  const packages = ["-p", "sidewinder_session_napi", "-p", "xtask"];
  const folders = await cargoBuild(["--locked", "--profile", profile, ...packages]);
  const library = {
    win32: "sidewinder_session_napi.dll",
    darwin: "libsidewinder_session_napi.dylib",
  }[process.platform];
  const built = join(target, folderOf(profile), library ?? "libsidewinder_session_napi.so");
  const folder = join(root, "npm", triple());
  mkdirSync(folder, { recursive: true });
  // Renamed into place: another process may have the old file loaded.
  const place = join(folder, `sidewinder.${triple()}.node`);
  copyFileSync(built, `${place}.new`);
  renameSync(`${place}.new`, place);
  return folders;
}

/** Runs a build step of `xtask`. */
export function xtask(profile, ...args) {
  run(join(target, folderOf(profile), "xtask"), args);
}

/** The WebAssembly core: optimized for size and speed for release, for build time in development. */
export async function buildCore(profile) {
  const wasm = profile === "release" ? "wasm" : "wasm-dev";
  say(`Building the WebAssembly core (${profile})`);
  // `xtask` knows the flags of the release build. In development it compiles nothing more and only writes the JavaScript glue.
  if (profile !== "release")
    await cargoBuild([
      ...["--locked", "--profile", wasm, "-p", "sidewinder_recipe_wasm"],
      ...["-p", "sidewinder_recipe_tools_wasm", "-p", "sidewinder_diagnosis_wasm"],
      ...["--target", "wasm32-unknown-unknown"],
    ]);
  xtask(profile, "wasm", "--profile", wasm);
}

/** The SDK: compiled TypeScript with the WebAssembly core next to it, and `sidewinder/recipe` in one file. */
export async function buildSdk() {
  say("Building the SDK");
  // Output of deleted source files would be packed as well.
  rmSync(join(root, "ts-sdk/dist"), { recursive: true, force: true });
  run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", "ts-sdk"]);
  cpSync(join(root, "ts-sdk/src/wasm"), join(root, "ts-sdk/dist/wasm"), { recursive: true });
  // Imported here: before `installPackages` there is no bundler.
  const { bundleRecipe } = await import("./bundle-recipe.mjs");
  await bundleRecipe();
  await writeSchemas();
  buildCompanions();
}

/** The JSON Schemas as files, for editors that take a path or a URL. */
async function writeSchemas() {
  const dist = join(root, "ts-sdk/dist");
  const { recipeSchema, variantSchema } = await import(pathToFileURL(join(dist, "recipe/index.js")).href);
  for (const [name, schema] of [
    ["recipe.schema.json", recipeSchema()],
    ["variants.schema.json", variantSchema()],
  ])
    writeFileSync(join(dist, name), `${JSON.stringify(schema, null, 2)}\n`);
}

/** Writes the embedded channel and returns its folder. */
export function writeChannel(profile = "dev") {
  say("Writing the embedded channel");
  xtask(profile, "channel", channelFolder);
  return channelFolder;
}

/** Whether a cargo subcommand is installed. */
export function hasCargo(subcommand) {
  return ask("cargo", [subcommand, "--version"]) !== undefined;
}

function folderOf(profile) {
  return profile === "dev" ? "debug" : profile;
}

// `npm run setup`: builds everything that is stale, and runs nothing.
if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await script(async () => {
    await setUp("dev");
    writeChannel();
    say("Everything is up to date");
  });
}
