/** `sidewinder debug setup`: all that comes before a build. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { EnvironmentLock } from "../../generated/types.js";
import { DebugSession } from "../../session/session.js";
import { choice, command, given, type OptionSpecs, onlyOperand } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { showing } from "../progress/progress.js";
import { RENDER_OPTIONS, renderFile } from "../recipe-options.js";
import { UsageError } from "../usage-error.js";
import { choosePackage } from "./choose.js";
import { ACCESS, WHERE, whereOptions } from "./where.js";

const packages = "Packages";
const build = "Build";

const SESSION_OPTIONS = {
  channel: {
    type: "string",
    short: "c",
    multiple: true,
    value: "CHANNEL",
    group: packages,
    description:
      "Channel name, URL or folder, highest priority first; default: `channel_sources` of the variant files, otherwise conda-forge",
  },
  "channel-priority": {
    type: "string",
    value: "PRIORITY",
    group: packages,
    description:
      "strict, flexible or disabled: whether a package may come from a channel after the first that has it; default: strict",
  },
  "exclude-newer": {
    type: "string",
    value: "DATE",
    group: packages,
    description: "Ignore packages uploaded after this date or moment, e.g. 2024-05-01",
  },
  "cache-dir": {
    type: "string",
    value: "DIR",
    group: packages,
    description: "Packages, indexes and sources; default: the cache that conda tools share",
  },
  lock: {
    type: "string",
    value: "FILE",
    group: packages,
    description: "Install exactly the packages that `debug lock` printed into this file",
  },
  offline: { ...ACCESS.offline, group: packages },
  "auth-file": { ...ACCESS["auth-file"], group: packages },
  "output-dir": {
    type: "string",
    value: "DIR",
    default: WHERE["output-dir"].default,
    group: build,
    description: "Where the build folder goes",
  },
  "build-id": {
    type: "boolean",
    group: build,
    description: "Put the time into the build folder's name, so that earlier sessions stay",
  },

  "skip-attestation": {
    type: "boolean",
    group: build,
    description: "Take sources that name an attestation; signatures are not checked",
  },
  "refuse-archive-entries": {
    type: "boolean",
    group: build,
    description:
      "Refuse source archives with entries that are not safe to unpack; default: skip these entries",
  },
  staging: {
    type: "boolean",
    group: build,
    description: "Take the staging output that the output builds on",
  },
  isolation: {
    type: "string",
    value: "KIND",
    group: build,
    description:
      "strict or none: whether scripts see only what they need of this environment, or all; default: strict",
  },
  "pass-env": {
    type: "string",
    multiple: true,
    value: "NAME",
    group: build,
    description: "A variable of this environment that scripts see all the same",
  },
  "no-network": {
    type: "boolean",
    group: build,
    description: "Keep scripts from the network (Linux with user namespaces)",
  },
} as const satisfies OptionSpecs;

export default command({
  name: "debug setup",
  usage: ["RECIPE [options]"],
  about:
    "Does all that comes before a build, and stops there: resolves and installs the build and host environments, fetches and " +
    "patches the sources, writes the build script. Prints where things are. Then: debug run, debug shell.\n\n" +
    "Where a recipe gives several packages, they are listed with the options that choose one. Ctrl-C stops the set-up and " +
    "leaves nothing half done behind.",
  options: {
    "output-name": {
      type: "string",
      value: "NAME",
      description: "Which output of a recipe that has several",
    },
    verbose: {
      type: "boolean",
      short: "v",
      description: "On a terminal too, show everything that is logged",
    },
    ...RENDER_OPTIONS,
    ...SESSION_OPTIONS,
  },
  examples: [
    {
      description: "with conda-forge's packages",
      line: "sidewinder debug setup recipe.yaml -m variants.yaml",
    },
    {
      description: "one output, for one Python, own packages first",
      line: "sidewinder debug setup . --output-name libfoo --variant python=3.12.* -c ./output -c conda-forge",
    },
    {
      description: "as it would have been built that day",
      line: "sidewinder debug setup recipe.yaml --exclude-newer 2024-05-01",
    },
  ],
  async run(call) {
    const { values } = call;
    const path = onlyOperand(call, "the recipe");
    const options = given({
      channels: values.channel,
      channelPriority: optional("channel-priority", values["channel-priority"], [
        "strict",
        "flexible",
        "disabled",
      ]),
      excludeNewer: moment(values["exclude-newer"]),
      cacheDir: values["cache-dir"] && resolve(values["cache-dir"]),
      offline: values.offline,
      auth: values["auth-file"] === undefined ? undefined : { file: resolve(values["auth-file"]) },
      noBuildId: values["build-id"] === true ? false : undefined,
      isolation: optional("isolation", values.isolation, ["strict", "none"]),
      passEnv: values["pass-env"],
      network: values["no-network"] === true ? false : undefined,
      attestation: values["skip-attestation"] === true ? ("skip" as const) : undefined,
      lock: values.lock === undefined ? undefined : readLock(values.lock),
      archiveEntries: values["refuse-archive-entries"] === true ? ("refuse" as const) : undefined,
      staging: values.staging === true ? ("debug" as const) : undefined,
    });
    const variant = choosePackage(await renderFile(path, values, call), values["output-name"]);
    const { name, version, buildString } = variant;
    remark(call, `Setting up ${name} ${version} ${buildString}`);
    const before = await DebugSession.list(given({ cacheDir: options.cacheDir }));
    const paths = await interruptible(async (signal) => {
      const session = await showing(
        { quiet: call.quiet, verbose: values.verbose ?? false },
        async (onProgress) =>
          await DebugSession.create(variant, {
            ...options,
            outputDir: resolve(values["output-dir"]),
            signal,
            onProgress,
          }),
      );
      await session.close({ keep: true });
      return session.paths;
    });
    print(call, { name, version, buildString, paths }, () =>
      Object.entries(paths)
        .map(([key, place]) => `${key}: ${place}\n`)
        .join(""),
    );
    if (before.some(({ dir }) => dir === paths.buildDir)) {
      remark(
        call,
        "It takes the place of the session that was there, and what was changed in that one is gone; --build-id keeps both.",
      );
    }
    const where = whereOptions({ "output-dir": values["output-dir"], dir: undefined });
    remark(call, `Next: sidewinder debug run${where}, or sidewinder debug shell${where}`);
    return 0;
  },
});

function readLock(file: string): EnvironmentLock {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as EnvironmentLock;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`cannot read the lock \`${file}\`: ${reason}`);
  }
}

function optional<const T extends string>(
  option: string,
  value: string | undefined,
  allowed: readonly T[],
): T | undefined {
  return value === undefined ? undefined : choice(option, value, allowed);
}

function moment(text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) {
    throw new UsageError(`\`--exclude-newer\` takes a date such as 2024-05-01, not \`${text}\``);
  }
  return date;
}
