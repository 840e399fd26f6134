/** A repair with LangChain's agent and its fake model. */

import { createAgent, ToolMessage } from "langchain";
import { workspaceTools } from "sidewinder/agent";
import { langchainTools } from "sidewinder/agent/langchain";
import { scriptedModel } from "./langchain-model.js";
import { Conversation, place, report } from "./script.js";

const conversation = new Conversation();
const model = scriptedModel(conversation);

const workspace = workspaceTools(place());
try {
  const agent = createAgent({ model, tools: langchainTools(workspace) });
  const { messages } = await agent.invoke(
    { messages: [{ role: "user", content: "Repair the recipe." }] },
    { recursionLimit: 50 },
  );
  const tools = messages.filter((message) => ToolMessage.isInstance(message));
  // An input that does not match the schema is a result with a hint, not an error of the framework.
  const [exec] = langchainTools(workspace).filter(({ name }) => name === "exec");
  const refused = await exec?.invoke({ id: "x", name: "exec", args: { comand: "ls" }, type: "tool_call" });
  report({
    ...conversation.outcome(),
    text: messages.at(-1)?.content,
    statuses: tools.map(({ status }) => status),
    artifacts: tools.map(({ artifact }) => artifact.ok),
    refused: JSON.parse(String(refused.content)).hint,
  });
} finally {
  await workspace.close();
}
