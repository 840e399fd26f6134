/**
 * The Model Context Protocol over standard input and output: JSON-RPC 2.0, one message a line.
 *
 * Written here, as the official library brings web servers and schema compilers that the package's users would all
 * install for these few messages.
 */

import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { AgentTool } from "../agent/tool.js";
import { SidewinderError } from "../errors.js";

/** Versions of the protocol that this speaks, newest first. */
const VERSIONS = ["2025-06-18", "2025-03-26", "2024-11-05"];

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;

type Id = string | number;
interface Message {
  id?: Id;
  method?: string;
  params?: Record<string, unknown>;
}

/** What a server has to offer. */
export interface Offer {
  name: string;
  version: string;
  /** How to use the tools, for the model. */
  instructions: string;
  tools: AgentTool[];
}

/** Answers until the input ends or the signal comes; what still runs is stopped then. */
export async function serve(
  offer: Offer,
  input: Readable,
  output: Writable,
  signal?: AbortSignal,
): Promise<void> {
  const running = new Map<Id, AbortController>();
  const pending = new Set<Promise<void>>();
  const send = (message: object) => output.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  for await (const line of createInterface({ input, signal, crlfDelay: Number.POSITIVE_INFINITY })) {
    if (line.trim() === "") continue;
    let messages: unknown;
    try {
      messages = JSON.parse(line);
    } catch (error) {
      send({
        id: null,
        error: { code: PARSE_ERROR, message: `this is no JSON: ${(error as Error).message}` },
      });
      continue;
    }
    for (const message of Array.isArray(messages) ? messages : [messages]) {
      const work = handle(offer, message as Message, running, send);
      pending.add(work);
      void work.finally(() => pending.delete(work));
    }
  }
  for (const controller of running.values()) controller.abort(new Error("the client is gone"));
  await Promise.allSettled(pending);
}

async function handle(
  offer: Offer,
  message: Message,
  running: Map<Id, AbortController>,
  send: (message: object) => void,
): Promise<void> {
  if (typeof message !== "object" || message === null || typeof message.method !== "string") {
    // An answer to something that was never asked has no method, and needs no answer.
    if (typeof message === "object" && message !== null && "result" in message) return;
    send({ id: null, error: { code: INVALID_REQUEST, message: "this is no request" } });
    return;
  }
  const { id, method, params = {} } = message;
  if (id === undefined) {
    if (method === "notifications/cancelled")
      running.get(params.requestId as Id)?.abort(new Error("cancelled"));
    return;
  }
  const fail = (code: number, text: string) => send({ id, error: { code, message: text } });
  switch (method) {
    case "initialize": {
      const asked = params.protocolVersion;
      send({
        id,
        result: {
          protocolVersion: VERSIONS.find((version) => version === asked) ?? VERSIONS[0],
          capabilities: { tools: {} },
          serverInfo: { name: offer.name, version: offer.version },
          instructions: offer.instructions,
        },
      });
      return;
    }
    case "ping":
      send({ id, result: {} });
      return;
    case "tools/list":
      send({
        id,
        result: {
          tools: offer.tools.map(({ name, description, inputSchema }) => ({
            name,
            description,
            inputSchema,
          })),
        },
      });
      return;
    case "tools/call": {
      const tool = offer.tools.find(({ name }) => name === params.name);
      if (tool === undefined) return fail(INVALID_PARAMS, `there is no tool \`${String(params.name)}\``);
      const controller = new AbortController();
      running.set(id, controller);
      try {
        const result = await tool.execute(params.arguments ?? {}, { signal: controller.signal });
        send({ id, result: { content: [{ type: "text", text: JSON.stringify(result, null, 2) }] } });
      } catch (error) {
        // A cancelled request gets no answer.
        if (!controller.signal.aborted) {
          send({ id, result: { content: [{ type: "text", text: explain(error) }], isError: true } });
        }
      } finally {
        running.delete(id);
      }
      return;
    }
    default:
      fail(METHOD_NOT_FOUND, `there is no method \`${method}\``);
  }
}

function explain(error: unknown): string {
  if (!SidewinderError.is(error)) return error instanceof Error ? error.message : String(error);
  return `${error.code}: ${error.message}${error.hint === undefined ? "" : `\nhint: ${error.hint}`}`;
}
