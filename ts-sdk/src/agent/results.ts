/** Input and result types of every tool, by name. */

import type { FromSchema } from "./core/schema.js";
import type { AgentTool, ToolCall, ToolResult } from "./core/tool.js";
import type { RECIPE_SPECS } from "./recipe-tools/index.js";
import type { SESSION_SPECS } from "./session-tools/index.js";
import type { WORKSPACE_SPECS } from "./workspace-tools/index.js";

type Specs = typeof RECIPE_SPECS & typeof SESSION_SPECS & typeof WORKSPACE_SPECS;

/** Names of all tools, without prefix. */
export type ToolName = keyof Specs;

/** What a tool accepts, by its name. In workspaces, session tools also accept `session`. */
export type ToolInputs = {
  [Name in ToolName]: FromSchema<Specs[Name]["input"]> &
    (Name extends keyof typeof SESSION_SPECS ? { session?: string } : object);
};

/** What a successful call returns, by the tool's name. */
export type ToolResults = { [Name in ToolName]: FromSchema<Specs[Name]["output"]> };

/**
 * Calls a tool of a set by its name, with types for its input and result.
 *
 * @throws RangeError if the set has no tool of that name.
 *
 * @example
 * import { callTool, sessionTools } from "sidewinder/agent";
 *
 * const result = await callTool(sessionTools(session), "exec", { command: "echo hello" });
 * console.log(result.ok && result.stdout.trim()); // → hello
 */
export async function callTool<Name extends ToolName>(
  tools: readonly AgentTool[],
  name: Name,
  input: ToolInputs[Name],
  call?: ToolCall,
): Promise<ToolResult<ToolResults[Name]>> {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) throw new RangeError(`no tool \`${name}\` in this set`);
  return (await tool.execute(input, call)) as ToolResult<ToolResults[Name]>;
}
