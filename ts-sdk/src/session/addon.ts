/** Finding and loading the native addon: from a clone's `npm` folder, else from the package for this machine. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { NativeAddonError } from "../errors.js";
import { VERSION } from "../version.js";

/** Platforms that a package is made for. */
const PLATFORMS = [
  ...["darwin-arm64", "darwin-x64", "linux-arm64-gnu", "linux-arm64-musl", "linux-x64-gnu", "linux-x64-musl"],
  "win32-x64-msvc",
];
const WITHOUT = "`sidewinder/recipe`, which parses and renders recipes, works without it";

/** This module's address. A bundler may put it into a CommonJS file, which has none. */
const here = (import.meta as { url?: string }).url;

/** Whether a bundler has put this module into another file. */
const isBundled =
  here === undefined ||
  !/\/session\/addon\.[jt]s$/.test(here) ||
  // webpack keeps the address of the source.
  typeof __webpack_require__ === "function";
const BUNDLED =
  "The SDK is part of a bundle here: the package of the addon must be in a `node_modules` folder next to the bundle or above " +
  "it, or mark `sidewinder` as external";

declare const __webpack_require__: unknown;

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
  // Without an address, packages are looked for from the folder of the program.
  // Not called `require`, which bundlers would look into.
  const requireAddon = createRequire(here ?? join(process.argv[1] ?? process.cwd(), "../_"));
  const failures: Failure[] = [];
  for (const place of [...checkout(platform), name]) {
    const found = load(requireAddon, place);
    if ("addon" in found) return found.addon;
    failures.push(found);
  }
  throw failed(platform, name, failures);
}

/** In a clone of the sources the addon is next to the SDK; an installation does not have that folder. */
function checkout(platform: string): string[] {
  if (here === undefined || isBundled) return [];
  const folder = fileURLToPath(new URL(`../../../npm/${platform}`, here));
  return existsSync(`${folder}/sidewinder.${platform}.node`) ? [folder] : [];
}

function load(requireAddon: NodeJS.Require, place: string): { addon: unknown } | Failure {
  let manifest: { version: string };
  try {
    manifest = requireAddon(`${place}/package.json`) as { version: string };
  } catch (cause) {
    return { kind: "absent", reason: `\`${place}\` is not installed`, cause };
  }
  if (manifest.version !== VERSION) {
    // Options and results would be misread.
    return {
      kind: "version",
      reason: `\`${place}\` has version ${manifest.version}, this is sidewinder ${VERSION}`,
    };
  }
  try {
    return { addon: requireAddon(place) };
  } catch (cause) {
    const reason = cause instanceof Error ? (cause.message.split("\n")[0] ?? "") : String(cause);
    return { kind: "broken", reason: `\`${place}\` cannot be loaded: ${reason}`, cause };
  }
}

function failed(platform: string, name: string, failures: Failure[]): NativeAddonError {
  const reasons = failures.map(({ reason }) => reason).join("; ");
  const cause = failures.find((failure) => failure.cause !== undefined)?.cause;
  const error = (message: string, hint: string): NativeAddonError =>
    new NativeAddonError("NO_NATIVE_ADDON", message, {
      cause,
      hint: [hint, ...(isBundled ? [BUNDLED] : []), WITHOUT].join(". "),
    });

  if (!PLATFORMS.includes(platform) && failures.every(({ kind }) => kind === "absent")) {
    return error(
      `no native addon for ${platform}: ${reasons}`,
      `packages exist for ${PLATFORMS.join(", ")}; build it yourself with \`npm run build\` in a clone of the sources`,
    );
  }
  const install = `\`npm install ${name}@${VERSION}\``;
  if (failures.some(({ kind }) => kind !== "absent")) {
    return error(
      `the native addon for ${platform} cannot be used: ${reasons}`,
      `install the matching one with ${install}`,
    );
  }
  return error(
    `the native addon for ${platform} is missing: ${reasons}`,
    `install it with ${install}; npm skips it with --omit=optional, and if node_modules was installed on another platform`,
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
