/** Serves one client on standard input and output, until it disconnects. */

import type { Readable, Writable } from "node:stream";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { workspaceTools } from "sidewinder/agent";
import { createServer } from "./server.js";

/** What a server offers, and to whom. */
export interface ServeOptions {
  /** Folder of the recipes; nothing outside of it is read or written, except the sessions' own folders. */
  root: string;
  /** Channels of sessions, highest priority first. Default: conda-forge. */
  channels?: string[];
  /** Maximum number of sessions that are open at once. Default: 8. */
  maxSessions?: number;
  /** Where messages come from. Default: the standard input of this process. */
  input?: Readable;
  /** Where messages go to. Default: the standard output of this process. */
  output?: Writable;
  /** Ends the server, as a client that disconnects does. */
  signal?: AbortSignal;
}

/**
 * Serves the Model Context Protocol until the input ends or the signal is aborted. Then it stops what is still running, closes
 * all sessions and removes temporary ones.
 *
 * Clients of the protocol's versions since 2024-10-07 are served; those of version 2026-07-28 need no handshake.
 *
 * @throws SidewinderError with code `INVALID_OPTION`.
 *
 * @example
 * import { serve } from "sidewinder-mcp";
 *
 * await serve({ root: "recipes", channels: ["conda-forge"] });
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { root, channels, maxSessions, input = process.stdin, output = process.stdout, signal } = options;
  const workspace = workspaceTools({
    root,
    ...(channels === undefined ? {} : { channels }),
    ...(maxSessions === undefined ? {} : { maxSessions }),
  });
  try {
    signal?.throwIfAborted();
    const ended = endOf(input, output, signal);
    const connection = serveStdio(() => createServer(workspace, { root }), {
      transport: new StdioServerTransport(input, output),
    });
    await ended;
    await connection.close();
  } catch (error) {
    if (signal?.aborted !== true) throw error;
  } finally {
    await workspace.close();
  }
}

/** Waits until the client is gone: it closed its end of a pipe, or died. */
function endOf(input: Readable, output: Writable, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => resolve();
    for (const event of ["end", "close", "error"]) input.once(event, done);
    // Stays: writing to a client that is gone fails once for each message.
    output.on("error", done);
    signal?.addEventListener("abort", done, { once: true });
  });
}
