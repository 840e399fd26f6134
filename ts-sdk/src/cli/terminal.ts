/** Terminal capabilities and output that is safe to print. */

import type { WriteStream } from "node:tty";

/** Standard output or standard error; may be a terminal. */
export type Stream = NodeJS.WritableStream & Partial<Pick<WriteStream, "isTTY" | "columns" | "rows">>;

/**
 * Whether to use colors on a stream. `FORCE_COLOR` decides unless it is empty: `0` and `false` disable colors, any other
 * value enables them. Otherwise a non-empty `NO_COLOR` disables them. Otherwise the stream must be a terminal that is not
 * `dumb`.
 */
export function hasColors({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  const force = env.FORCE_COLOR;
  if (force !== undefined && force !== "") return force !== "0" && force !== "false";
  if (env.NO_COLOR !== undefined && env.NO_COLOR !== "") return false;
  return isTTY === true && env.TERM !== "dumb";
}

/** Whether lines can be redrawn. */
export function canRedraw({ isTTY }: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  return isTTY === true && env.TERM !== "dumb";
}

/** Whether the locale uses UTF-8. */
export function isUnicode(env: NodeJS.ProcessEnv = process.env): boolean {
  if (process.platform === "win32" || process.platform === "darwin") return true;
  return /utf-?8/i.test(env.LC_ALL || env.LC_CTYPE || env.LANG || "");
}

/** Functions that style text for a stream. */
export type Style = Record<keyof typeof CODES, (text: string) => string>;

const CODES = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

/** Styles with ANSI colors, or plain text. */
export function styleOf(colors: boolean): Style {
  const mark = (code: number) => (text: string) => (colors ? `\u001b[${code}m${text}\u001b[0m` : text);
  const entries = Object.entries(CODES).map(([name, code]) => [name, mark(code)]);
  return Object.fromEntries(entries) as Style;
}

/**
 * Removes control characters except tabs and newlines. Names and messages come from recipes, channels and servers; they
 * must not move the cursor or change the terminal's state.
 */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "");
}
