/**
 * Tools for agent frameworks: a debug session as functions with names, descriptions and JSON Schemas.
 *
 * @example
 * import { sessionTools } from "sidewinder/agent";
 *
 * const tools = sessionTools(session);
 * // For any framework: hand over name, description and inputSchema; call execute with what the model sends.
 * const run = tools.find((tool) => tool.name === "run_script");
 * console.log(await run?.execute({ trace: true }));
 */

export { sessionTools } from "./session-tools.js";
export type { AgentTool, InputSchema, Property, ToolCall } from "./tool.js";
