/** A running script, as a stream of its output. */

import type { ScriptResult } from "../generated/types.js";

/** A piece of output. */
export interface OutputChunk {
  stream: "stdout" | "stderr";
  text: string;
}

/**
 * A running script: an async iterable of its output, and a promise of its result.
 *
 * Iterating may begin late or never; output waits in memory until it is taken. Leaving the loop early stops the script.
 */
export class ScriptRun implements AsyncIterable<OutputChunk> {
  /** What the script did. Rejects as `runScript` does. */
  readonly result: Promise<ScriptResult>;
  readonly #stop = new AbortController();
  readonly #waiting: OutputChunk[] = [];
  #wake: (() => void) | undefined;
  #ended = false;

  /** @internal */
  constructor(start: (signal: AbortSignal, onOutput: (chunk: OutputChunk) => void) => Promise<ScriptResult>) {
    this.result = start(this.#stop.signal, (chunk) => {
      this.#waiting.push(chunk);
      this.#wake?.();
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake?.();
    };
    // Also keeps a rejection from ending the process when only the iteration, which throws it as well, is used.
    this.result.then(end, end);
  }

  /** Stops the whole process tree; `result` then rejects with an `AbortError`. */
  kill(): void {
    this.#stop.abort();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<OutputChunk, void, undefined> {
    try {
      while (true) {
        for (let chunk = this.#waiting.shift(); chunk !== undefined; chunk = this.#waiting.shift())
          yield chunk;
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      if (!this.#ended) this.kill();
    }
    await this.result;
  }
}
