/** Tools for the Claude Agent SDK (`@anthropic-ai/claude-agent-sdk`), as a server in this process. */

import { createSdkMcpServer, type McpSdkServerConfigWithInstance } from "@anthropic-ai/claude-agent-sdk";
import { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import type { AgentTool } from "../../core/tool.js";
import { callMcpTool, describeTool } from "../mcp/call.js";

/** How the server is made. */
export interface ClaudeServerOptions {
  /** Name of the server; the model sees `mcp__NAME__TOOL`. Default: `sidewinder`. */
  name?: string;
  /** How to use the tools, for the model. */
  instructions?: string;
}

/**
 * Makes a server of tools for `query({ options: { mcpServers } })`.
 *
 * The SDK's own `tool()` takes only Zod schemas. The server answers with the tools' JSON Schemas instead, titles,
 * annotations and schemas of results included.
 *
 * @example
 * import { query } from "@anthropic-ai/claude-agent-sdk";
 * import { workspaceTools } from "sidewinder/agent";
 * import { claudeServer, claudeToolNames } from "sidewinder/agent/claude-agent-sdk";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * const options = {
 *   mcpServers: { sidewinder: claudeServer(workspace) },
 *   allowedTools: claudeToolNames(workspace),
 *   tools: [],
 * };
 * for await (const message of query({ prompt: "Repair the recipe in zlib.", options })) console.log(message.type);
 */
export function claudeServer(
  tools: readonly AgentTool[],
  { name = "sidewinder", instructions }: ClaudeServerOptions = {},
): McpSdkServerConfigWithInstance {
  const config = createSdkMcpServer({ name, ...(instructions === undefined ? {} : { instructions }) });
  const { server } = config.instance;
  server.registerCapabilities({ tools: {} });
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: tools.map(describeTool) }));
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, { signal, sendNotification }) => {
    const tool = tools.find((candidate) => candidate.name === params.name);
    if (tool === undefined) {
      const text = `unknown tool \`${params.name}\`; tools: ${tools.map((each) => each.name).join(", ")}`;
      return { content: [{ type: "text" as const, text }], isError: true };
    }
    return await callMcpTool(tool, params.arguments, {
      signal,
      progressToken: params._meta?.progressToken,
      notify: (notification) => sendNotification(notification),
    });
  });
  return config;
}

/** The names that the model sees, for `allowedTools`. */
export function claudeToolNames(tools: readonly AgentTool[], server = "sidewinder"): string[] {
  return tools.map(({ name }) => `mcp__${server}__${name}`);
}
