/** Tools for LangChain and LangGraph (`@langchain/core`). */

import { ToolMessage } from "@langchain/core/messages";
import { StructuredTool, type ToolRunnableConfig } from "@langchain/core/tools";
import { checkInput } from "../../core/input.js";
import type { AgentTool, ToolResult } from "../../core/tool.js";
import { callWith, resultText } from "../core/call.js";
import { plainSchema } from "../core/standard-schema.js";

/** A tool of LangChain. The tool message has the result as JSON text, and as a value in `artifact`. */
export class LangChainTool extends StructuredTool<Record<string, unknown>> {
  /** Name of the tool. */
  readonly name: string;
  /** What it does and when to use it, for the model. */
  readonly description: string;
  /** JSON Schema of the input. */
  readonly schema: Record<string, unknown>;
  readonly #tool: AgentTool;

  constructor(tool: AgentTool) {
    super({ responseFormat: "content_and_artifact" });
    this.name = tool.name;
    this.description = tool.description;
    this.schema = plainSchema(tool.inputSchema);
    this.#tool = tool;
  }

  /** The name of the class in traces. */
  static override lc_name(): string {
    return "LangChainTool";
  }

  /**
   * Runs the tool.
   *
   * LangChain validates the input first and answers with an error that names no field. So the input is put into the form of
   * the schema before, as far as the tool accepts it, and what the tool does not accept is a result that says why.
   */
  override async call(
    input: unknown,
    config?: ToolRunnableConfig,
    tags?: string[],
    // biome-ignore lint/suspicious/noExplicitAny: the type of the overridden method depends on that of its input
  ): Promise<any> {
    const args = isToolCall(input) ? input.args : input;
    let checked: Record<string, unknown>;
    try {
      checked = checkInput(this.name, this.#tool.inputSchema, args);
    } catch {
      const failure = await this.#tool.execute(args, callWith(config?.signal));
      const id = isToolCall(input) ? input.id : config?.toolCall?.id;
      return id === undefined ? resultText(failure) : toolMessage(this.name, id, failure);
    }
    const output: unknown = await super.call(
      isToolCall(input) ? { ...input, args: checked } : checked,
      config,
      tags,
    );
    if (output instanceof ToolMessage && output.artifact?.ok === false) output.status = "error";
    return output;
  }

  /** Called by LangChain with an input in the form of the schema. */
  protected async _call(
    input: unknown,
    _manager?: unknown,
    config?: ToolRunnableConfig,
  ): Promise<[string, ToolResult]> {
    const result = await this.#tool.execute(input, callWith(config?.signal));
    return [resultText(result), result];
  }
}

function isToolCall(input: unknown): input is { type: "tool_call"; id?: string; args: unknown } {
  return typeof input === "object" && input !== null && "type" in input && input.type === "tool_call";
}

function toolMessage(name: string, id: string, result: ToolResult): ToolMessage {
  return new ToolMessage({
    content: resultText(result),
    artifact: result,
    name,
    tool_call_id: id,
    status: result.ok ? "success" : "error",
  });
}

/**
 * Turns tools into tools of LangChain. A run's abort signal stops the work. Failures are tool messages with status
 * `error`, which the model reads.
 *
 * @example
 * import { createAgent } from "langchain";
 * import { workspaceTools } from "sidewinder/agent";
 * import { langchainTools } from "sidewinder/agent/langchain";
 *
 * const workspace = workspaceTools({ root: "recipes" });
 * const agent = createAgent({ model, tools: langchainTools(workspace) });
 */
export function langchainTools(tools: readonly AgentTool[]): LangChainTool[] {
  return tools.map((tool) => new LangChainTool(tool));
}
