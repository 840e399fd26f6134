/** LangChain's fake model, following a script. */

import { AIMessage, fakeModel, ToolMessage } from "langchain";
import type { Conversation } from "./script.js";

/** Makes a model for at most 8 turns. */
export function scriptedModel(conversation: Conversation): ReturnType<typeof fakeModel> {
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
  return model;
}
