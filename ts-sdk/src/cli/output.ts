/** Results on standard output, remarks on standard error. */

import type { Call } from "./command.js";

/** Writes a result: as one JSON value where that is wanted (on a terminal over several lines), else as text. */
export function print(call: Pick<Call, "json">, value: unknown, text: () => string): void {
  process.stdout.write(call.json ? `${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n` : text());
}

/** Writes a line for the person at the terminal. */
export function remark(call: Pick<Call, "quiet">, line: string): void {
  if (!call.quiet) process.stderr.write(`${line}\n`);
}

/** A word as a shell takes it. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
