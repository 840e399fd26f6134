/** Calls tools by name, as a framework does. */

import type { AgentTool } from "../../ts-sdk/src/agent/index.js";

// biome-ignore lint/suspicious/noExplicitAny: tests look at single fields of results
type Call = (input?: unknown) => Promise<any>;

/** The tools as functions of their inputs. */
export function callable(
  tools: readonly AgentTool[],
): Record<string, Call> & { call(name: string, input?: unknown): ReturnType<Call> } {
  const call = (name: string, input?: unknown): ReturnType<Call> => {
    const tool = tools.find((candidate) => candidate.name === name);
    if (tool === undefined) throw new Error(`no tool ${name}`);
    return tool.execute(input);
  };
  return new Proxy({} as ReturnType<typeof callable>, {
    get: (_, name) => (name === "call" ? call : (input: unknown) => call(String(name), input)),
  });
}
