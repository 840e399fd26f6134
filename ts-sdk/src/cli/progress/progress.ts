/** Progress output: bars on a terminal, lines otherwise, nothing with `--quiet`. */

import type { ProgressEvent } from "../../generated/types.js";
import { canRedraw, printable, type Stream } from "../terminal.js";
import { Bars } from "./bars.js";
import { Board } from "./board.js";

/** Shows progress until stopped. */
export interface Progress {
  readonly onProgress: (event: ProgressEvent) => void;
  /** Removes the bars; the lines of finished stages stay. `isDone`: the work succeeded. */
  stop(isDone: boolean): void;
}

/** The progress for a stream. */
export function progressTo(
  stream: Stream,
  { quiet, verbose }: { quiet: boolean; verbose: boolean },
): Progress {
  if (quiet) return { onProgress: () => {}, stop: () => {} };
  return canRedraw(stream) ? new Bars(stream, verbose) : lines(stream);
}

/** Runs work and shows its progress on standard error. */
export async function showing<T>(
  options: { quiet: boolean; verbose: boolean },
  work: (onProgress: Progress["onProgress"]) => Promise<T>,
): Promise<T> {
  const progress = progressTo(process.stderr, options);
  let isDone = false;
  try {
    const result = await work(progress.onProgress);
    isDone = true;
    return result;
  } finally {
    progress.stop(isDone);
  }
}

function lines(stream: Stream): Progress {
  const board = new Board();
  const say = (line: string): void => void stream.write(`${printable(line)}\n`);
  return {
    onProgress(event) {
      for (const line of board.take(event, performance.now())) say(line);
      if (event.kind === "log") say(event.level === "warning" ? `warning: ${event.message}` : event.message);
    },
    stop(isDone) {
      if (isDone) for (const line of board.finish()) say(line);
    },
  };
}
