/** Tools and a sandbox for the AI SDK (`ai`). */

import { jsonSchema, type Tool, tool } from "ai";
import type { AgentTool, ToolResult } from "../../core/tool.js";
import { callWith } from "../core/call.js";
import { plainSchema } from "../core/standard-schema.js";

export { aiSandbox } from "./sandbox.js";

/** Tools by name, as `generateText`, `streamText` and `ToolLoopAgent` accept them. */
export type AiTools = Record<string, Tool<Record<string, unknown>, ToolResult>>;

/**
 * Turns tools into a tool set of the AI SDK. The input schemas are those of the tools, a call's abort signal stops the
 * work, and failures are results that the model reads.
 *
 * @example
 * import { ToolLoopAgent, isStepCount } from "ai";
 * import { workspaceTools } from "sidewinder/agent";
 * import { aiTools } from "sidewinder/agent/ai-sdk";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * const agent = new ToolLoopAgent({ model, tools: aiTools(workspace), stopWhen: isStepCount(50) });
 */
export function aiTools(tools: readonly AgentTool[]): AiTools {
  return Object.fromEntries(
    tools.map(({ name, description, inputSchema, outputSchema, execute }) => [
      name,
      tool({
        description,
        inputSchema: jsonSchema<Record<string, unknown>>(plainSchema(inputSchema)),
        outputSchema: jsonSchema<ToolResult>(plainSchema(outputSchema)),
        execute: (input: Record<string, unknown>, options: { abortSignal?: AbortSignal }) =>
          execute(input, callWith(options.abortSignal)),
      }),
    ]),
  );
}
