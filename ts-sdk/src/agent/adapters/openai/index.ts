/** Tools and a sandbox for OpenAI: the Agents SDK (`@openai/agents`), and function tools of the Responses API. */

import { type FunctionTool, tool } from "@openai/agents";
import type { AgentTool } from "../../core/tool.js";
import { callWith, resultText } from "../core/call.js";
import { fromStrict, type StrictSchema, strictSchema } from "./strict-schema.js";

export { openaiSandbox } from "./sandbox.js";
export type { StrictSchema } from "./strict-schema.js";

/**
 * Turns tools into function tools of the OpenAI Agents SDK, with strict schemas. A run's abort signal stops the work, and
 * failures are results that the model reads.
 *
 * @example
 * import { Agent, run } from "@openai/agents";
 * import { workspaceTools } from "sidewinder/agent";
 * import { openaiTools } from "sidewinder/agent/openai";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * const agent = new Agent({ name: "repair", tools: openaiTools(workspace) });
 * const { finalOutput } = await run(agent, "Repair the recipe in zlib.", { maxTurns: 50 });
 */
export function openaiTools(tools: readonly AgentTool[]): FunctionTool<unknown, StrictSchema, string>[] {
  return tools.map(({ name, description, inputSchema, execute }) =>
    tool({
      name,
      description,
      parameters: strictSchema(inputSchema),
      strict: true,
      execute: async (input: unknown, _context?: unknown, details?: { signal?: AbortSignal }) =>
        resultText(await execute(fromStrict(inputSchema, input), callWith(details?.signal))),
    }),
  );
}

/** A function tool in the form of the Responses API. */
export interface ResponsesTool {
  /** Always `function`. */
  type: "function";
  /** Name of the tool. */
  name: string;
  /** What it does and when to use it, for the model. */
  description: string;
  /** Strict schema of the arguments. */
  parameters: { [key: string]: unknown };
  /** The model keeps to the schema. */
  strict: true;
}

/** Descriptions of tools for `openai.responses.create({ tools })`; run what the model calls with {@link callFunction}. */
export function responsesTools(tools: readonly AgentTool[]): ResponsesTool[] {
  return tools.map(({ name, description, inputSchema }) => ({
    type: "function",
    name,
    description,
    parameters: { ...strictSchema(inputSchema) },
    strict: true,
  }));
}

/**
 * Runs a function call of a response and returns the item to send back.
 *
 * @example
 * const calls = response.output.filter((item) => item.type === "function_call");
 * const outputs = await Promise.all(calls.map((call) => callFunction(tools, call)));
 */
export async function callFunction(
  tools: readonly AgentTool[],
  call: { name: string; arguments: string; call_id: string },
  options: { signal?: AbortSignal } = {},
): Promise<{ type: "function_call_output"; call_id: string; output: string }> {
  const output = await outputOf(tools, call, options.signal);
  return { type: "function_call_output", call_id: call.call_id, output };
}

async function outputOf(
  tools: readonly AgentTool[],
  { name, arguments: text }: { name: string; arguments: string },
  signal: AbortSignal | undefined,
): Promise<string> {
  const chosen = tools.find((candidate) => candidate.name === name);
  const failure = (message: string, hint: string): string =>
    resultText({ ok: false, code: "INVALID_INPUT", message, hint });
  if (chosen === undefined) {
    return failure(`unknown tool \`${name}\``, `tools: ${tools.map((each) => each.name).join(", ")}`);
  }
  let input: unknown;
  try {
    input = JSON.parse(text);
  } catch (error) {
    return failure(
      `${name}: invalid JSON: ${(error as Error).message}`,
      "send the arguments as one JSON object",
    );
  }
  return resultText(await chosen.execute(fromStrict(chosen.inputSchema, input), callWith(signal)));
}
