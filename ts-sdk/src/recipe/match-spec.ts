/** Match specs: which packages a dependency takes. */

import { checkArgument, record, records, text } from "../checks.js";
import type { MatchSpecData } from "../generated/types.js";
import { call, VersionSpec } from "./version.js";

/** What of a package a spec looks at: the fields of a record of repodata. */
export interface PackageFields {
  /** Name of the package. */
  name: string;
  /** Its version. */
  version: string;
  /** Without one, only specs that ask for no build string match. */
  build?: string;
  /** Default: 0. */
  build_number?: number;
  /** Default: any platform. */
  subdir?: string;
}

/**
 * A match spec, such as `numpy >=1.26,<3 py312*` or `conda-forge::zlib`.
 *
 * @example
 * const spec = new MatchSpec("numpy >=1.26,<3");
 * console.log(spec.name, String(spec.version)); // → numpy >=1.26,<3
 * console.log(spec.matches({ name: "numpy", version: "2.1.0" })); // → true
 */
export class MatchSpec {
  /** The text that it was made from. */
  readonly source: string;
  readonly #data: MatchSpecData;

  /** @throws SidewinderError with code `INVALID_SPEC`. */
  constructor(source: string) {
    this.source = checkArgument("source", source, text);
    this.#data = call((core) => core.parseMatchSpec(source)) as MatchSpecData;
  }

  /** The name, or a pattern of names. */
  get name(): string | undefined {
    return this.#data.name;
  }

  /** The constraint of the version. */
  get version(): VersionSpec | undefined {
    const { version } = this.#data;
    return version === undefined ? undefined : new VersionSpec(version);
  }

  /** The build string, or a pattern of build strings. */
  get build(): string | undefined {
    return this.#data.build;
  }

  /** The constraint of the build number, e.g. `>=3`. */
  get buildNumber(): string | undefined {
    return this.#data.buildNumber;
  }

  /** The channel. */
  get channel(): string | undefined {
    return this.#data.channel;
  }

  /** The platform. */
  get subdir(): string | undefined {
    return this.#data.subdir;
  }

  /**
   * Whether a package is one that the spec takes. Its channel is not looked at.
   *
   * @throws SidewinderError with code `INVALID_VERSION` or `INVALID_SPEC` for a package with an invalid version or name.
   */
  matches(fields: PackageFields): boolean {
    const checked = checkArgument("record", fields, record);
    return call((core) => core.matchSpecMatches(this.source, JSON.stringify([checked])))[0] === 1;
  }

  /**
   * The packages of a list that the spec takes. Faster than one call for each.
   *
   * @example
   * const all = [{ name: "zlib", version: "1.2" }, { name: "zlib", version: "1.3" }];
   * console.log(new MatchSpec("zlib >=1.3").filter(all).length); // → 1
   */
  filter<T extends PackageFields>(packages: readonly T[]): T[] {
    const checked = checkArgument("packages", packages, records);
    const matched = call((core) => core.matchSpecMatches(this.source, JSON.stringify(checked)));
    return packages.filter((_, index) => matched[index] === 1);
  }

  /** The normal form. */
  toString(): string {
    return this.#data.text;
  }

  /** The text that it was made from. */
  toJSON(): string {
    return this.source;
  }
}
