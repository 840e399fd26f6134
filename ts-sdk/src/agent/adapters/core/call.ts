/** What the adapters share: the signal of a framework's call as a tool takes it, and results as text. */

import type { ToolCall, ToolResult } from "../../core/tool.js";

/** The call of a tool with the framework's signal, if it has one. */
export function callWith(signal: AbortSignal | null | undefined): ToolCall {
  return signal === undefined || signal === null ? {} : { signal };
}

/** A result as the model reads it. */
export function resultText(result: ToolResult): string {
  return JSON.stringify(result);
}
