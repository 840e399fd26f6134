/** Standard input of a run, from anything that gives pieces. */

import type { StdinWriter } from "./native.js";

/** What a script reads: a text, or pieces as they come, such as a stream of Node.js or of the web. */
export type StdinSource = string | AsyncIterable<string | Uint8Array>;

/** Passes pieces on until there are no more, or nobody reads them; ends with the error of the source, if it has one. */
export async function feed(source: AsyncIterable<string | Uint8Array>, writer: StdinWriter): Promise<void> {
  try {
    for await (const piece of source) {
      if (!(await writer.write(bytesOf(piece)))) break;
    }
  } finally {
    writer.end();
  }
}

/** Lets go of a source that a script which ended has not read to its end: it may wait for its next piece forever. */
export function release(source: AsyncIterable<string | Uint8Array>): void {
  const stream = source as { destroy?: () => void; cancel?: () => Promise<void>; locked?: boolean };
  if (typeof stream.destroy === "function") stream.destroy();
}

function bytesOf(piece: string | Uint8Array): Uint8Array {
  if (typeof piece === "string") return Buffer.from(piece);
  if (piece instanceof Uint8Array) return piece;
  throw new TypeError("`stdin` must give strings or Uint8Arrays");
}
