/**
 * A scripted replacement of the program that the Claude Agent SDK starts. It speaks the SDK's protocol on standard input and
 * output: JSON lines, with messages of the Model Context Protocol for servers in the SDK's process inside of them.
 */

import { createInterface } from "node:readline";
import { Conversation } from "./script.js";

type Message = Record<string, unknown>;

const conversation = new Conversation();
const waiting = new Map<string, (answer: Message) => void>();
let count = 0;

function send(message: Message): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

/** Sends a message to the server in the SDK's process; returns its result. */
async function mcp(method: string, params: Message, isRequest = true): Promise<Message> {
  count += 1;
  const request_id = `request-${count}`;
  const answer = new Promise<Message>((resolve) => waiting.set(request_id, resolve));
  const message = { jsonrpc: "2.0", method, params, ...(isRequest ? { id: count } : {}) };
  send({
    type: "control_request",
    request_id,
    request: { subtype: "mcp_message", server_name: "sidewinder", message },
  });
  const { mcp_response } = await answer;
  return ((mcp_response as Message | undefined)?.result ?? {}) as Message;
}

async function work(): Promise<void> {
  await mcp("initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
    clientInfo: { name: "claude-code", version: "1.0.0" },
  });
  await mcp("notifications/initialized", {}, false);
  const { tools } = (await mcp("tools/list", {})) as { tools: { name: string; outputSchema?: object }[] };
  const results: [string, string][] = [];
  for (let call = conversation.next([]); call !== undefined; call = conversation.next(results)) {
    const { content } = (await mcp("tools/call", { name: call.name, arguments: call.input })) as {
      content: { text: string }[];
    };
    results.push([call.id, content[0]?.text ?? ""]);
  }
  const result = JSON.stringify({
    ...conversation.outcome(),
    text: "done",
    sent: tools.filter(({ outputSchema }) => outputSchema !== undefined).length,
  });
  send({
    type: "result",
    subtype: "success",
    is_error: false,
    result,
    session_id: "1",
    uuid: "1",
    num_turns: 1,
    duration_ms: 1,
    duration_api_ms: 1,
    total_cost_usd: 0,
    usage: {},
    permission_denials: [],
  });
}

createInterface({ input: process.stdin })
  .on("line", (line) => {
    const message = JSON.parse(line) as Message;
    if (message.type === "control_request") {
      const response = { commands: [], models: [], account: {} };
      send({
        type: "control_response",
        response: { subtype: "success", request_id: message.request_id, response },
      });
    } else if (message.type === "control_response") {
      const { request_id, response } = message.response as { request_id: string; response: Message };
      waiting.get(request_id)?.(response);
    } else if (message.type === "user") void work();
  })
  .on("close", () => process.exit(0));
