/** Options of packaging. */

import { callback, signal, takeOptions } from "../checks.js";
import { PACKAGE_OPTIONS } from "../generated/checks.js";
import type { PackageOptions as PackageOptionsRecord, ProgressEvent } from "../generated/types.js";

/**
 * How a package is built.
 *
 * @example
 * await session.runScript();
 * const { path } = await session.package({ compressionLevel: 3 });
 * console.log(path.endsWith(".conda")); // → true
 */
export interface PackageOptions extends Partial<PackageOptionsRecord> {
  /** Stops the call, which rejects with the signal's reason. No package is written then. */
  signal?: AbortSignal;
  /** Receives progress events; a `transfer` event counts the bytes that are in the archive. */
  onProgress?: (event: ProgressEvent) => void;
}

const PACKAGE = { ...PACKAGE_OPTIONS, signal, onProgress: callback };

/** Checked settings, as text for the addon. */
export function takePackage(options: PackageOptions | undefined): {
  json: string;
  signal?: AbortSignal;
  onProgress?: (event: ProgressEvent) => void;
} {
  const taken = takeOptions(options, PACKAGE) as PackageOptions;
  const { signal: stop, onProgress, ...rest } = taken;
  return {
    json: JSON.stringify(rest),
    ...(stop && { signal: stop }),
    ...(onProgress && { onProgress }),
  };
}
