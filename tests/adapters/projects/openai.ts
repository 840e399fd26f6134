/** A repair with the OpenAI Agents SDK and its scripted model. */

import { Agent, run } from "@openai/agents";
import type OpenAI from "openai";
import { workspaceTools } from "sidewinder/agent";
import { callFunction, openaiTools, responsesTools } from "sidewinder/agent/openai";
import { scriptedModel } from "./openai-model.js";
import { Conversation, place, report } from "./script.js";

const conversation = new Conversation();
const model = scriptedModel(conversation);

const workspace = workspaceTools(place());
try {
  const agent = new Agent({ name: "repair", model, tools: openaiTools(workspace) });
  const { finalOutput } = await run(agent, "Repair the recipe.", { maxTurns: 20 });
  // The same tools for the Responses API without the Agents SDK.
  const definitions: OpenAI.Responses.Tool[] = responsesTools(workspace);
  const item: OpenAI.Responses.ResponseInputItem = await callFunction(workspace, {
    name: "list_sessions",
    arguments: '{"package":null}',
    call_id: "1",
  });
  const unknown = await callFunction(workspace, { name: "nothing", arguments: "{", call_id: "2" });
  report({
    ...conversation.outcome(),
    text: finalOutput,
    sent: definitions.length,
    listed: JSON.parse(String(item.output)).ok,
    unknown: JSON.parse(unknown.output).code,
  });
} finally {
  await workspace.close();
}
