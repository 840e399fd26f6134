/** Servers on loopback, for as long as a test needs them. */

import type { Server } from "node:http";

/** Lets a server listen on a free port; `url` ends without a slash. Closed, with its connections, by `await using`. */
export async function onLoopback(server: Server): Promise<AsyncDisposable & { url: string }> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
