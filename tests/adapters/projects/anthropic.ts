/** A repair with the tool runner of Anthropic's SDK, against a server that speaks the Messages API. */

import { workspaceTools } from "sidewinder/agent";
import { anthropicTools } from "sidewinder/agent/anthropic";
import { scriptedClient } from "./anthropic-model.js";
import { Conversation, place, report } from "./script.js";

const conversation = new Conversation();
const { client, flags, server } = await scriptedClient(conversation);
const workspace = workspaceTools(place());
try {
  const runner = client.beta.messages.toolRunner({
    model: "scripted",
    max_tokens: 1000,
    messages: [{ role: "user", content: "Repair the recipe." }],
    tools: anthropicTools(workspace),
  });
  const message = await runner;
  const [block] = message.content;
  report({ ...conversation.outcome(), text: block?.type === "text" ? block.text : undefined, flags });
} finally {
  await workspace.close();
  server.close();
}
