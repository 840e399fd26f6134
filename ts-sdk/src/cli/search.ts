/** `sidewinder search`: packages by their names, or by the files in them. */

import type { SearchKind } from "../generated/types.js";
import { Channel } from "../session/channel.js";
import { command, given, type OptionSpecs, onlyOperand } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print, remark } from "./output.js";
import { searchText } from "./search-text.js";
import { CHANNEL_OPTIONS, sessionOptions } from "./session-options.js";
import { hasColors, styleOf } from "./terminal.js";
import { UsageError } from "./usage-error.js";

const kinds = "What to search for";

/** A flag for every kind of file. */
const KINDS = {
  header: { type: "boolean", group: kinds, description: "A header, e.g. zlib.h or openssl/ssl.h" },
  command: { type: "boolean", group: kinds, description: "A command, e.g. cmake" },
  library: { type: "boolean", group: kinds, description: "A library, e.g. z, -lz or libz.so.1" },
  "pkg-config": { type: "boolean", group: kinds, description: "A pkg-config module, e.g. glib-2.0" },
  cmake: { type: "boolean", group: kinds, description: "A CMake package, e.g. ZLIB" },
  python: { type: "boolean", group: kinds, description: "A Python module, e.g. yaml" },
  perl: { type: "boolean", group: kinds, description: "A Perl module, e.g. XML::Parser" },
  r: { type: "boolean", group: kinds, description: "An R package, e.g. ggplot2" },
  file: { type: "boolean", group: kinds, description: "Any file, by the end of its path" },
} as const satisfies OptionSpecs;

const { channel, "cache-dir": cacheDir, offline, "auth-file": authFile } = CHANNEL_OPTIONS;

const OPTIONS = {
  ...KINDS,
  channel: {
    ...channel,
    group: "Options",
    description: "Channel name, URL or folder, highest priority first; default: conda-forge",
  },
  platform: {
    type: "string",
    value: "PLATFORM",
    description: "Platform of the packages, e.g. linux-64; default: this machine's",
  },
  limit: { type: "string", value: "N", default: "20", description: "Maximum number of packages" },
  "max-downloads": {
    type: "string",
    value: "N",
    default: "20",
    description: "Maximum number of archives whose lists of files are read from a server",
  },
  "cache-dir": { ...cacheDir, group: "Options" },
  offline: { ...offline, group: "Options" },
  "auth-file": { ...authFile, group: "Options" },
} as const satisfies OptionSpecs;

export default command({
  name: "search",
  usage: ["QUERY [options]"],
  about:
    "Finds packages in channels. QUERY is a name, a pattern with `*` or a match spec. With an option such as --header it is " +
    "the name of a file, and packages that contain it are listed; `zlib.h` and `libz.so.1` need no such option.\n\n" +
    "All packages of channels in folders are searched for files. Of channels on servers, these are the packages in the " +
    "cache, and those that are likely to match. Exit status 1: nothing was found.",
  options: OPTIONS,
  examples: [
    {
      description: "versions and builds of a package",
      line: "sidewinder search 'zlib >=1.3' -c conda-forge",
    },
    { description: "which package has a header", line: "sidewinder search openssl/ssl.h --header" },
    {
      description: "for programs",
      line: "sidewinder search yaml --python --json | jq -r '.packages[0].name'",
    },
  ],
  async run(call) {
    const query = onlyOperand(call, "a name, pattern or match spec");
    const { values } = call;
    const chosen = (Object.keys(KINDS) as (keyof typeof KINDS)[]).filter((kind) => values[kind] === true);
    const [kind, other] = chosen;
    if (other !== undefined) throw new UsageError(`\`--${kind}\` and \`--${other}\` cannot be combined`);
    const {
      channels,
      cacheDir: folder,
      offline: isOffline,
      auth,
    } = sessionOptions({
      channel: values.channel,
      "cache-dir": values["cache-dir"],
      offline: values.offline,
      "auth-file": values["auth-file"],
    });
    const found = await Channel.search(query, {
      ...given({ channels, cacheDir: folder, offline: isOffline, auth, platform: values.platform }),
      ...given({ kind: kind as SearchKind | undefined }),
      limit: number("limit", values.limit),
      maxDownloads: number("max-downloads", values["max-downloads"]),
      onProgress: (event) => {
        if (event.kind === "log") remark(call, event.message);
      },
    });
    print(call, found, () => searchText(found, styleOf(hasColors(process.stdout))));
    return found.packages.length === 0 ? EXIT.failed : EXIT.done;
  },
});

function number(option: string, text: string): number {
  const count = Number(text);
  if (!Number.isSafeInteger(count) || count < 0 || text.trim() === "") {
    throw new UsageError(`invalid value \`${text}\` for \`--${option}\`; expected a non-negative integer`);
  }
  return count;
}
