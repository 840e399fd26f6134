/** `sidewinder mcp`: a Model Context Protocol server on standard input and output. */

import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { serve } from "../mcp/protocol.js";
import { serverTools } from "../mcp/tools.js";

export const mcpUsage = `  sidewinder mcp [-c CHANNEL]...
      A Model Context Protocol server on standard input and output: tools for agents that check and render recipes,
      set builds up, run and repair them.
`;

const INSTRUCTIONS =
  "Debug conda builds: check_recipe and render_recipe read a recipe; create_session sets one package's build up without " +
  "running it; run_script runs it and tells why it failed; edit files, add_packages, and run again; create_patch takes the " +
  "changes out. Use checkpoint before you try something, restore to go back.";

export async function mcp(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: { channel: { type: "string", short: "c", multiple: true } },
    allowPositionals: false,
  });
  const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
  const { tools, close } = serverTools(values.channel === undefined ? {} : { channels: values.channel });
  // Told to end, it ends as when the client goes: what runs is stopped, and a temporary session removed.
  const stop = new AbortController();
  for (const name of ["SIGINT", "SIGTERM"] as const) process.once(name, () => stop.abort());
  try {
    const offer = {
      name: "sidewinder",
      version: String(manifest.version),
      instructions: INSTRUCTIONS,
      tools,
    };
    await serve(offer, process.stdin, process.stdout, stop.signal);
    process.stdin.destroy();
  } finally {
    await close();
  }
  return 0;
}
