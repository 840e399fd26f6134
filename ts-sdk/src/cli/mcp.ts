/** `sidewinder mcp`: a Model Context Protocol server on standard input and output. */

import { readFileSync } from "node:fs";
import { serve } from "../mcp/protocol.js";
import { serverTools } from "../mcp/tools.js";
import { define } from "./command.js";

const INSTRUCTIONS =
  "Debug conda builds: check_recipe and render_recipe read a recipe; create_session sets one package's build up without " +
  "running it; run_script runs it and tells why it failed; edit files, add_packages, and run again; create_patch takes the " +
  "changes out. Use checkpoint before you try something, restore to go back.";

export const mcp = define({
  name: "mcp",
  summary: "A Model Context Protocol server on standard input and output",
  details: "Tools for agents that check and render recipes, set builds up, run and repair them.",
  json: "none; the protocol is JSON",
  options: {
    channel: {
      type: "string",
      short: "c",
      multiple: true,
      value: "CHANNEL",
      about: "where packages come from",
    },
  },
  examples: ["mcp -c conda-forge"],
  async run({ values, signal }) {
    const manifest = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const { tools, close } = serverTools(values.channel === undefined ? {} : { channels: values.channel });
    // Told to end, it ends as when the client goes: what runs is stopped, and a temporary session removed.
    try {
      const offer = {
        name: "sidewinder",
        version: String(manifest.version),
        instructions: INSTRUCTIONS,
        tools,
      };
      await serve(offer, process.stdin, process.stdout, signal);
      process.stdin.destroy();
    } finally {
      await close();
    }
    return { data: undefined };
  },
});
