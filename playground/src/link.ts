/**
 * Links that carry a recipe: what is written goes, compressed, behind the `#` of the address, and so to no server.
 *
 * A link is not trusted: its size before and after decompression is limited, and what it holds is checked.
 */

import type { Task } from "./core/messages.js";
import { PLATFORMS } from "./core/platforms.js";

const VERSION = "1.";
/** Characters of a link; browsers take more, chat programs and forums do not. */
const MAX_LINK = 200_000;
const MAX_BYTES = 2_000_000;

/** A link that cannot be read, with a reason for people. */
export class LinkError extends Error {}

/** What goes behind the `#`. */
export async function toHash(task: Task): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(toData(task)));
  const packed = await collect(new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw")));
  const text = VERSION + toBase64Url(packed);
  if (text.length > MAX_LINK) throw new LinkError("the recipe is too long for a link");
  return text;
}

/** What a link carries. Throws {@link LinkError} where it carries nothing that can be read. */
export async function fromHash(hash: string): Promise<Task> {
  const text = hash.replace(/^#/, "");
  if (!text.startsWith(VERSION))
    throw new LinkError("it was made by another version, or is none of this page's");
  if (text.length > MAX_LINK) throw new LinkError("it is too long");
  let data: unknown;
  try {
    const stream = new Blob([fromBase64Url(text.slice(VERSION.length))]).stream();
    const bytes = await collect(stream.pipeThrough(new DecompressionStream("deflate-raw")));
    data = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    if (error instanceof LinkError) throw error;
    throw new LinkError("it is damaged; perhaps its end is missing");
  }
  return taskFrom(data);
}

/** A task as a link holds it. */
export function toData({ recipe, variants, format, platform }: Task): object {
  return { r: recipe, v: variants, f: format, p: platform };
}

/** The task in data from outside. Throws {@link LinkError} where it is none. */
export function taskFrom(data: unknown): Task {
  const { r, v, f, p } = (data ?? {}) as Record<string, unknown>;
  const right =
    typeof r === "string" &&
    typeof v === "string" &&
    (f === "variants" || f === "conda_build_config") &&
    typeof p === "string" &&
    PLATFORMS.includes(p);
  if (!right) throw new LinkError("what it holds is not a recipe");
  return { recipe: r, variants: v, format: f, platform: p };
}

async function collect(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    size += part.value.byteLength;
    if (size > MAX_BYTES) {
      await reader.cancel();
      throw new LinkError("what it holds is too large");
    }
    parts.push(new Uint8Array(part.value));
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

function toBase64Url(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (letter) => letter.charCodeAt(0));
}
