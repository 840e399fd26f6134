/** Tools for the tool runner of Anthropic's SDK (`@anthropic-ai/sdk`). */

import { ToolError } from "@anthropic-ai/sdk/lib/tools/ToolError";
import type { AgentTool } from "../../core/tool.js";
import { callWith, resultText } from "../core/call.js";
import { plainSchema } from "../core/standard-schema.js";

/** A tool with the functions that the tool runner calls. */
export interface AnthropicTool {
  /** A tool of the user. */
  type: "custom";
  /** Name of the tool. */
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  /** JSON Schema of the input. */
  input_schema: { type: "object"; [keyword: string]: unknown };
  /** Passes the input on: the tool checks it itself. */
  parse(input: unknown): unknown;
  /** Returns the result as JSON text. A failure is thrown as `ToolError`, which the runner sends with `is_error`. */
  run(input: unknown, context?: { signal?: AbortSignal | null | undefined }): Promise<string>;
}

/**
 * Turns tools into tools for `client.beta.messages.toolRunner`. The runner's abort signal stops the work. Failures are
 * tool results with `is_error`, which the model reads.
 *
 * @example
 * import Anthropic from "@anthropic-ai/sdk";
 * import { workspaceTools } from "sidewinder/agent";
 * import { anthropicTools } from "sidewinder/agent/anthropic";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * const runner = client.beta.messages.toolRunner({ model, max_tokens, messages, tools: anthropicTools(workspace) });
 * const last = await runner;
 */
export function anthropicTools(tools: readonly AgentTool[]): AnthropicTool[] {
  return tools.map(({ name, description, inputSchema, execute }) => ({
    type: "custom",
    name,
    description,
    input_schema: plainSchema(inputSchema),
    parse: (input) => input,
    async run(input, context) {
      const result = await execute(input, callWith(context?.signal));
      if (!result.ok) throw new ToolError(resultText(result));
      return resultText(result);
    },
  }));
}
