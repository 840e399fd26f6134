/** Options for what scripts may use and do: `--limit`, `--sandbox`, `--allow-…`. */

import { resolve } from "node:path";
import type { Sandbox } from "../generated/types.js";
import { closest } from "../nearest.js";
import type { Limits } from "../session/options.js";
import { given, type OptionSpecs, pairs, type Values } from "./command.js";
import { UsageError } from "./usage-error.js";

/** Limits, for a session or a run. */
export const LIMIT_OPTIONS = {
  limit: {
    type: "string",
    multiple: true,
    value: "NAME=VALUE",
    description:
      "End a run that exceeds it: memory=2G, cpu=10m, processes=64, disk=5G, log=100M (Linux; log everywhere)",
  },
} as const satisfies OptionSpecs;

/** Confinement of scripts. */
export const SANDBOX_OPTIONS = {
  sandbox: {
    type: "boolean",
    description: "Let scripts write only to the session's and temporary folders (Linux 6.12 or later)",
  },
  "allow-write": {
    type: "string",
    multiple: true,
    value: "DIR",
    description: "A folder that scripts in the sandbox may write to as well; implies --sandbox",
  },
  "allow-read": {
    type: "string",
    multiple: true,
    value: "DIR",
    description: "Let scripts read only this folder, those of the session and the system; implies --sandbox",
  },
  "allow-host": {
    type: "string",
    multiple: true,
    value: "HOST",
    description: "Let scripts reach only this host, e.g. pypi.org or *.example.org:8080; implies --sandbox",
  },
} as const satisfies OptionSpecs;

/** The SDK's `limits`. */
export function limitsOf(texts: readonly string[] | undefined): Limits | undefined {
  if (texts === undefined) return undefined;
  const limits: Limits = {};
  for (const [name, value] of pairs("limit", texts)) {
    const read = Object.hasOwn(LIMITS, name) ? LIMITS[name] : undefined;
    if (read === undefined) {
      const meant = closest(name, Object.keys(LIMITS));
      throw new UsageError(
        `unknown limit \`${name}\`; expected ${Object.keys(LIMITS).join(", ")}`,
        meant === undefined ? undefined : `did you mean \`${meant}\`?`,
      );
    }
    Object.assign(limits, read(value, name));
  }
  return limits;
}

/** The SDK's `sandbox`. */
export function sandboxOf(values: Partial<Values<typeof SANDBOX_OPTIONS>>): Sandbox | undefined {
  const { "allow-write": write, "allow-read": read, "allow-host": network } = values;
  if (write === undefined && read === undefined && network === undefined) return values.sandbox;
  return given({
    write: write?.map((folder) => resolve(folder)),
    read: read?.map((folder) => resolve(folder)),
    network,
  });
}

const LIMITS: Readonly<Record<string, (value: string, name: string) => Limits>> = {
  memory: (value, name) => ({ memoryBytes: bytes(value, name) }),
  cpu: (value, name) => ({ cpuSeconds: seconds(value, name) }),
  processes: (value, name) => ({ processes: amount(value, /^(\d+)()$/, {}, name, "a number such as 64") }),
  disk: (value, name) => ({ diskBytes: bytes(value, name) }),
  log: (value, name) => ({ logBytes: bytes(value, name) }),
};

const SIZES = { k: 2 ** 10, m: 2 ** 20, g: 2 ** 30, t: 2 ** 40 };
const TIMES = { ms: 0.001, s: 1, m: 60, h: 3600 };

function bytes(value: string, name: string): number {
  const form = /^(\d+(?:\.\d+)?)([kmgt]?)(?:i?b)?$/i;
  return Math.round(amount(value, form, SIZES, name, "a size such as 512M or 2G"));
}

function seconds(value: string, name: string): number {
  return amount(value, /^(\d+(?:\.\d+)?)(ms|[smh]?)$/i, TIMES, name, "a time such as 90, 90s, 5m or 1h");
}

function amount(
  value: string,
  form: RegExp,
  units: Readonly<Record<string, number>>,
  name: string,
  expected: string,
): number {
  const [, number = "", unit = ""] = form.exec(value) ?? [];
  const result = Number(number) * (units[unit.toLowerCase()] ?? 1);
  if (number === "" || result <= 0) {
    throw new UsageError(`invalid value \`${value}\` for the limit \`${name}\`; expected ${expected}`);
  }
  return result;
}
