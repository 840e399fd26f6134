/** New versions of recipes: fetches the sources of a version, and writes version, checksums and build number. */

import {
  type Checks,
  callback,
  count,
  filledName,
  must,
  record,
  signal as signalCheck,
  takeOptions,
} from "../checks.js";
import { SourceError } from "../errors.js";
import type { PlannedSource, UpdatePlan, VariantValue } from "../generated/types.js";
import { type Checksums, type Fetch, fetchChecksums } from "./fetch-checksums.js";
import { commitOfTag } from "./remote-tag.js";
import { callTools } from "./tools.js";
import { VariantConfig } from "./variant-config.js";

/** How a recipe is updated. */
export interface UpdateOptions {
  /** The new version. Without it, or with the present one, only checksums are refreshed. */
  version?: string;
  /**
   * Checksums that are known already, by URL as the recipe renders it: these sources are not fetched. For git sources, `commit`
   * by the URL of the repository.
   */
  sources?: Record<string, Checksums>;
  /** Fetches the sources. Default: the `fetch` of the runtime. */
  fetch?: Fetch;
  /** The new build number. Default: 0 for another version; otherwise it stays. */
  buildNumber?: number;
  /** Variant keys that version or URLs use; the first value of each counts. */
  variants?: VariantConfig;
  /** Stops the update. */
  signal?: AbortSignal;
}

/** A source of an updated recipe. */
export interface UpdatedSource extends Checksums {
  /** Where it was found. */
  url: string;
}

/** What an update did. */
export interface RecipeUpdate {
  /** The new text. */
  text: string;
  /** The version before. */
  oldVersion: string;
  /** The version after, as the recipe prints it. */
  newVersion: string;
  /** The sources with their new checksums. */
  sources: UpdatedSource[];
  /** What a person should look at. */
  warnings: string[];
}

const OPTIONS: Checks = {
  version: filledName,
  sources: record,
  fetch: callback,
  buildNumber: count,
  variants: must<VariantConfig>("a VariantConfig", (value) => value instanceof VariantConfig),
  signal: signalCheck,
};

/** @internal Updates the text of a recipe. */
export async function updateText(text: string, options: UpdateOptions | undefined): Promise<RecipeUpdate> {
  const { version, sources = {}, fetch, buildNumber, variants, signal } = takeOptions(options, OPTIONS);
  const request = JSON.stringify({ version, buildNumber, variants: firstValues(variants) });
  const plan = callTools<UpdatePlan>((tools) => tools.planUpdate(text, request));
  const updated: UpdatedSource[] = [];
  for (const source of plan.sources) {
    updated.push(await checksumsOf(source, sources, fetch, signal));
  }
  const results = updated.map(({ sha256, md5, commit }) => ({ sha256, md5, commit }));
  const newText = callTools<string>((tools) =>
    tools.finishUpdate(JSON.stringify(plan), JSON.stringify(results)),
  );
  const { oldVersion, newVersion, warnings } = plan;
  return { text: newText, oldVersion, newVersion, sources: updated, warnings };
}

/** @internal The first value of each variant key. */
export function firstValues(variants: VariantConfig | undefined): Record<string, VariantValue> {
  const values: Record<string, VariantValue> = {};
  for (const key of variants?.keys ?? []) {
    const [first] = variants?.get(key) ?? [];
    if (first !== undefined) values[key] = first;
  }
  return values;
}

async function checksumsOf(
  source: PlannedSource,
  known: Record<string, Checksums>,
  fetch: Fetch | undefined,
  signal: AbortSignal | undefined,
): Promise<UpdatedSource> {
  for (const url of source.urls) {
    const given = Object.hasOwn(known, url) ? known[url] : undefined;
    if (given !== undefined) return { url, ...given };
  }
  const [first = ""] = source.urls;
  if (source.commit !== undefined) {
    // Without a tag the recipe names the commit itself, which only its author can choose.
    if (source.tag === undefined) return { url: first, commit: source.commit };
    return { url: first, commit: await commitOfTag(first, source.tag, signal) };
  }
  const wanted = { sha256: source.sha256 !== undefined, md5: source.md5 !== undefined };
  let failure: unknown;
  // Mirrors of each other: the first that answers counts.
  for (const url of source.urls) {
    try {
      return { url, ...(await fetchChecksums(url, wanted, fetch, signal)) };
    } catch (error) {
      if (!SourceError.is(error)) throw error;
      failure ??= error;
    }
  }
  throw failure;
}
