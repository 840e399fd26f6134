/** Descriptions and calls of tools in the words of the Model Context Protocol, for any version of its SDK. */

import { type AgentTool, failureOf, type ToolAnnotations, type ToolResult } from "../../core/tool.js";
import { resultText } from "../core/call.js";
import { plainSchema } from "../core/standard-schema.js";
import { Progress } from "./progress.js";
import { executeWithoutProgress } from "./without-progress.js";

/** A tool as `tools/list` describes it. */
export interface McpToolDescription {
  /** Name of the tool. */
  name: string;
  /** A short name for people. */
  title: string;
  /** What it does and when to use it, for the model. */
  description: string;
  /** JSON Schema of the arguments. */
  inputSchema: { type: "object"; [keyword: string]: unknown };
  /** JSON Schema of the structured content. */
  outputSchema: { type: "object"; [keyword: string]: unknown };
  /** What the tool changes. */
  annotations: ToolAnnotations & { title: string };
}

/** The result of `tools/call`. */
export interface McpToolResult {
  /** The result as JSON text. */
  content: { type: "text"; text: string }[];
  /** The result as a value. */
  structuredContent: { [key: string]: unknown };
  /** Set for failures. */
  isError?: true;
  [key: string]: unknown;
}

/** What a server knows of a call. */
export interface McpCall {
  /** Aborted when the client cancels the request or disconnects. */
  signal?: AbortSignal | undefined;
  /** The tools of the same set. With them, long runs of clients that ask for no progress go on in the background. */
  tools?: readonly AgentTool[] | undefined;
  /** Time after which such a run is answered. Default: 45,000 ms, as clients give up after a minute. */
  answerAfterMs?: number | undefined;
  /** From the request's `_meta`, if the client asked for progress. */
  progressToken?: string | number | undefined;
  /** Sends a notification that belongs to the call. */
  notify?: (notification: { method: "notifications/progress"; params: ProgressNotice }) => unknown;
}

/** The parameters of a progress notification. */
export type ProgressNotice = { progressToken: string | number; progress: number; message?: string };

/** Describes a tool. */
export function describeTool({
  name,
  title,
  description,
  inputSchema,
  outputSchema,
  annotations,
}: AgentTool): McpToolDescription {
  return {
    name,
    title,
    description,
    inputSchema: plainSchema(inputSchema),
    outputSchema: plainSchema(outputSchema),
    annotations: { title, ...annotations },
  };
}

/**
 * Calls a tool. Clients that know the result's schema read `structuredContent`; all others read the text. A failure has
 * both, with `isError`.
 *
 * @throws The signal's reason if it is aborted: a cancelled request gets no answer.
 */
export async function callMcpTool(
  tool: AgentTool,
  input: unknown,
  call: McpCall = {},
): Promise<McpToolResult> {
  const { signal, progressToken, notify, tools, answerAfterMs } = call;
  const progress =
    progressToken === undefined || notify === undefined
      ? undefined
      : new Progress((params) => {
          // The connection may have ended; the call is aborted then.
          void Promise.resolve(
            notify({ method: "notifications/progress", params: { progressToken, ...params } }),
          ).catch(() => undefined);
        });
  try {
    const values = input ?? {};
    const options = signal === undefined ? {} : { signal };
    if (progress !== undefined) {
      return shown(await tool.execute(values, { ...options, onOutput: (text) => progress.add(text) }));
    }
    return shown(
      tools === undefined
        ? await tool.execute(values, options)
        : await executeWithoutProgress(tool, { tools, answerAfterMs }, values, options),
    );
  } catch (error) {
    signal?.throwIfAborted();
    // Tools that were made with `errors: "throw"`.
    return shown(failureOf(error));
  } finally {
    progress?.end();
  }
}

function shown(result: ToolResult): McpToolResult {
  return {
    content: [{ type: "text", text: resultText(result) }],
    structuredContent: { ...result },
    ...(result.ok ? {} : { isError: true as const }),
  };
}
