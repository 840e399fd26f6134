/** Downloads a file to know its checksums; nothing is kept. */

import { SidewinderError, SourceError } from "../errors.js";

/** A function like the `fetch` of the runtime. */
export type Fetch = (
  url: string,
  init: { signal?: AbortSignal; headers?: Record<string, string> },
) => Promise<Response>;

/** What identifies a source. */
export interface Checksums {
  /** SHA-256 of the file. */
  sha256?: string;
  /** MD5 of the file. */
  md5?: string;
  /** The commit of a git source. */
  commit?: string;
}

/** The wanted checksums of a file. Code `SOURCE_FAILED` if it cannot be fetched. */
export async function fetchChecksums(
  url: string,
  wanted: { sha256: boolean; md5: boolean },
  fetch: Fetch = globalThis.fetch,
  signal?: AbortSignal,
): Promise<Checksums> {
  const response = await request(url, {}, fetch, signal);
  const builtins = globalThis.process as { getBuiltinModule?: (name: string) => unknown } | undefined;
  const crypto = builtins?.getBuiltinModule?.("node:crypto") as typeof import("node:crypto") | undefined;
  try {
    if (crypto !== undefined && response.body !== null) {
      // Streamed, because archives may be larger than memory.
      const hashes = {
        ...(wanted.sha256 ? { sha256: crypto.createHash("sha256") } : {}),
        ...(wanted.md5 ? { md5: crypto.createHash("md5") } : {}),
      };
      const reader = response.body.getReader();
      for (;;) {
        const { done, value } = await reader.read();
        if (done) break;
        for (const hash of Object.values(hashes)) hash.update(value);
      }
      return Object.fromEntries(Object.entries(hashes).map(([name, hash]) => [name, hash.digest("hex")]));
    }
    if (wanted.md5) {
      throw new SidewinderError("NODE_ONLY", "MD5 checksums can be computed in Node.js only", {
        hint: "pass the checksum in `sources`, or give the recipe a `sha256`",
      });
    }
    const digest = await globalThis.crypto.subtle.digest("SHA-256", await response.arrayBuffer());
    return { sha256: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("") };
  } catch (cause) {
    throw SidewinderError.is(cause) ? cause : failed(url, cause, signal);
  }
}

/** Sends a request; anything but success is an error with code `SOURCE_FAILED`. */
export async function request(
  url: string,
  headers: Record<string, string>,
  fetch: Fetch = globalThis.fetch,
  signal?: AbortSignal,
): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, { headers, ...(signal === undefined ? {} : { signal }) });
  } catch (cause) {
    throw failed(url, cause, signal);
  }
  if (response.ok) return response;
  const { status } = response;
  throw new SourceError(
    "SOURCE_FAILED",
    `failed to download \`${shown(url)}\`: the server answered ${status}`,
    {
      url: shown(url),
      status,
      ...(status === 404 ? { hint: "check that this version has a file of that name" } : {}),
    },
  );
}

function failed(url: string, cause: unknown, signal: AbortSignal | undefined): SidewinderError {
  if (signal?.aborted === true) return new SidewinderError("CANCELLED", "cancelled", { cause });
  const inner = (cause as { cause?: { message?: string } } | null)?.cause?.message;
  const reason = inner ?? (cause instanceof Error ? cause.message : String(cause));
  return new SourceError("SOURCE_FAILED", `failed to download \`${shown(url)}\`: ${reason}`, {
    url: shown(url),
    cause,
  });
}

/** The URL without user name and password. */
function shown(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/@]*@/, "$1");
}
