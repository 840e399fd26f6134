/** Output that nobody took yet, in bounded memory. */

import type { OutputChunk } from "./script-run.js";

/** As for the result of a run. */
const DEFAULT_LIMIT = 16 * 1024 * 1024;

/** Keeps the beginning and the end of what comes. */
export class Backlog {
  readonly #half: number;
  #head: OutputChunk[] = [];
  #tail: OutputChunk[] = [];
  #headSize = 0;
  #tailSize = 0;
  #omitted = 0;

  /** @param limit How many characters are kept. */
  constructor(limit: number = DEFAULT_LIMIT) {
    this.#half = limit / 2;
  }

  /** Takes the next piece. */
  push(chunk: OutputChunk): void {
    const size = chunk.text.length;
    if (this.#tail.length === 0 && this.#headSize + size <= this.#half) {
      this.#head.push(chunk);
      this.#headSize += size;
      return;
    }
    this.#tail.push(chunk);
    this.#tailSize += size;
    while (this.#tailSize > this.#half) {
      const oldest = this.#tail.shift();
      if (oldest === undefined) break;
      this.#tailSize -= oldest.text.length;
      this.#omitted += oldest.text.length;
    }
  }

  /** Gives all that was kept, once. */
  take(): OutputChunk[] {
    const missing = `\n[sidewinder: ${this.#omitted} characters left out here; the log has them]\n`;
    const gap: OutputChunk[] = this.#omitted === 0 ? [] : [{ stream: "stdout", text: missing }];
    const kept = [...this.#head, ...gap, ...this.#tail];
    this.#head = [];
    this.#tail = [];
    return kept;
  }
}
