/** Checks the options of tool sets. */

import { SidewinderError } from "../../errors.js";
import { closest } from "../../nearest.js";
import type { ToolOptions } from "./tool.js";

const KNOWN = ["prefix", "include", "readOnly", "maxChars", "errors"];
/** Results of fewer characters would not even have room for an error. */
const MIN_CHARS = 1000;

/**
 * Checks the options that all tool sets share.
 *
 * @throws SidewinderError with code `INVALID_OPTION` for an unknown option or value, or an unknown tool in `include`.
 */
export function checkToolOptions(
  options: ToolOptions,
  names: readonly string[],
  more: readonly string[] = [],
): void {
  const known = [...KNOWN, ...more];
  for (const key of Object.keys(options)) {
    if (known.includes(key)) continue;
    const near = closest(key, known);
    throw invalid(`unknown option \`${key}\``, near === undefined ? undefined : `did you mean \`${near}\`?`);
  }
  const { prefix = "", include = [], maxChars = MIN_CHARS, errors = "return" } = options;
  if (!/^[A-Za-z0-9_-]{0,32}$/.test(prefix)) {
    throw invalid("`prefix` must have at most 32 letters, digits, `_` or `-`", undefined);
  }
  if (!Number.isSafeInteger(maxChars) || maxChars < MIN_CHARS) {
    throw invalid(`\`maxChars\` must be an integer of at least ${MIN_CHARS}`, undefined);
  }
  if (errors !== "return" && errors !== "throw")
    throw invalid('`errors` must be "return" or "throw"', undefined);
  for (const name of include) {
    if (names.includes(name)) continue;
    const near = closest(name, names);
    throw invalid(
      `unknown tool \`${name}\` in \`include\``,
      near === undefined ? `tools: ${names.join(", ")}` : `did you mean \`${near}\`?`,
    );
  }
}

function invalid(message: string, hint: string | undefined): SidewinderError {
  return new SidewinderError("INVALID_OPTION", message, { hint });
}
