/** Draws one line for each activity. */

import type { Style } from "../terminal.js";
import type { Activity } from "./board.js";

/** Characters for drawing. */
export interface Glyphs {
  spinner: readonly string[];
  full: string;
  empty: string;
  done: string;
  more: string;
}

export const UNICODE: Glyphs = {
  spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
  full: "━",
  empty: "─",
  done: "✓",
  more: "…",
};
export const ASCII: Glyphs = { spinner: ["|", "/", "-", "\\"], full: "#", empty: "-", done: "*", more: "~" };

const LABEL = 28;
const BAR = 30;
/** Minimum width of a useful bar. */
const MIN_BAR = 5;

/** Draws one activity in at most `columns` columns; every character is one column wide. */
export function drawActivity(
  { label, fraction, amount, isDetail = false }: Activity,
  { columns, tick, glyphs, style }: { columns: number; tick: number; glyphs: Glyphs; style: Style },
): string {
  const mark = isDetail ? "  " : `${glyphs.spinner[tick % glyphs.spinner.length] ?? ""} `;
  const room = columns - 2;
  const behind = amount === "" ? "" : ` ${amount}`;
  const name = fit(oneColumn(label), Math.min(LABEL, Math.max(1, room - behind.length)), glyphs);
  const width = Math.min(BAR, room - Math.max(LABEL, name.length) - behind.length - 1);
  const start = isDetail ? mark : style.cyan(mark);
  if (fraction === undefined || width < MIN_BAR) {
    return start + fit(name, room, glyphs) + style.dim(fit(behind, room - name.length, glyphs));
  }
  const full = Math.round(Math.min(1, Math.max(0, fraction)) * width);
  const bar = style.green(glyphs.full.repeat(full)) + style.dim(glyphs.empty.repeat(width - full));
  return `${start}${name.padEnd(LABEL)} ${bar}${style.dim(behind)}`;
}

/** Replaces characters that may be wider than one column or combine with others. */
function oneColumn(text: string): string {
  return text.replaceAll(/[^\u0020-\u007e]+/g, "?");
}

function fit(text: string, columns: number, { more }: Glyphs): string {
  if (text.length <= columns) return text;
  return columns < 1 ? "" : `${text.slice(0, columns - 1)}${more}`;
}
