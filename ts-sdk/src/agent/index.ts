/**
 * Tools for agent frameworks: recipes and debug sessions as functions with names, descriptions and JSON Schemas.
 *
 * @example
 * import { sessionTools } from "sidewinder/agent";
 *
 * const tools = sessionTools(session);
 * // For any framework: hand over name, description and inputSchema; call execute with what the model sends.
 * const run = tools.find((tool) => tool.name === "run_script");
 * console.log(await run?.execute({ trace: true }));
 */

export type { Omission } from "./core/limit.js";
export type { ObjectSchema, Schema } from "./core/schema.js";
export type {
  AgentTool,
  ToolAnnotations,
  ToolCall,
  ToolFailure,
  ToolOptions,
  ToolResult,
} from "./core/tool.js";
export { recipeTools } from "./recipe-tools/index.js";
export { callTool, type ToolInputs, type ToolName, type ToolResults } from "./results.js";
export { sessionTools } from "./session-tools/index.js";
export { type WorkspaceTools, workspaceTools } from "./workspace-tools/index.js";
export type { WorkspaceOptions } from "./workspace-tools/workspace.js";
