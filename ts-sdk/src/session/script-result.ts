/** Results of runs, as a person reads them in a terminal. */

import type { ScriptResult } from "../generated/types.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
/** As much of a stream is shown: its end, where failures are. */
const SHOWN = 2000;

/** The same plain object, which `console.log` shows with the ends of long outputs only. */
export function readable<Result extends ScriptResult>(result: Result): Result {
  return Object.defineProperty(result, INSPECT, {
    enumerable: false,
    configurable: true,
    value: (_depth: number, options: object, inspect: (value: unknown, options: object) => string) => {
      const shown = { ...result, stdout: end(result.stdout), stderr: end(result.stderr) };
      return `ScriptResult ${inspect(shown, options)}`;
    },
  });
}

function end(text: string): string {
  if (text.length <= SHOWN) return text;
  return `[${text.length - SHOWN} characters before] ${text.slice(-SHOWN)}`;
}
