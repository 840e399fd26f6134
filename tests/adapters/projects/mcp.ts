/** A repair by the official client, over a server of the official SDK to which the tools were added. */

import { Client } from "@modelcontextprotocol/client";
import { InMemoryTransport, McpServer } from "@modelcontextprotocol/server";
import { workspaceTools } from "sidewinder/agent";
import { registerTools } from "sidewinder/agent/mcp";
import { Conversation, place, report } from "./script.js";

const conversation = new Conversation();
const workspace = workspaceTools(place());
try {
  const server = new McpServer({ name: "recipes", version: "1.0.0" });
  server.registerTool("own", { description: "a tool of the server's own" }, () => ({ content: [] }));
  registerTools(server, workspace);
  const client = new Client({ name: "test", version: "1.0.0" });
  const [left, right] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(left), client.connect(right)]);
  const { tools } = await client.listTools();
  const results: [string, string][] = [];
  const errors: boolean[] = [];
  for (let call = conversation.next([]); call !== undefined; call = conversation.next(results)) {
    const result = await client.callTool({ name: call.name, arguments: call.input });
    const [content] = result.content;
    results.push([call.id, content?.type === "text" ? content.text : ""]);
    errors.push(result.isError === true);
  }
  report({
    ...conversation.outcome(),
    text: "done",
    own: tools.some(({ name }) => name === "own"),
    titled: tools.filter(({ title, outputSchema }) => title !== undefined && outputSchema !== undefined)
      .length,
    errors,
  });
  await client.close();
} finally {
  await workspace.close();
}
