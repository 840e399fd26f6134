/** Tools and a workspace for Mastra (`@mastra/core`). */

import { createTool, type Tool } from "@mastra/core/tools";
import type { AgentTool, ToolResult } from "../../core/tool.js";
import { callWith } from "../core/call.js";
import { standardSchema } from "../core/standard-schema.js";

export { type MastraWorkspaceParts, mastraWorkspace } from "./workspace.js";

/** Tools by name, as an `Agent` of Mastra accepts them. */
export type MastraTools = Record<string, Tool<Record<string, unknown>, ToolResult>>;

/**
 * Turns tools into tools of Mastra. A run's abort signal stops the work, and failures are results that the model reads.
 *
 * @example
 * import { Agent } from "@mastra/core/agent";
 * import { workspaceTools } from "sidewinder/agent";
 * import { mastraTools } from "sidewinder/agent/mastra";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * const agent = new Agent({ id: "repair", name: "repair", instructions, model, tools: mastraTools(workspace) });
 */
export function mastraTools(tools: readonly AgentTool[]): MastraTools {
  return Object.fromEntries(
    tools.map(({ name, title, description, inputSchema, outputSchema, annotations, execute }) => [
      name,
      createTool({
        id: name,
        description,
        inputSchema: standardSchema<Record<string, unknown>>(inputSchema),
        outputSchema: standardSchema<ToolResult>(outputSchema),
        mcp: { annotations: { title, ...annotations } },
        execute: (input: Record<string, unknown>, context?: { abortSignal?: AbortSignal }) =>
          execute(input, callWith(context?.abortSignal)),
      }) as Tool<Record<string, unknown>, ToolResult>,
    ]),
  );
}
