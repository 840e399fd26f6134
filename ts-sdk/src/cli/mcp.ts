/** `sidewinder mcp`: a Model Context Protocol server on standard input and output. */

import { command, given, noOperands } from "./command.js";
import { loadCompanion } from "./companion.js";
import { remark } from "./output.js";

/** The package with the server. It depends on the protocol's SDK, which most users of this package do not need. */
const PACKAGE = "sidewinder-mcp";

/** What the command uses of the package. */
interface ServerPackage {
  serve(options: { root: string; channels?: string[]; signal: AbortSignal }): Promise<void>;
}

export default command({
  name: "mcp",
  usage: ["[options]"],
  about:
    "Serves the Model Context Protocol on standard input and output: tools for agents that check, render, build and repair " +
    "recipes. It ends when its client disconnects, or by SIGTERM; temporary sessions are removed. The server is a package of " +
    "its own: `npm install sidewinder-mcp`, or run `npx sidewinder-mcp`.",
  options: {
    root: {
      type: "string",
      value: "DIR",
      description: "Only recipes in this folder are read and written; default: the current folder",
    },
    channel: {
      type: "string",
      short: "c",
      multiple: true,
      value: "CHANNEL",
      description: "Channel of sessions, highest priority first; default: conda-forge",
    },
  },
  examples: [
    { description: "in the configuration of a client", line: "sidewinder mcp -c conda-forge --root recipes" },
  ],
  async run(call) {
    noOperands(call);
    const { serve } = await loadCompanion<ServerPackage>(PACKAGE);
    const { channel, root = "." } = call.values;
    // A signal ends the server like a client that disconnects: runs are stopped, temporary sessions removed.
    const stop = new AbortController();
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(name, () => stop.abort());
    // Replaces the handler that ends the process at once: sessions must still be closed.
    process.stdout.on("error", () => stop.abort());
    if (process.stdin.isTTY) {
      remark(call, "Waiting for a client of the Model Context Protocol on standard input. Ctrl-C ends it.");
    }
    await serve({ root, ...given({ channels: channel }), signal: stop.signal });
    if (stop.signal.aborted && process.stdin.isTTY) remark(call, "stopped");
    process.stdin.destroy();
    return 0;
  },
});
