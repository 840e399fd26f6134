/** Newer versions of a recipe's sources, as the places they come from announce them. */

import {
  type Checks,
  callback,
  flag,
  must,
  oneOf,
  recordOf,
  signal as signalCheck,
  takeOptions,
  text,
} from "../checks.js";
import type { Newest, Upstream, UpstreamKind } from "../generated/types.js";
import { type Fetch, request } from "./fetch-checksums.js";
import type { Stage0Recipe } from "./stage0.js";
import { callTools } from "./tools.js";
import { firstValues } from "./update.js";
import { VariantConfig } from "./variant-config.js";

/** Asks the places that announce versions. */
export interface VersionSource {
  /**
   * The answer of a place, as it was sent: JSON text, or for R packages the text of their description.
   *
   * @throws whatever kept it from answering; the place is then reported with this error.
   */
  read(place: Upstream, options: { signal?: AbortSignal }): Promise<string>;
}

/** How {@link HttpVersionSource} asks. */
export interface HttpVersionSourceOptions {
  /**
   * Where each kind of place is, without a slash at the end. Default: the host that the source itself comes from; for GitHub its
   * API.
   */
  baseUrls?: Partial<Record<UpstreamKind, string>>;
  /** Token for GitHub, whose limit without one is 60 requests an hour. */
  githubToken?: string;
  /** Sends the requests. Default: the `fetch` of the runtime. */
  fetch?: Fetch;
}

const KINDS: UpstreamKind[] = ["pypi", "github-tags", "github-releases", "npm", "crates", "cran"];
const HTTP: Checks = {
  baseUrls: recordOf("an object whose values are URLs", text, oneOf(...KINDS)),
  githubToken: text,
  fetch: callback,
};

/**
 * Asks over HTTP.
 *
 * @example
 * const mirror = new HttpVersionSource({ baseUrls: { pypi: "https://mirror.example" } });
 * console.log(typeof mirror.read); // → function
 */
export class HttpVersionSource implements VersionSource {
  readonly #options: HttpVersionSourceOptions;

  constructor(options: HttpVersionSourceOptions = {}) {
    this.#options = takeOptions(options, HTTP);
  }

  /** The answer of a place. Code `SOURCE_FAILED` if there is none. */
  async read(place: Upstream, { signal }: { signal?: AbortSignal } = {}): Promise<string> {
    const { baseUrls = {}, githubToken, fetch } = this.#options;
    const isGithub = place.kind.startsWith("github");
    const base =
      baseUrls[place.kind] ??
      (isGithub
        ? place.origin.replace(/^https:\/\/(codeload\.)?github\.com$/, "https://api.github.com")
        : place.origin);
    const headers: Record<string, string> = { "user-agent": "sidewinder" };
    // Never sent to a host that the recipe chose.
    if (
      githubToken !== undefined &&
      isGithub &&
      (base === "https://api.github.com" || baseUrls[place.kind] !== undefined)
    ) {
      headers.authorization = `Bearer ${githubToken}`;
    }
    const response = await request(`${base}/${place.path}`, headers, fetch, signal);
    return response.text();
  }
}

/** How newer versions are looked for. */
export interface NewVersionsOptions {
  /** Asks the places. Default: over HTTP. */
  source?: VersionSource;
  /**
   * Whether alpha, beta and other pre-releases count.
   *
   * @default false
   */
  prereleases?: boolean;
  /** Variant keys that version or URLs use; the first value of each counts. */
  variants?: VariantConfig;
  /** Stops the search. */
  signal?: AbortSignal;
}

/** What a place announces. */
export interface AnnouncedVersion {
  /** Which kind of place it is. */
  kind: UpstreamKind;
  /** The project there. */
  name: string;
  /** The version that the recipe has, as the place spells it. */
  current: string;
  /** The newest version; absent if the place has none that counts, or did not answer. */
  newest?: string;
  /** Whether that is newer. */
  isNewer: boolean;
  /** Why the place did not answer. */
  error?: Error;
}

const OPTIONS: Checks = {
  source: must<VersionSource>(
    "an object with a method `read`",
    (value) => typeof (value as VersionSource | null)?.read === "function",
  ),
  prereleases: flag,
  variants: must<VariantConfig>("a VariantConfig", (value) => value instanceof VariantConfig),
  signal: signalCheck,
};

/**
 * Looks for newer versions of a recipe where its sources come from: package indexes and tags or releases of repositories, recognized by
 * the form of the URLs. Versions are compared by conda's order; withdrawn ones do not count.
 *
 * @returns One item for each place, in the order of the sources; empty if no source has a URL of a known form. A place that
 *   does not answer has an `error`.
 *
 * @example
 * const recipe = Stage0Recipe.fromYaml(`
 * package: {name: demo, version: "1.9"}
 * source: {url: "https://github.com/demo/demo/archive/v1.9.tar.gz"}
 * `);
 * const source = { read: async () => '[{"name": "v1.9"}, {"name": "v1.10"}]' };
 * const [found] = await newVersions(recipe, { source });
 * console.log(found.newest, found.isNewer); // → 1.10 true
 */
export async function newVersions(
  recipe: Stage0Recipe,
  options?: NewVersionsOptions,
): Promise<AnnouncedVersion[]> {
  const {
    source = new HttpVersionSource(),
    prereleases = false,
    variants,
    signal,
  } = takeOptions(options, OPTIONS);
  const values = JSON.stringify(firstValues(variants));
  const places = callTools<Upstream[]>((tools) => tools.upstreamOf(recipe.text, values));
  return Promise.all(
    places.map(async (place): Promise<AnnouncedVersion> => {
      const { kind, name, current } = place;
      try {
        const answer = await source.read(place, signal === undefined ? {} : { signal });
        const found = callTools<Newest | null>((tools) =>
          tools.newestVersion(JSON.stringify(place), answer, prereleases),
        );
        if (found === null) return { kind, name, current, isNewer: false };
        return { kind, name, current, newest: found.version, isNewer: found.isNewer };
      } catch (error) {
        return { kind, name, current, isNewer: false, error: error as Error };
      }
    }),
  );
}
