/** A repair with an agent of Mastra and a mock model of the AI SDK. */

import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { MockLanguageModelV4 } from "ai/test";
import { workspaceTools } from "sidewinder/agent";
import { mastraTools } from "sidewinder/agent/mastra";
import { Conversation, place, report } from "./model.js";

const conversation = new Conversation();
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const model = new MockLanguageModelV4({
  doGenerate: async ({ prompt }) => {
    const results = prompt
      .flatMap((message) => (message.role === "tool" ? message.content : []))
      .flatMap((part): [string, string][] =>
        part.type === "tool-result" && part.output.type === "json"
          ? [[part.toolCallId, JSON.stringify(part.output.value)]]
          : [],
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

const workspace = workspaceTools(place());
try {
  const agent = new Agent({
    id: "repair",
    name: "repair",
    instructions: "Repair recipes.",
    // Mastra brings its own copy of the AI SDK's types, of another version.
    model: model as unknown as MastraModelConfig,
    tools: mastraTools(workspace),
  });
  const { text } = await agent.generate("Repair the recipe.", { maxSteps: 20 });
  report({ ...conversation.outcome(), text });
} finally {
  await workspace.close();
}
