/** What a set-up is doing: one live block on a terminal, plain lines in a pipe. */

import type { ProgressEvent } from "../generated/types.js";
import { hasColours, isDrawable } from "./colours.js";

const PHASES: Record<Extract<ProgressEvent, { kind: "phase" }>["phase"], string> = {
  sources: "Fetching sources",
  repodata: "Reading channels",
  solve: "Solving",
  download: "Downloading packages",
  link: "Installing packages",
  script: "Running the script",
};

/** How often the block is drawn anew, in milliseconds. */
const EVERY = 80;

/** How many transfers the block shows; the rest is counted. */
const SHOWN = 4;

/** A stream to draw on: standard error. */
export type Canvas = Pick<NodeJS.WriteStream, "write"> & { isTTY?: boolean; columns?: number };

/** Draws what is happening. */
export class Progress {
  readonly #quiet: boolean;
  readonly #live: boolean;
  readonly #colours: boolean;
  readonly #out: Canvas;
  readonly #phases = new Map<string, string>();
  readonly #transfers = new Map<string, { bytes: number; total: number | undefined }>();
  #packages = "";
  #drawn = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor({ quiet, json }: { quiet: boolean; json: boolean }, out: Canvas = process.stderr) {
    this.#out = out;
    this.#quiet = quiet;
    this.#live = !quiet && !json && isDrawable(out);
    this.#colours = hasColours(out);
  }

  /** Takes what is happening. */
  readonly take = (event: ProgressEvent): void => {
    if (event.kind === "log") {
      this.say(event.message);
      return;
    }
    if (!this.#live) return;
    if (event.kind === "phase") this.#phase(event);
    else if (event.kind === "package") this.#packages = `${event.done}/${event.total} ${event.name}`;
    else if (event.total !== undefined && event.bytes >= event.total) this.#transfers.delete(event.name);
    else this.#transfers.set(event.name, { bytes: event.bytes, total: event.total });
    if (this.#timer === undefined) this.#begin();
  };

  /** Prints a line, above the block. */
  say(line: string): void {
    if (this.#quiet) return;
    this.#clear();
    this.#out.write(`${line}\n`);
    if (this.#timer !== undefined) this.#draw();
  }

  /** Removes the block and gives the cursor back. */
  readonly end = (): void => {
    if (this.#timer === undefined) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#clear();
    this.#out.write("\x1b[?25h");
    process.off("exit", this.end);
  };

  #begin(): void {
    // Whatever ends the process in good order gives the cursor back.
    process.once("exit", this.end);
    this.#out.write("\x1b[?25l");
    this.#timer = setInterval(() => this.#draw(), EVERY);
    this.#timer.unref();
    this.#draw();
  }

  #phase({ phase, environment, state }: Extract<ProgressEvent, { kind: "phase" }>): void {
    const key = `${phase} ${environment ?? ""}`;
    this.#packages = "";
    if (state === "finished") {
      this.#phases.delete(key);
      this.#transfers.clear();
    } else {
      this.#phases.set(key, `${PHASES[phase]}${environment === undefined ? "" : ` (${environment})`}`);
    }
  }

  #clear(): void {
    if (this.#drawn > 0) this.#out.write(`\x1b[${this.#drawn}A\x1b[0J`);
    this.#drawn = 0;
  }

  #draw(): void {
    const lines = this.#lines();
    // One write: a block that is cleared and drawn in two flickers.
    const up = this.#drawn > 0 ? `\x1b[${this.#drawn}A\x1b[0J` : "";
    this.#out.write(up + lines.map((line) => `${line}\n`).join(""));
    this.#drawn = lines.length;
  }

  #lines(): string[] {
    const width = Math.max(20, (this.#out.columns ?? 80) - 1);
    const phases = [...this.#phases.values()];
    const last = phases.pop() ?? "Working";
    const head = fit(
      [...phases, `${last}${this.#packages === "" ? "" : ` ${this.#packages}`}`].join(", "),
      width,
    );
    const shown = [...this.#transfers].slice(0, SHOWN).map(([name, transfer]) => bar(name, transfer, width));
    const more = this.#transfers.size - shown.length;
    const rest = more > 0 ? [fit(`  and ${more} more`, width)] : [];
    return [this.#colours ? `\x1b[1m${head}\x1b[0m` : head, ...shown, ...rest];
  }
}

function bar(
  name: string,
  { bytes, total }: { bytes: number; total: number | undefined },
  width: number,
): string {
  const amount = total === undefined ? size(bytes) : `${size(bytes)} of ${size(total)}`;
  const room = Math.max(8, Math.min(40, width - amount.length - 20));
  const cells = Math.max(0, Math.min(20, width - room - amount.length - 6));
  const full = total === undefined || total === 0 ? 0 : Math.floor((cells * Math.min(bytes, total)) / total);
  const drawn = total === undefined || cells < 5 ? "" : `${"#".repeat(full)}${"-".repeat(cells - full)}  `;
  return fit(`  ${fit(name, room).padEnd(room)}  ${drawn}${amount}`, width);
}

/** Cut to a width, with a mark where something is left out. */
function fit(text: string, width: number): string {
  const letters = [...text];
  return letters.length <= width ? text : `${letters.slice(0, width - 1).join("")}…`;
}

/** Bytes as people say them. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(0)} kB`;
  if (bytes < 1_000_000_000) return `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${(bytes / 1_000_000_000).toFixed(2)} GB`;
}
