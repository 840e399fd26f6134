/** The native addon: its generated declarations, and loading it. */

import type { Native } from "../generated/native.js";
import { loadAddon } from "./addon.js";

export type { CancelToken, Native, NativeSession, OutputFlow, StdinWriter } from "../generated/native.js";

/** Takes output as it comes. */
export type OutputCallback = (stream: "stdout" | "stderr", text: string) => void;

/** Takes one progress event, as JSON text. */
export type ProgressCallback = (eventJson: string) => void;

let loaded: Native | undefined;

/**
 * The addon for this machine, loaded when it is first asked for.
 *
 * @throws NativeAddonError that says which were looked for, what to do, and what works without it.
 */
export function native(): Native {
  loaded ??= loadAddon() as Native;
  return loaded;
}
