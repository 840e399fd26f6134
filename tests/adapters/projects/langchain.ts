/** A repair with LangChain's agent and its fake model. */

import { AIMessage, createAgent, fakeModel, ToolMessage } from "langchain";
import { workspaceTools } from "sidewinder/agent";
import { langchainTools } from "sidewinder/agent/langchain";
import { Conversation, place, report } from "./model.js";

const conversation = new Conversation();
const model = fakeModel();
for (let turn = 0; turn < 8; turn += 1) {
  model.respond((messages) => {
    const results = messages.flatMap((message): [string, string][] =>
      ToolMessage.isInstance(message) ? [[message.tool_call_id, String(message.content)]] : [],
    );
    const call = conversation.next(results);
    if (call === undefined) return new AIMessage("done");
    const { id, name, input } = call;
    return new AIMessage({ content: "", tool_calls: [{ id, name, args: input, type: "tool_call" }] });
  });
}

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
