/** Progress of a long call, for clients that end calls of which they hear nothing. */

/** Interval between notifications. */
const PROGRESS_MS = 1000;
/** Number of lines of output in a notification. */
const LINES = 3;
/** Maximum length of the message, in characters. */
const MAX_MESSAGE = 400;

/** The parameters of a progress notification. */
export interface ProgressParams {
  progress: number;
  message?: string;
}

/**
 * Sends progress with the last lines of output at regular intervals, also while there is none: clients end calls without
 * progress after a minute.
 */
export class Progress {
  readonly #timer: NodeJS.Timeout;
  #lines: string[] = [];
  #count = 0;

  constructor(send: (params: ProgressParams) => void) {
    this.#timer = setInterval(() => {
      this.#count += 1;
      const message = this.#lines.join("\n").slice(-MAX_MESSAGE);
      send({ progress: this.#count, ...(message === "" ? {} : { message }) });
    }, PROGRESS_MS);
    this.#timer.unref();
  }

  /** Takes output as it comes. */
  add(text: string): void {
    const lines = text
      .split("\n")
      .map((line) => line.trim())
      .filter((line) => line !== "");
    this.#lines = [...this.#lines, ...lines.slice(-LINES)].slice(-LINES);
  }

  /** Sends nothing more. */
  end(): void {
    clearInterval(this.#timer);
  }
}
