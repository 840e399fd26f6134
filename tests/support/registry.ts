/** A package registry on loopback, as npm asks it. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { basename } from "node:path";

/** A package that the registry offers; without `tarball` it is only known by its manifest. */
export interface Offered {
  manifest: { name: string; version: string };
  tarball?: string;
}

/** A registry that runs until it is disposed of. */
export interface Registry extends AsyncDisposable {
  url: string;
  /** File names of the tarballs that were fetched. */
  fetched: string[];
}

/** Starts a registry with these packages and no other. */
export async function startRegistry(packages: Offered[]): Promise<Registry> {
  const fetched: string[] = [];
  const answers = new Map<string, { type: string; body: Buffer }>();
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    const answer = answers.get(path);
    if (path.endsWith(".tgz")) fetched.push(basename(path));
    if (answer === undefined) response.writeHead(404, { "content-type": "application/json" }).end("{}");
    else response.writeHead(200, { "content-type": answer.type }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the registry has no port");
  const url = `http://127.0.0.1:${address.port}/`;

  for (const { manifest, tarball } of packages) {
    const file = `/${manifest.name}/-/${manifest.name}-${manifest.version}.tgz`;
    const body = tarball === undefined ? undefined : await readFile(tarball);
    if (body !== undefined) answers.set(file, { type: "application/octet-stream", body });
    const integrity = `sha512-${createHash("sha512")
      .update(body ?? "")
      .digest("base64")}`;
    const version = { ...manifest, dist: { tarball: new URL(file, url).href, integrity } };
    const packument = {
      name: manifest.name,
      "dist-tags": { latest: manifest.version },
      versions: { [manifest.version]: version },
    };
    answers.set(`/${manifest.name}`, {
      type: "application/json",
      body: Buffer.from(JSON.stringify(packument)),
    });
  }
  return {
    url,
    fetched,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
