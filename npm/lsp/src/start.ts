/** Starts the language server on standard input and output. */

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "./server.js";

/**
 * Serves a client on standard input and output, until it disconnects.
 *
 * @param version The server's version, told to the client.
 *
 * @example
 * import { startOnStdio } from "sidewinder-lsp";
 *
 * await startOnStdio("0.1.0");
 */
export function startOnStdio(version: string): Promise<void> {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const closed = new Promise<void>((resolve) => process.stdin.once("close", resolve));
  serve(connection, version);
  return closed;
}
