/** Finding and loading of the native addon: from a clone's `npm` folder, else from the package for this machine. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { NativeAddonError } from "../errors.js";

/** Platforms that a package is made for. */
const PLATFORMS = [
  ...["darwin-arm64", "darwin-x64", "linux-arm64-gnu", "linux-arm64-musl", "linux-x64-gnu", "linux-x64-musl"],
  "win32-x64-msvc",
];
const WITHOUT = "`sidewinder/recipe`, which parses and renders recipes, works without it";

const require = createRequire(import.meta.url);

/** Why one place did not give an addon. */
interface Failure {
  kind: "absent" | "version" | "broken";
  reason: string;
  cause?: unknown;
}

/**
 * Loads the addon for this machine.
 *
 * @throws NativeAddonError that says which were looked for, what to install, and what works without it.
 */
export function loadAddon(): unknown {
  const platform = machine();
  const name = `sidewinder-${platform}`;
  const { version } = require("../../package.json") as { version: string };
  const failures: Failure[] = [];
  for (const place of [...checkout(platform), name]) {
    const found = load(place, version);
    if ("addon" in found) return found.addon;
    failures.push(found);
  }
  throw failed(platform, name, version, failures);
}

/** In a clone of the sources the addon is next to the SDK; an installation does not have that folder. */
function checkout(platform: string): string[] {
  const folder = fileURLToPath(new URL(`../../../npm/${platform}`, import.meta.url));
  return existsSync(`${folder}/sidewinder.${platform}.node`) ? [folder] : [];
}

function load(place: string, version: string): { addon: unknown } | Failure {
  let manifest: { version: string };
  try {
    manifest = require(`${place}/package.json`) as { version: string };
  } catch (cause) {
    return { kind: "absent", reason: `\`${place}\` is not installed`, cause };
  }
  if (manifest.version !== version) {
    // Options and results would be taken for what they are not.
    return {
      kind: "version",
      reason: `\`${place}\` is of version ${manifest.version}, this is sidewinder ${version}`,
    };
  }
  try {
    return { addon: require(place) };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    return { kind: "broken", reason: `\`${place}\` cannot be loaded: ${reason}`, cause };
  }
}

function failed(platform: string, name: string, version: string, failures: Failure[]): NativeAddonError {
  const reasons = failures.map(({ reason }) => reason).join("; ");
  const cause = failures.find((failure) => failure.cause !== undefined)?.cause;
  const error = (message: string, hint: string): NativeAddonError =>
    new NativeAddonError("NO_NATIVE_ADDON", message, { cause, hint: `${hint}. ${WITHOUT}` });

  if (!PLATFORMS.includes(platform) && failures.every(({ kind }) => kind === "absent")) {
    return error(
      `there is no native addon for ${platform}: ${reasons}`,
      `packages are made for ${PLATFORMS.join(", ")}; build it yourself with \`npm run build\` in a clone of the sources`,
    );
  }
  const install = `\`npm install ${name}@${version}\``;
  if (failures.some(({ kind }) => kind !== "absent")) {
    return error(
      `the native addon for ${platform} cannot be used: ${reasons}`,
      `install the one that fits with ${install}`,
    );
  }
  return error(
    `the native addon for ${platform} is missing: ${reasons}`,
    `install it with ${install}; npm leaves it out with --omit=optional, and where node_modules was made on another platform`,
  );
}

/** Platform, processor and, where there are several, the C library, as the addon's package is named. */
function machine(): string {
  const base = `${process.platform}-${process.arch}`;
  if (process.platform === "linux") return `${base}-${usesMusl() ? "musl" : "gnu"}`;
  return process.platform === "win32" ? `${base}-msvc` : base;
}

function usesMusl(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header !== undefined && report.header.glibcVersionRuntime === undefined;
}
