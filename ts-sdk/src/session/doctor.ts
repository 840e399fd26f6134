/** What works on this machine. */

import { filledName, flag, names, signal, takeOptions } from "../checks.js";
import { NativeAddonError } from "../errors.js";
import type { DoctorCheck, DoctorOptions as DoctorOptionsRecord } from "../generated/types.js";
import { VERSION } from "../version.js";
import { call } from "./call.js";
import { native } from "./native.js";

/** What is examined. */
export interface DoctorOptions extends Partial<Omit<DoctorOptionsRecord, "authFile">> {
  /** Credentials; default: the store, the keyring, `.netrc` and environment variables that conda tools share. */
  auth?: { file?: string };
  /** Stops the examination, which rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** What works on this machine. */
export interface DoctorReport {
  /** The version of sidewinder. */
  version: string;
  /** Operating system and processor, e.g. `linux-x64`. */
  platform: string;
  /** The version of Node.js. */
  node: string;
  /** Whether sessions work: no check failed. Options that need more may still be refused: see the checks. */
  works: boolean;
  /** One result for each check, in the order of the report. */
  checks: DoctorCheck[];
}

/**
 * Finds out what works on this machine by trying: the native addon, the cache, hard links and reflinks, namespaces,
 * Landlock, cgroups, limits of the process, and whether channels can be reached.
 *
 * What does not work is part of the report, not an error.
 *
 * @example
 * const { works, checks } = await doctor({ channels: [] });
 * for (const { name, status, message } of checks) console.error(status, name, message);
 * console.log(works); // → true
 */
export async function doctor(options: DoctorOptions = {}): Promise<DoctorReport> {
  const {
    auth,
    signal: stop,
    ...rest
  } = takeOptions(options, {
    channels: names,
    outputDir: filledName,
    cacheDir: filledName,
    auth: (value) => takeOptions(value as { file?: string }, { file: filledName }, "auth"),
    offline: flag,
    signal,
  });
  const checks = await examine(JSON.stringify({ ...rest, authFile: auth?.file }), stop);
  return {
    version: VERSION,
    platform: `${process.platform}-${process.arch}`,
    node: process.version,
    works: checks.every(({ status }) => status !== "failed"),
    checks,
  };
}

async function examine(json: string, stop: AbortSignal | undefined): Promise<DoctorCheck[]> {
  try {
    native();
  } catch (error) {
    if (!NativeAddonError.is(error)) throw error;
    const { message, hint } = error;
    return [{ name: "addon", status: "failed", message, ...(hint === undefined ? {} : { hint }) }];
  }
  const found = await call(stop, ({ cancel }) => native().examineMachine(json, cancel));
  const checks = JSON.parse(found) as DoctorCheck[];
  return [{ name: "addon", status: "ok", message: "the native addon is loaded" }, ...checks];
}
