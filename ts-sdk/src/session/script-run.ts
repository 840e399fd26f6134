/** A running script, as a stream of its output. */

import type { ScriptResult } from "../generated/types.js";
import { Backlog } from "./backlog.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** A piece of output. */
export interface OutputChunk {
  /** Where it was written to. */
  stream: "stdout" | "stderr";
  /** Some of the output, not necessarily whole lines. */
  text: string;
}

/** Takes a piece of output; `taken` is called once there is room for more. */
export type TakeChunk = (chunk: OutputChunk, taken: () => void) => void;

/**
 * A running script: an async iterable of its output, and a promise of its result.
 *
 * The script waits while the loop does not take its output. Before the loop begins, it does not: what it writes until then
 * is kept as far as `maxOutputBytes` allows, its beginning and its end, with a line that says how much is missing. Leaving
 * the loop early stops the script, and goes on once it has ended.
 *
 * @example
 * const run = session.streamScript();
 * for await (const { stream, text } of run) if (stream === "stdout") console.log(text.trim()); // → Hello, wrold
 * const { success } = await run.result;
 * console.log(success); // → true
 */
export class ScriptRun implements AsyncIterable<OutputChunk> {
  /** What the script did. Rejects as `runScript` does. */
  readonly result: Promise<ScriptResult>;
  readonly #stop = new AbortController();
  readonly #before: Backlog;
  readonly #waiting: { chunk: OutputChunk; taken: () => void }[] = [];
  #iterating = false;
  /** One for each loop that waits. */
  #waiters: (() => void)[] = [];
  #ended = false;

  /** @internal */
  constructor(
    maxOutputBytes: number | undefined,
    start: (signal: AbortSignal, take: TakeChunk) => Promise<ScriptResult>,
  ) {
    this.#before = new Backlog(maxOutputBytes);
    this.result = start(this.#stop.signal, (chunk, taken) => {
      if (this.#iterating) {
        this.#waiting.push({ chunk, taken });
        this.#wake();
      } else {
        this.#before.push(chunk);
        taken();
      }
    });
    const end = (): void => {
      this.#ended = true;
      this.#wake();
    };
    // Also keeps a rejection from ending the process when only the iteration, which throws it as well, is used.
    this.result.then(end, end);
  }

  /** Stops the whole process tree; `result` then rejects with an `AbortError`. */
  kill(): void {
    this.#stop.abort();
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** The output, piece by piece, from the beginning; ends by throwing where `result` rejects. */
  async *[Symbol.asyncIterator](): AsyncGenerator<OutputChunk, void, undefined> {
    this.#iterating = true;
    try {
      yield* this.#before.take();
      while (true) {
        for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
          yield next.chunk;
          // Only now: whoever asks for the next one is done with this one.
          next.taken();
        }
        if (this.#ended) break;
        await new Promise<void>((resolve) => {
          this.#waiters.push(resolve);
        });
      }
    } finally {
      if (!this.#ended) {
        this.kill();
        // The session is busy until then. How the run ended is told by `result`.
        await this.result.catch(() => undefined);
      }
    }
    await this.result;
  }

  /** @internal What `console.log` shows in Node.js. */
  [INSPECT](): string {
    return `ScriptRun { ${this.#ended ? "ended" : "running"} }`;
  }
}
