/** Starts the language server on standard input and output. */

import { createConnection, ProposedFeatures } from "vscode-languageserver/node";
import { serve } from "./server.js";

/** Serves until the client disconnects. */
export function startOnStdio(version: string): Promise<void> {
  const connection = createConnection(ProposedFeatures.all, process.stdin, process.stdout);
  const closed = new Promise<void>((resolve) => process.stdin.once("close", resolve));
  serve(connection, version);
  return closed;
}
