/** A repair with the Claude Agent SDK. Its command line is replaced by a scripted one that speaks the same protocol. */

import { fileURLToPath } from "node:url";
import { query } from "@anthropic-ai/claude-agent-sdk";
import { workspaceTools } from "sidewinder/agent";
import { claudeServer, claudeToolNames } from "sidewinder/agent/claude-agent-sdk";
import { place, report } from "./script.js";

const workspace = workspaceTools(place());
try {
  const messages = query({
    prompt: "Repair the recipe.",
    options: {
      mcpServers: { sidewinder: claudeServer(workspace) },
      allowedTools: claudeToolNames(workspace),
      tools: [],
      pathToClaudeCodeExecutable: fileURLToPath(new URL("claude-code.js", import.meta.url)),
    },
  });
  for await (const message of messages) {
    if (message.type === "result" && message.subtype === "success") report(JSON.parse(message.result));
  }
} finally {
  await workspace.close();
}
