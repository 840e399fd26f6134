/**
 * The Model Context Protocol over standard input and output: JSON-RPC 2.0, one message a line.
 *
 * Written here, as the official library brings web servers and schema compilers that the package's users would all
 * install for these few messages.
 */

import type { Readable, Writable } from "node:stream";
import { ends } from "../agent/core/limit.js";
import type { AgentTool } from "../agent/core/tool.js";
import { SidewinderError } from "../errors.js";
import { linesOf, TOO_LONG } from "./lines.js";

/** Versions of the protocol that this speaks, newest first. */
const VERSIONS = ["2025-06-18", "2025-03-26", "2024-11-05"];

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

/** The longest message that is read, in bytes. */
const LONGEST = 32 * 1024 * 1024;
/** The most of an error that is told. */
const MOST_TEXT = 32 * 1024;

type Id = string | number;
type Params = Record<string, unknown>;
interface Request {
  id: Id;
  method: string;
  params: Params;
}
type Send = (message: object) => void;

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
  const send: Send = (message) => void output.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  for await (const line of linesOf(input, LONGEST, signal)) {
    if (line === TOO_LONG) {
      send(failure(null, PARSE_ERROR, `a message has at most ${LONGEST} bytes`));
      continue;
    }
    if (line.trim() === "") continue;
    let messages: unknown;
    try {
      messages = JSON.parse(line);
    } catch (error) {
      send(failure(null, PARSE_ERROR, `this is no JSON: ${(error as Error).message}`));
      continue;
    }
    const batch = Array.isArray(messages) && messages.length > 0 ? messages : [messages];
    for (const message of batch) {
      const work = take(offer, message, running, send);
      pending.add(work);
      void work.then(() => pending.delete(work));
    }
  }
  for (const controller of running.values()) controller.abort(new Error("the client is gone"));
  await Promise.all(pending);
}

/** Takes one message, whatever it is; never rejects. */
async function take(
  offer: Offer,
  message: unknown,
  running: Map<Id, AbortController>,
  send: Send,
): Promise<void> {
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return send(failure(null, INVALID_REQUEST, "this is no request"));
  }
  const { id, method, params = {} } = message as Record<string, unknown>;
  if (typeof method !== "string") {
    // An answer to something that was never asked has no method, and needs no answer.
    if (!("result" in message || "error" in message)) {
      send(failure(isId(id) ? id : null, INVALID_REQUEST, "this is no request"));
    }
    return;
  }
  const isObject = typeof params === "object" && params !== null && !Array.isArray(params);
  if (id === undefined) {
    if (method === "notifications/cancelled" && isObject) {
      running.get((params as Params).requestId as Id)?.abort(new Error("cancelled"));
    }
    return;
  }
  if (!isId(id)) return send(failure(null, INVALID_REQUEST, "`id` must be a string or a number"));
  if (!isObject) return send(failure(id, INVALID_PARAMS, "`params` must be an object"));
  if (running.has(id)) {
    return send(failure(id, INVALID_REQUEST, `a request with the id ${JSON.stringify(id)} is running`));
  }
  try {
    await answer(offer, { id, method, params: params as Params }, running, send);
  } catch (error) {
    send(failure(id, INTERNAL_ERROR, explain(error)));
  }
}

function isId(id: unknown): id is Id {
  return typeof id === "string" || typeof id === "number";
}

function failure(id: Id | null, code: number, message: string): object {
  return { id, error: { code, message: ends(message, MOST_TEXT) } };
}

async function answer(
  offer: Offer,
  { id, method, params }: Request,
  running: Map<Id, AbortController>,
  send: Send,
): Promise<void> {
  switch (method) {
    case "initialize": {
      const asked = params.protocolVersion;
      const { name, version, instructions } = offer;
      const protocolVersion = VERSIONS.find((known) => known === asked) ?? VERSIONS[0];
      const result = {
        protocolVersion,
        capabilities: { tools: {} },
        serverInfo: { name, version },
        instructions,
      };
      return send({ id, result });
    }
    case "ping":
      return send({ id, result: {} });
    case "tools/list": {
      const tools = offer.tools.map(({ name, description, inputSchema }) => ({
        name,
        description,
        inputSchema,
      }));
      return send({ id, result: { tools } });
    }
    case "tools/call":
      return await callTool(offer, { id, method, params }, running, send);
    default:
      return send(failure(id, METHOD_NOT_FOUND, `there is no method \`${method}\``));
  }
}

async function callTool(
  offer: Offer,
  { id, params }: Request,
  running: Map<Id, AbortController>,
  send: Send,
): Promise<void> {
  const tool = offer.tools.find(({ name }) => name === params.name);
  if (tool === undefined) {
    return send(failure(id, INVALID_PARAMS, `there is no tool ${JSON.stringify(params.name)}`));
  }
  const controller = new AbortController();
  running.set(id, controller);
  const told = (text: string, isError: boolean): void =>
    send({ id, result: { content: [{ type: "text", text }], ...(isError ? { isError } : {}) } });
  try {
    const result = await tool.execute(params.arguments ?? {}, { signal: controller.signal });
    told(JSON.stringify(result, null, 2), !result.ok);
  } catch (error) {
    // A cancelled request gets no answer.
    if (!controller.signal.aborted) told(ends(explain(error), MOST_TEXT), true);
  } finally {
    running.delete(id);
  }
}

function explain(error: unknown): string {
  if (!SidewinderError.is(error)) return error instanceof Error ? error.message : String(error);
  return `${error.code}: ${error.message}${error.hint === undefined ? "" : `\nhint: ${error.hint}`}`;
}
