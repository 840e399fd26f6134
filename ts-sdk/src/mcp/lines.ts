/** Lines of a stream, with a limit on their length. */

import type { Readable } from "node:stream";

/** Replaces a line that is too long; its bytes are not kept. */
export const TOO_LONG = Symbol("a line that is too long");

const NEWLINE = 10;

/** The lines of a stream as text, without line endings. */
export async function* linesOf(
  input: Readable,
  maxBytes: number,
  signal?: AbortSignal,
): AsyncGenerator<string | typeof TOO_LONG> {
  let pieces: Buffer[] = [];
  let size = 0;
  const whole = (): string | typeof TOO_LONG => {
    const line = size > maxBytes ? TOO_LONG : Buffer.concat(pieces).toString("utf8");
    pieces = [];
    size = 0;
    return line;
  };
  const add = (piece: Buffer): void => {
    size += piece.length;
    if (size > maxBytes) pieces = [];
    else pieces.push(piece);
  };
  for await (const chunk of chunksOf(input, signal)) {
    let from = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, end));
      yield whole();
      from = end + 1;
    }
    add(chunk.subarray(from));
  }
  if (size > 0) yield whole();
}

/** The chunks of a stream until it ends, fails, or the signal is aborted. */
async function* chunksOf(input: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const isStopped = (): boolean => signal?.aborted === true;
  const stop = (): void => void input.destroy();
  if (isStopped()) return;
  signal?.addEventListener("abort", stop);
  try {
    for await (const chunk of input) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk);
  } catch (error) {
    if (!isStopped()) throw error;
  } finally {
    signal?.removeEventListener("abort", stop);
  }
}
