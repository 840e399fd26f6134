/** What a stream can show: colours, columns, and no more than is meant. */

import type { WriteStream } from "node:tty";

/** Standard output or error, which may be a terminal. */
export type Stream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns" | "rows">>;

/**
 * Whether a stream gets colours: `FORCE_COLOR` (anything but empty, `0` and `false`) says so, else `NO_COLOR` (anything but
 * empty) forbids it, else it must be a terminal that is not `dumb`.
 */
export function hasColours({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return isTTY === true && env.TERM !== "dumb";
}

/** Whether lines of a stream can be drawn over. */
export function canRedraw({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY === true && env.TERM !== "dumb";
}

/** Whether a terminal shows more than ASCII, as its locale tells. */
export function isUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === "win32" || process.platform === "darwin") return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "");
}

/** Marks texts for a stream. */
export type Style = Record<keyof typeof CODES, (text: string) => string>;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Colours for a stream, or none. */
export function styleOf(colours: boolean): Style {
  const mark = (code: number) => (text: string) => (colours ? `\u001b[${code}m${text}\u001b[0m` : text);
  const entries = Object.entries(CODES).map(([name, code]) => [name, mark(code)]);
  return Object.fromEntries(entries) as Style;
}

/**
 * A text without control characters but tabs and ends of lines. Names and messages come from recipes, channels and servers,
 * and must not move the cursor or change the terminal.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
