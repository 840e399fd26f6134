/** The AI SDK's mock model, following a script. */

import { MockLanguageModelV4 } from "ai/test";
import type { Conversation } from "./script.js";

const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
/** Makes a model. */
export const mockModel = (conversation: Conversation): MockLanguageModelV4 =>
  new MockLanguageModelV4({
    doGenerate: async ({ prompt }) => {
      const results = prompt
        .flatMap((message) => (message.role === "tool" ? message.content : []))
        .flatMap((part): [string, string][] =>
          part.type === "tool-result" ? [[part.toolCallId, textOf(part.output)]] : [],
        );
      const call = conversation.next(results);
      if (call === undefined) {
        return {
          content: [{ type: "text", text: "done" }],
          finishReason: { unified: "stop", raw: "stop" },
          usage,
          warnings: [],
        };
      }
      const { id: toolCallId, name: toolName, input } = call;
      return {
        content: [{ type: "tool-call", toolCallId, toolName, input: JSON.stringify(input) }],
        finishReason: { unified: "tool-calls", raw: "tool_calls" },
        usage,
        warnings: [],
      };
    },
  });

function textOf(output: { type: string; value?: unknown }): string {
  return output.type === "json" ? JSON.stringify(output.value) : String(output.value);
}
