/** Conda versions and their constraints, with the order and rules of the solver. */

import { checkArgument, listOf, oneOf, text } from "../checks.js";
import { SidewinderError } from "../errors.js";
import type { Diagnostic, VersionData } from "../generated/types.js";
import { guarded } from "./thrown.js";
import { wasm } from "./wasm.js";

/** The core has diagnostics for recipes only; versions are single texts. */
class Unexpected extends SidewinderError {
  constructor(diagnostics: Diagnostic[]) {
    super("INTERNAL", diagnostics[0]?.message ?? "internal error");
  }
}

/** @internal Calls the core with texts. */
export function call<T>(body: (core: ReturnType<typeof wasm>) => T): T {
  return guarded(Unexpected, () => body(wasm()));
}

/**
 * A conda version. It keeps the text that it was made from.
 *
 * @example
 * const versions = ["1.10", "1.9", "1.10rc1"].map((text) => new Version(text));
 * console.log(Version.sort(versions).join()); // → 1.9,1.10rc1,1.10
 */
export class Version {
  /** The text that it was made from. */
  readonly source: string;
  readonly #data: VersionData;

  /** @throws SidewinderError with code `INVALID_VERSION`. */
  constructor(source: string) {
    this.source = checkArgument("source", source, text);
    this.#data = call((core) => core.parseVersion(source)) as VersionData;
  }

  /** The number before `!`, which counts more than all others; 0 without one. */
  get epoch(): number {
    return this.#data.epoch;
  }

  /** The parts between dots, each as numbers and words: `1.0rc1` is `[["1"], ["0", "rc", "1"]]`. */
  get segments(): string[][] {
    return structuredClone(this.#data.segments);
  }

  /** Whether it is a development version, alpha, beta or release candidate. */
  get isPrerelease(): boolean {
    return this.#data.isPrerelease;
  }

  /**
   * -1 when it is older than the other one, 0 when they are equal (`1.0` and `1.0.0` are), 1 when it is newer.
   *
   * @example
   * console.log(new Version("1.10").compare("1.9")); // → 1
   */
  compare(other: Version | string): -1 | 0 | 1 {
    return Version.compare(this, other);
  }

  /** Whether it begins with the parts of another one: `1.2.3` with `1.2`. */
  startsWith(prefix: Version | string): boolean {
    return call((core) => core.versionStartsWith(this.source, sourceOf("prefix", prefix)));
  }

  /**
   * The version with one part counted up, and the parts behind it reset.
   *
   * @param part Default: the last one.
   * @throws SidewinderError with code `INVALID_VERSION` when it has no such part.
   *
   * @example
   * console.log(new Version("1.2.3").bump("minor").toString()); // → 1.3.0
   */
  bump(part: "major" | "minor" | "patch" | "last" = "last"): Version {
    const checked = checkArgument("part", part, oneOf("major", "minor", "patch", "last"));
    return new Version(call((core) => core.bumpVersion(this.source, JSON.stringify(checked))));
  }

  /** The order of two versions, for `Array.sort`. */
  static compare(a: Version | string, b: Version | string): -1 | 0 | 1 {
    return call((core) => core.compareVersions(sourceOf("a", a), sourceOf("b", b))) as -1 | 0 | 1;
  }

  /** A sorted copy of a list, oldest first. Faster than `Array.sort`: the list crosses to the core once. */
  static sort<T extends Version | string>(versions: readonly T[]): T[] {
    const given = checkArgument(
      "versions",
      versions,
      listOf("a list of versions", (item) => item),
    ) as T[];
    const sources = given.map((item, index) => sourceOf(`versions[${index}]`, item));
    const order = call((core) => core.sortVersions(JSON.stringify(sources)));
    return Array.from(order, (index) => given[index] as T);
  }

  /** The normal form: lower case, without white space. */
  toString(): string {
    return this.#data.text;
  }

  /** The text that it was made from. */
  toJSON(): string {
    return this.source;
  }
}

/**
 * A constraint of versions, such as `>=1.2,<2` or `1.2.*`.
 *
 * @example
 * console.log(new VersionSpec(">=1.2,<2").matches("1.10")); // → true
 */
export class VersionSpec {
  /** The text that it was made from. */
  readonly source: string;
  readonly #text: string;

  /** @throws SidewinderError with code `INVALID_SPEC`. */
  constructor(source: string) {
    this.source = checkArgument("source", source, text);
    this.#text = call((core) => core.parseVersionSpec(source));
  }

  /**
   * Whether a version is in it.
   *
   * @throws SidewinderError with code `INVALID_VERSION`.
   */
  matches(version: Version | string): boolean {
    return call((core) => core.versionSpecMatches(this.source, sourceOf("version", version)));
  }

  /** The normal form. */
  toString(): string {
    return this.#text;
  }

  /** The text that it was made from. */
  toJSON(): string {
    return this.source;
  }
}

function sourceOf(argument: string, version: Version | string): string {
  return version instanceof Version ? version.source : checkArgument(argument, version, text);
}
