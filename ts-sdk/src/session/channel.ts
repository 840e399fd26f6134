/** Channels: finding packages in them. */

import { checkArgument, filledName, names } from "../checks.js";
import type { ProgressEvent, SearchResult } from "../generated/types.js";
import { call } from "./call.js";
import { native } from "./native.js";
import { type SearchOptions, takeSearch } from "./options.js";

/**
 * A channel that packages come from: a name, a URL or a folder.
 *
 * @example
 * const found = await new Channel("conda-forge").search("libgreet");
 * console.log(found.packages[0].name); // → libgreet
 */
export class Channel {
  /** Name, URL or folder, as it was given. */
  readonly name: string;

  constructor(name: string) {
    this.name = checkArgument("name", name, filledName);
  }

  /**
   * Searches this channel. See {@link Channel.search}.
   *
   * @example
   * const channel = new Channel("conda-forge");
   * const { packages } = await channel.search("greet.h", { kind: "header" });
   * console.log(packages[0].name, packages[0].files); // → libgreet [ 'include/greet.h' ]
   */
  async search(query: string, options: SearchOptions = {}): Promise<SearchResult> {
    return await searchIn([this.name], query, options);
  }

  /**
   * Searches several channels. A package is taken from the first channel that has its name.
   *
   * A package is found by its name (`numpy`), a pattern (`*boost*`) or a match spec (`zlib >=1.3`); with another `kind` by a
   * file in it: a header, command, library, pkg-config module, CMake package, or Python, Perl or R module. Names that only
   * look like a file, such as `zlib.h`, need no `kind`.
   *
   * The files of all packages are searched in channels that are folders. In channels on servers these are the packages
   * in the cache and those that are likely to match, which are read by range requests. What was read is kept in the cache.
   *
   * @param options `channels` defaults to conda-forge.
   * @throws SidewinderError with code `INVALID_OPTION` or `INVALID_SPEC`; ChannelError. An aborted call rejects with the
   *   signal's reason.
   *
   * @example
   * const { packages, didYouMean } = await Channel.search("libgret", { channels: ["conda-forge"] });
   * console.log(packages.length, didYouMean); // → 0 [ 'libgreet' ]
   */
  static async search(
    query: string,
    options: SearchOptions & { channels?: readonly string[] } = {},
  ): Promise<SearchResult> {
    const { channels, ...rest } = options;
    const list = channels === undefined ? undefined : checkArgument("channels", channels, names);
    return await searchIn(list, query, rest);
  }
}

async function searchIn(
  channels: readonly string[] | undefined,
  query: string,
  options: SearchOptions,
): Promise<SearchResult> {
  const { json, request, signal, onProgress } = takeSearch(query, channels, options);
  const report = onProgress && ((event: string): void => onProgress(JSON.parse(event) as ProgressEvent));
  const found = await call(signal, ({ cancel, guard }) =>
    native().searchChannels(request, json, cancel, guard(report)),
  );
  return JSON.parse(found) as SearchResult;
}
