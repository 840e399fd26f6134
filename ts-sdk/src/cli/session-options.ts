/** Options of sessions, shared by the commands that create one. */

import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import type { EnvironmentLock } from "../generated/types.js";
import type { DebugSessionOptions } from "../session/options.js";
import { choice, given, type OptionSpecs, type Values } from "./command.js";
import { ACCESS, WHERE } from "./debug/where.js";
import { LIMIT_OPTIONS, limitsOf, SANDBOX_OPTIONS, sandboxOf } from "./limits.js";
import { UsageError } from "./usage-error.js";

const packages = "Packages";
const build = "Build";

/** Options of sessions. */
export const SESSION_OPTIONS = {
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
  limit: { ...LIMIT_OPTIONS.limit, group: build },
  sandbox: { ...SANDBOX_OPTIONS.sandbox, group: build },
  "allow-write": { ...SANDBOX_OPTIONS["allow-write"], group: build },
  "allow-read": { ...SANDBOX_OPTIONS["allow-read"], group: build },
  "allow-host": { ...SANDBOX_OPTIONS["allow-host"], group: build },
} as const satisfies OptionSpecs;

/** The options for packages alone. */
export const CHANNEL_OPTIONS = {
  channel: SESSION_OPTIONS.channel,
  "channel-priority": SESSION_OPTIONS["channel-priority"],
  "exclude-newer": SESSION_OPTIONS["exclude-newer"],
  "cache-dir": SESSION_OPTIONS["cache-dir"],
  offline: SESSION_OPTIONS.offline,
  "auth-file": SESSION_OPTIONS["auth-file"],
} as const satisfies OptionSpecs;

/** The SDK's options for them; the output folder is left to the command. */
export function sessionOptions(
  values: Partial<Values<typeof SESSION_OPTIONS>>,
): Omit<DebugSessionOptions, "outputDir" | "signal" | "onProgress"> {
  return given({
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
    limits: limitsOf(values.limit),
    sandbox: sandboxOf(values),
    attestation: values["skip-attestation"] === true ? ("skip" as const) : undefined,
    lock: values.lock === undefined ? undefined : readLock(values.lock),
    archiveEntries: values["refuse-archive-entries"] === true ? ("refuse" as const) : undefined,
    staging: values.staging === true ? ("debug" as const) : undefined,
  });
}

/** Reads a lock, or the report of a build. */
export function readLock(file: string): EnvironmentLock {
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
