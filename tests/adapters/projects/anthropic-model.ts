/** A server that speaks Anthropic's Messages API, following a script. */

import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import Anthropic from "@anthropic-ai/sdk";
import type { Conversation } from "./script.js";

/** A client of such a server; `flags` has `is_error` of each result that the model got. */
export interface Scripted {
  client: Anthropic;
  flags: boolean[];
  server: Server;
}

/** Starts a server. */
export async function scriptedClient(conversation: Conversation): Promise<Scripted> {
  const flags: boolean[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { messages } = JSON.parse(Buffer.concat(chunks).toString()) as Anthropic.Beta.MessageCreateParams;
    const blocks = messages.flatMap(({ content }) => (typeof content === "string" ? [] : content));
    const results = blocks.flatMap((block): [string, string][] => {
      if (block?.type !== "tool_result") return [];
      const { content } = block;
      const text =
        typeof content === "string" ? content : content?.map((part) => ("text" in part ? part.text : ""));
      return [[block.tool_use_id, String(text)]];
    });
    const last = blocks.at(-1);
    if (last?.type === "tool_result") flags.push(last.is_error === true);
    const call = conversation.next(results);
    const content =
      call === undefined
        ? [{ type: "text", text: "done", citations: null }]
        : [{ type: "tool_use", id: call.id, name: call.name, input: call.input }];
    response.writeHead(200, { "content-type": "application/json" }).end(
      JSON.stringify({
        id: "msg",
        type: "message",
        role: "assistant",
        model: "scripted",
        content,
        stop_reason: call === undefined ? "end_turn" : "tool_use",
        stop_sequence: null,
        usage: { input_tokens: 1, output_tokens: 1 },
      }),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const client = new Anthropic({ apiKey: "none", baseURL: `http://127.0.0.1:${port}` });
  return { client, flags, server };
}
