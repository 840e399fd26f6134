/** A repair with the AI SDK and its mock model. */

import { generateText, isStepCount } from "ai";
import { workspaceTools } from "sidewinder/agent";
import { aiTools } from "sidewinder/agent/ai-sdk";
import { mockModel } from "./ai-model.js";
import { Conversation, place, report } from "./script.js";

const conversation = new Conversation();
const model = mockModel(conversation);
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
