/**
 * The Model Context Protocol over standard input and output: JSON-RPC 2.0, one message per line.
 *
 * The official library depends on web servers and schema compilers, which every user of this package would install.
 */

import type { Readable, Writable } from "node:stream";
import { ends } from "../agent/core/limit.js";
import type { AgentTool } from "../agent/core/tool.js";
import { SidewinderError } from "../errors.js";
import { linesOf, TOO_LONG } from "./lines.js";

/** Supported versions of the protocol, newest first. */
const VERSIONS = ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"];

const PARSE_ERROR = -32700;
const INVALID_REQUEST = -32600;
const METHOD_NOT_FOUND = -32601;
const INVALID_PARAMS = -32602;
const INTERNAL_ERROR = -32603;

/** Maximum length of a message, in bytes. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;
/** Maximum length of an error's text, in characters. */
const MAX_TEXT = 32 * 1024;

/** Interval between progress notifications. */
const PROGRESS_MS = 1000;

type Id = string | number;
type Params = Record<string, unknown>;
interface Request {
  id: Id;
  method: string;
  params: Params;
}
type Send = (message: object) => void;

/** What a server offers. */
export interface Offer {
  name: string;
  version: string;
  /** How to use the tools, for the model. */
  instructions: string;
  tools: AgentTool[];
}

/** Answers until the input ends or the signal is aborted, then stops what is still running. */
export async function serve(
  offer: Offer,
  input: Readable,
  output: Writable,
  signal?: AbortSignal,
): Promise<void> {
  const running = new Map<Id, AbortController>();
  const pending = new Set<Promise<void>>();
  const send: Send = (message) => void output.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  for await (const line of linesOf(input, MAX_MESSAGE_BYTES, signal)) {
    if (line === TOO_LONG) {
      send(failure(null, PARSE_ERROR, `message too long (limit ${MAX_MESSAGE_BYTES} bytes)`));
      continue;
    }
    if (line.trim() === "") continue;
    let messages: unknown;
    try {
      messages = JSON.parse(line);
    } catch (error) {
      send(failure(null, PARSE_ERROR, `invalid JSON: ${(error as Error).message}`));
      continue;
    }
    const batch = Array.isArray(messages) && messages.length > 0 ? messages : [messages];
    for (const message of batch) {
      const work = take(offer, message, running, send);
      pending.add(work);
      void work.then(() => pending.delete(work));
    }
  }
  for (const controller of running.values()) controller.abort(new Error("the client disconnected"));
  await Promise.all(pending);
}

/** Handles one message of any form; never rejects. */
async function take(
  offer: Offer,
  message: unknown,
  running: Map<Id, AbortController>,
  send: Send,
): Promise<void> {
  if (typeof message !== "object" || message === null || Array.isArray(message)) {
    return send(failure(null, INVALID_REQUEST, "not a request"));
  }
  const { id, method, params = {} } = message as Record<string, unknown>;
  if (typeof method !== "string") {
    // A response to a request that was never made has no method and needs no answer.
    if (!("result" in message || "error" in message)) {
      send(failure(isId(id) ? id : null, INVALID_REQUEST, "not a request"));
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
    return send(failure(id, INVALID_REQUEST, `request id ${JSON.stringify(id)} is already in use`));
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
  return { id, error: { code, message: ends(message, MAX_TEXT) } };
}

async function answer(
  offer: Offer,
  { id, method, params }: Request,
  running: Map<Id, AbortController>,
  send: Send,
): Promise<void> {
  switch (method) {
    case "initialize": {
      const requested = params.protocolVersion;
      const { name, version, instructions } = offer;
      const protocolVersion = VERSIONS.find((known) => known === requested) ?? VERSIONS[0];
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
      const tools = offer.tools.map(
        ({ name, title, description, inputSchema, outputSchema, annotations }) => ({
          name,
          title,
          description,
          inputSchema,
          outputSchema,
          annotations,
        }),
      );
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
    return send(failure(id, INVALID_PARAMS, `unknown tool ${JSON.stringify(params.name)}`));
  }
  const controller = new AbortController();
  running.set(id, controller);
  const { progressToken } = (params._meta ?? {}) as { progressToken?: unknown };
  const progress = isId(progressToken) ? new Progress(progressToken, send) : undefined;
  try {
    const result = await tool.execute(params.arguments ?? {}, {
      signal: controller.signal,
      ...(progress === undefined ? {} : { onOutput: (text: string) => progress.add(text) }),
    });
    // A client that knows the result's schema reads `structuredContent`; all others read the text.
    const content = [{ type: "text", text: JSON.stringify(result) }];
    const answer = result.ok ? { content, structuredContent: result } : { content, isError: true };
    send({ id, result: answer });
  } catch (error) {
    // A cancelled request gets no answer.
    if (controller.signal.aborted) return;
    send({
      id,
      result: { content: [{ type: "text", text: ends(explain(error), MAX_TEXT) }], isError: true },
    });
  } finally {
    progress?.end();
    running.delete(id);
  }
}

/**
 * Sends progress with the last line of output at regular intervals, also while there is none: clients end calls without
 * progress after a minute.
 */
class Progress {
  readonly #timer: NodeJS.Timeout;
  #lastLine = "";
  #count = 0;

  constructor(progressToken: Id, send: Send) {
    this.#timer = setInterval(() => {
      this.#count += 1;
      const message = this.#lastLine === "" ? {} : { message: this.#lastLine };
      send({
        method: "notifications/progress",
        params: { progressToken, progress: this.#count, ...message },
      });
    }, PROGRESS_MS);
    this.#timer.unref();
  }

  add(text: string): void {
    const line = text.trimEnd().split("\n").at(-1)?.trim() ?? "";
    if (line !== "") this.#lastLine = line.slice(0, 200);
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

function explain(error: unknown): string {
  if (!SidewinderError.is(error)) return error instanceof Error ? error.message : String(error);
  return `${error.code}: ${error.message}${error.hint === undefined ? "" : `\nhint: ${error.hint}`}`;
}
