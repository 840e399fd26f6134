// The platforms that get an addon, and the npm package that each of them has.
//
// usage: node scripts/platforms.mjs [--write]: compares the manifests under npm/ with what they must be, or writes them

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { COMPANIONS, companionsOutOfStep } from "./companions.mjs";
import { root, StepFailed, script } from "./run.mjs";

/** Platform, as folder and addon are named → what npm compares with the machine. */
export const PLATFORMS = {
  "darwin-arm64": { os: "darwin", cpu: "arm64", title: "macOS on ARM" },
  "darwin-x64": { os: "darwin", cpu: "x64", title: "macOS on x86-64" },
  "linux-arm64-gnu": { os: "linux", cpu: "arm64", libc: "glibc", title: "Linux on ARM with glibc" },
  "linux-arm64-musl": { os: "linux", cpu: "arm64", libc: "musl", title: "Linux on ARM with musl" },
  "linux-x64-gnu": { os: "linux", cpu: "x64", libc: "glibc", title: "Linux on x86-64 with glibc" },
  "linux-x64-musl": { os: "linux", cpu: "x64", libc: "musl", title: "Linux on x86-64 with musl" },
  "win32-x64-msvc": { os: "win32", cpu: "x64", title: "Windows on x86-64" },
};

/** The SDK's manifest, as it is in the sources. */
export function sdkManifest() {
  return JSON.parse(readFileSync(join(root, "ts-sdk/package.json"), "utf8"));
}

/** The manifest of a platform's package. Everything that is not about the platform is the SDK's. */
export function platformManifest(triple) {
  const { version, license, engines, repository } = sdkManifest();
  const { os, cpu, libc, title } = PLATFORMS[triple];
  const file = `sidewinder.${triple}.node`;
  return {
    name: `sidewinder-${triple}`,
    version,
    description: `The native addon of sidewinder for ${title}`,
    license,
    repository: { ...repository, directory: `npm/${triple}` },
    engines,
    os: [os],
    cpu: [cpu],
    ...(libc === undefined ? {} : { libc: [libc] }),
    type: "commonjs",
    main: file,
    files: [file],
  };
}

/**
 * The SDK's manifest as it is published: with the platforms' packages of the same version as optional dependencies.
 *
 * The manifest in the sources leaves them out: an installation in a clone would ask the registry for a version that has
 * not been published yet.
 */
export function publishedManifest() {
  const sdk = sdkManifest();
  const packages = Object.keys(PLATFORMS).map((triple) => [`sidewinder-${triple}`, sdk.version]);
  return { ...sdk, optionalDependencies: Object.fromEntries(packages) };
}

/** What is out of step: manifests under `npm/`, and the version of the Rust crates. */
export function outOfStep() {
  const wrong = [];
  for (const triple of Object.keys(PLATFORMS)) {
    const path = `npm/${triple}/package.json`;
    const present = existsSync(join(root, path)) ? readFileSync(join(root, path), "utf8") : "";
    if (present !== text(platformManifest(triple)))
      wrong.push(`${path}: run \`node scripts/platforms.mjs --write\``);
  }
  for (const folder of readdirSync(join(root, "npm"))) {
    if (!(folder in PLATFORMS) && !COMPANIONS.includes(folder)) wrong.push(`npm/${folder}: unknown platform`);
  }
  const cargo = /^\[workspace\.package\][^[]*?^version = "([^"]+)"/ms.exec(
    readFileSync(join(root, "Cargo.toml"), "utf8"),
  )?.[1];
  const { version } = sdkManifest();
  wrong.push(...companionsOutOfStep(sdkManifest()));
  if (cargo !== version) wrong.push(`Cargo.toml: version ${cargo}, ts-sdk/package.json: ${version}`);
  return wrong;
}

function write() {
  for (const triple of Object.keys(PLATFORMS)) {
    mkdirSync(join(root, "npm", triple), { recursive: true });
    writeFileSync(join(root, "npm", triple, "package.json"), text(platformManifest(triple)));
  }
}

function text(manifest) {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  await script(() => {
    if (process.argv.includes("--write")) write();
    const wrong = outOfStep();
    if (wrong.length > 0) throw new StepFailed(wrong.join("\n"));
  });
}
