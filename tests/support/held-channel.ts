/** A channel over HTTP that holds the packages back half way, until it is told to go on. */

import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join, normalize, sep } from "node:path";
import { onLoopback } from "./loopback.js";
import { channel } from "./workbench.js";

/** The embedded channel, packages of which come only half until `release`; closed by `await using`. */
export interface HeldChannel extends AsyncDisposable {
  url: string;
  /** Lets all packages come. */
  release(): void;
}

/** Serves the embedded channel. */
export async function holdPackages(): Promise<HeldChannel> {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const server = createServer(async (request, response) => {
    const file = normalize(join(channel, new URL(request.url ?? "/", "http://localhost").pathname));
    try {
      if (!file.startsWith(channel + sep)) throw new Error("outside of the folder");
      const body = await readFile(file);
      response.writeHead(200, { "content-length": body.length });
      if (/\.(conda|tar\.bz2)$/.test(file)) {
        response.write(body.subarray(0, body.length / 2));
        await released;
        response.end(body.subarray(body.length / 2));
      } else response.end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return { ...(await onLoopback(server)), release: () => release() };
}
