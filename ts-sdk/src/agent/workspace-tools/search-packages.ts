/** `search_packages` */

import { Channel } from "../../session/channel.js";
import { workspaceSpec } from "./sessions.js";

/** Maximum number of builds that are shown of a version. */
const MAX_BUILDS = 5;
/** Maximum number of versions that are shown of a package. */
const MAX_VERSIONS = 20;

export const searchPackages = workspaceSpec({
  name: "search_packages",
  title: "Search packages",
  description:
    "Finds conda packages by name, with their versions and builds, or by a file in them: which package has this header, " +
    "command, library, pkg-config module, CMake package, or Python, Perl or R module. Suggests names for misspelt ones.",
  effect: "read",
  openWorld: true,
  howToRead: { packages: "set `limit`, or search for `name >=version`" },
  input: {
    type: "object",
    properties: {
      query: {
        type: "string",
        description:
          "A name, a pattern such as `*boost*` or a spec such as `zlib >=1.3`; or the name of the file.",
      },
      kind: {
        type: "string",
        enum: [
          "package",
          "header",
          "command",
          "library",
          "pkg-config",
          "cmake",
          "python",
          "perl",
          "r",
          "file",
        ],
        description: "What `query` is. Default: what it looks like.",
      },
      channels: {
        type: "array",
        items: { type: "string" },
        description: "Channels, highest priority first. Default: the channels of this workspace.",
      },
      platform: { type: "string", description: "E.g. `linux-64`. Default: the platform of this machine." },
      limit: {
        type: "integer",
        minimum: 1,
        maximum: 100,
        description: "Maximum number of packages.",
        default: 10,
      },
    },
    required: ["query"],
  },
  output: {
    type: "object",
    properties: {
      kind: { type: "string", description: "What was searched for." },
      packages: {
        type: "array",
        description: "Best match first.",
        items: {
          type: "object",
          properties: {
            name: { type: "string" },
            channel: { type: "string" },
            matched: {
              type: "string",
              description:
                "`file`: it has the file. `exact`: the name. `alias`: known under this name, its files were not read.",
            },
            files: {
              type: "array",
              items: { type: "string" },
              description: "The files that were searched for.",
            },
            versions: {
              type: "array",
              description: "Newest first; all versions that match for an exact name.",
              items: {
                type: "object",
                properties: {
                  version: { type: "string" },
                  builds: { type: "array", items: { type: "string" } },
                },
                required: ["version", "builds"],
              },
            },
            version_count: { type: "integer" },
          },
          required: ["name", "channel", "matched", "files", "versions", "version_count"],
        },
      },
      did_you_mean: { type: "array", items: { type: "string" } },
      searched_packages: { type: "integer", description: "Number of packages in the channels." },
      searched_file_lists: { type: "integer", description: "Number of packages whose files were searched." },
    },
    required: ["kind", "packages", "did_you_mean", "searched_packages", "searched_file_lists"],
  },
  async run(workspace, { query, kind, channels, platform, limit = 10 }, { signal }) {
    const list = channels ?? workspace.channels;
    const found = await Channel.search(query, {
      limit,
      ...(kind === undefined ? {} : { kind }),
      ...(list === undefined ? {} : { channels: list }),
      ...(platform === undefined ? {} : { platform }),
      ...(signal === undefined ? {} : { signal }),
    });
    return {
      kind: found.kind as string,
      packages: found.packages.map(({ name, channel, matched, files, versions, versionCount }) => ({
        name,
        channel,
        matched: matched as string,
        files,
        versions: versions.slice(0, MAX_VERSIONS).map(({ version, builds }) => ({
          version,
          builds: builds.slice(0, MAX_BUILDS).map(({ build }) => build),
        })),
        version_count: versionCount,
      })),
      did_you_mean: found.didYouMean,
      searched_packages: found.searched.names,
      searched_file_lists: found.searched.fileLists,
    };
  },
});
