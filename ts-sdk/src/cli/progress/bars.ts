/** Progress on a terminal: lines at the bottom that are drawn over, above them what stays. */

import type { ProgressEvent } from "../../generated/types.js";
import { hasColors, isUnicode, printable, type Stream, type Style, styleOf } from "../terminal.js";
import { Board } from "./board.js";
import { ASCII, drawActivity, UNICODE } from "./draw.js";
import type { Progress } from "./progress.js";

const EVERY_MS = 80;
const HIDE_CURSOR = "\u001b[?25l";
const SHOW_CURSOR = "\u001b[?25h";

/** Draws bars until stopped, then shows the cursor again. */
export class Bars implements Progress {
  readonly #board = new Board();
  readonly #stream: Stream;
  readonly #style: Style;
  readonly #glyphs = isUnicode() ? UNICODE : ASCII;
  readonly #verbose: boolean;
  /** Widths of the lines drawn last. */
  #drawn: number[] = [];
  #timer: NodeJS.Timeout | undefined;
  #tick = 0;

  constructor(stream: Stream, verbose: boolean) {
    this.#stream = stream;
    this.#style = styleOf(hasColors(stream));
    this.#verbose = verbose;
  }

  readonly onProgress = (event: ProgressEvent): void => {
    for (const line of this.#board.take(event, performance.now())) this.#keepDone(line);
    if (event.kind === "log" && event.level === "warning") {
      this.#keep(`${this.#style.yellow("warning:")} ${printable(event.message)}`);
    } else if (event.kind === "log" && this.#verbose) this.#keep(printable(event.message));
    this.#start();
  };

  stop(isDone: boolean): void {
    if (isDone) for (const line of this.#board.finish()) this.#keepDone(line);
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    process.off("exit", this.#restore);
    this.#restore();
  }

  #start(): void {
    if (this.#timer !== undefined) return;
    this.#stream.write(HIDE_CURSOR);
    // Restore the cursor however the process exits.
    process.on("exit", this.#restore);
    this.#timer = setInterval(this.#draw, EVERY_MS);
    this.#timer.unref();
    this.#draw();
  }

  readonly #restore = (): void => void this.#stream.write(this.#erased() + SHOW_CURSOR);

  #keepDone(line: string): void {
    this.#keep(`${this.#style.green(this.#glyphs.done)} ${line}`);
  }

  #keep(line: string): void {
    const erased = this.#erased();
    this.#stream.write(`${erased}${line}\n`);
    if (this.#timer !== undefined) this.#draw();
  }

  readonly #draw = (): void => {
    const columns = Math.max(1, (this.#stream.columns ?? 80) - 1);
    const rows = Math.max(1, (this.#stream.rows ?? 24) - 1);
    const settings = { columns, tick: this.#tick, glyphs: this.#glyphs, style: this.#style };
    this.#tick += 1;
    const activities = this.#board.activities(performance.now()).slice(0, rows);
    const lines = activities.map((activity) => drawActivity(activity, settings));
    const text = lines.map((line) => `${line}\n`).join("");
    this.#stream.write(this.#erased() + text);
    this.#drawn = lines.map(width);
  };

  /** Escape codes that move the cursor to the first line drawn last and clear everything below. */
  #erased(): string {
    // A terminal that became narrower wraps the lines.
    const columns = Math.max(1, this.#stream.columns ?? 80);
    const rows = this.#drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil(line / columns)), 0);
    this.#drawn = [];
    return rows === 0 ? "" : `\u001b[${rows}A\r\u001b[J`;
  }
}

/** Width of a drawn line in columns: every character is one column wide, except color codes. */
function width(line: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: color codes start with one
  return line.replaceAll(/\u001b\[\d+m/g, "").length;
}
