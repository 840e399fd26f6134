/** Prints results on standard output and remarks on standard error. */

import type { Call } from "./command.js";

/** Prints a result as text, or with `--json` as one JSON value (indented on a terminal). */
export function print(call: Pick<Call, "json">, value: unknown, text: () => string): void {
  process.stdout.write(call.json ? `${JSON.stringify(value, null, process.stdout.isTTY ? 2 : 0)}\n` : text());
}

/** Prints a line on standard error, unless `--quiet`. */
export function remark(call: Pick<Call, "quiet">, line: string): void {
  if (!call.quiet) process.stderr.write(`${line}\n`);
}

/** Quotes a word for a POSIX shell. */
export function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
