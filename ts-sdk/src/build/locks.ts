/** Exact packages for the outputs of a recipe. */

import { pathToFileURL } from "node:url";
import type { EnvironmentLock, LockedPackage, RenderedVariant } from "../generated/types.js";
import type { OutputReport } from "./build-output.js";

/** The exact packages of one output, as a build report has them. */
export interface OutputLock {
  /** Name of the output. */
  name: string;
  /** Its build string, which differs between variants of one name. Default: any. */
  buildString?: string;
  /** The packages. An output that was not set up has none. */
  lock?: EnvironmentLock;
}

/**
 * The lock for an output. Packages that this recipe built replace those of the earlier build: their content may be the same,
 * their checksum is not.
 */
export function lockOf(
  variant: RenderedVariant,
  locks: readonly OutputLock[],
  built: readonly OutputReport[],
): EnvironmentLock | undefined {
  const named = locks.filter(({ name, lock }) => name === variant.name && lock !== undefined);
  const exact = named.find(({ buildString }) => buildString === variant.buildString);
  const lock = (exact ?? named.find(({ buildString }) => buildString === undefined))?.lock;
  if (lock === undefined) return undefined;
  const current = (locked: LockedPackage): LockedPackage => {
    const own = built.find(
      ({ package: made }) =>
        made?.name === locked.name && made.version === locked.version && made.buildString === locked.build,
    )?.package;
    return own === undefined ? locked : { ...locked, url: pathToFileURL(own.path).href, sha256: own.sha256 };
  };
  return { ...lock, build: lock.build.map(current), host: lock.host.map(current) };
}
