/** A repair with an agent of Mastra and a mock model of the AI SDK. */

import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { workspaceTools } from "sidewinder/agent";
import { mastraTools } from "sidewinder/agent/mastra";
import { mockModel } from "./ai-model.js";
import { Conversation, place, report } from "./script.js";

const conversation = new Conversation();
const model = mockModel(conversation);
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
