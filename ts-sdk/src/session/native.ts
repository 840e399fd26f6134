/** The native addon: its generated declarations, and loading it. */

import type { Native } from "../generated/native.js";
import { loadAddon } from "./addon.js";
import type { LogEvent } from "./log.js";

export type { CancelToken, Native, NativeSession, OutputFlow, StdinWriter } from "../generated/native.js";

/** Takes output as it comes. */
export type OutputCallback = (stream: "stdout" | "stderr", text: string) => void;

/** Takes one progress event, as JSON text. */
export type ProgressCallback = (eventJson: string) => void;

/** Takes one log event, as JSON text. */
export type LogCallback = (eventJson: string) => void;

let loaded: Native | undefined;

/**
 * The addon for this machine, loaded when it is first asked for.
 *
 * @throws NativeAddonError that says which were looked for, what to do, and what works without it.
 */
export function native(): Native {
  if (loaded === undefined) {
    loaded = loadAddon() as Native;
    logToStderr(loaded);
  }
  return loaded;
}

/** `SIDEWINDER_LOG=debug` prints log events of the addon on standard error, without a change of the program. */
function logToStderr(addon: Native): void {
  const level = process.env.SIDEWINDER_LOG;
  if (level === undefined || level === "") return;
  try {
    addon.addLogListener(level, (json) => {
      const { level, target, message, fields } = JSON.parse(json) as LogEvent;
      const values = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
      process.stderr.write(`${level} ${target}: ${message}${values.join("")}\n`);
    });
  } catch {
    process.stderr.write(
      `SIDEWINDER_LOG: unknown level ${level}; expected error, warn, info, debug or trace\n`,
    );
  }
}
