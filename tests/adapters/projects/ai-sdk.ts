/** A repair with the AI SDK and its mock model. */

import { generateText, isStepCount } from "ai";
import { MockLanguageModelV4 } from "ai/test";
import { workspaceTools } from "sidewinder/agent";
import { aiTools } from "sidewinder/agent/ai-sdk";
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
  const { text, steps } = await generateText({
    model,
    tools: aiTools(workspace),
    prompt: "Repair the recipe.",
    stopWhen: isStepCount(20),
  });
  const outputs = steps.flatMap((step) =>
    step.toolResults.map((result) => !result.dynamic && result.output.ok),
  );
  const sent = model.doGenerateCalls[0]?.tools?.length;
  report({ ...conversation.outcome(), text, outputs, sent });
} finally {
  await workspace.close();
}
