/** Sessions of the machine, a line each. */

import type { SessionInfo } from "../../generated/types.js";
import type { OptionSpecs } from "../command.js";

/** Options that say where sessions are looked for. */
export const REGISTRY = {
  "cache-dir": {
    type: "string",
    value: "DIR",
    description: "The cache folder that the sessions were made with; default: the one that conda tools share",
  },
} as const satisfies OptionSpecs;

/** One session: its state, its package, its build folder. */
export function sessionLine({ state, name, version, buildString, dir }: SessionInfo): string {
  return `${state} ${name} ${version} ${buildString} ${dir}\n`;
}
