/** Tools for a server of the Model Context Protocol (`@modelcontextprotocol/server`). */

import type { McpServer } from "@modelcontextprotocol/server";
import type { AgentTool } from "../../core/tool.js";
import { standardSchema } from "../core/standard-schema.js";
import { callMcpTool } from "./call.js";

export {
  callMcpTool,
  describeTool,
  type McpCall,
  type McpToolDescription,
  type McpToolResult,
} from "./call.js";

/**
 * Adds tools to a server, next to those that it has: with titles, annotations, schemas of input and result, structured
 * content, progress with the last lines of output, and cancellation.
 *
 * For servers of the SDK's first version, answer `tools/list` with {@link describeTool} and `tools/call` with
 * {@link callMcpTool}.
 *
 * @example
 * import { McpServer } from "@modelcontextprotocol/server";
 * import { serveStdio } from "@modelcontextprotocol/server/stdio";
 * import { workspaceTools } from "sidewinder/agent";
 * import { registerTools } from "sidewinder/agent/mcp";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * serveStdio(() => {
 *   const server = new McpServer({ name: "my-recipes", version: "1.0.0" });
 *   registerTools(server, workspace);
 *   return server;
 * });
 */
export function registerTools(server: McpServer, tools: readonly AgentTool[]): void {
  for (const tool of tools) {
    const { name, title, description, inputSchema, outputSchema, annotations } = tool;
    server.registerTool(
      name,
      {
        title,
        description,
        inputSchema: standardSchema<Record<string, unknown>>(inputSchema),
        outputSchema: standardSchema<Record<string, unknown>>(outputSchema),
        annotations: { title, ...annotations },
      },
      (input, { mcpReq }) =>
        callMcpTool(tool, input, {
          signal: mcpReq.signal,
          tools,
          progressToken: mcpReq._meta?.progressToken,
          notify: (notification) => mcpReq.notify(notification),
        }),
    );
  }
}
