/**
 * The parts of the frameworks that the adapters use, so that the SDK compiles without the frameworks: they are hundreds of
 * megabytes. This file is not published; the published declarations name the frameworks' own types. A test compiles the
 * adapters against the real packages.
 */

declare module "ai" {
  export interface Schema<T> {
    readonly _type: T;
  }
  export interface Tool<Input = unknown, Output = unknown> {
    description?: string;
    inputSchema: Schema<Input>;
    outputSchema?: Schema<Output>;
    execute?: (input: Input, options: { abortSignal?: AbortSignal }) => Promise<Output>;
  }
  export function tool<Input, Output>(options: Tool<Input, Output>): Tool<Input, Output>;
  export function jsonSchema<T>(schema: Record<string, unknown>): Schema<T>;
}

declare module "@openai/agents" {
  export interface FunctionTool<_Context = unknown, Parameters = unknown, Result = unknown> {
    type: "function";
    name: string;
    invoke(context: unknown, input: string): Promise<string | Result>;
    parameters: Parameters;
  }
  export function tool<Parameters>(options: {
    name: string;
    description: string;
    parameters: Parameters;
    strict: true;
    execute(input: unknown, context?: unknown, details?: { signal?: AbortSignal }): Promise<string>;
  }): FunctionTool<unknown, Parameters, string>;
}

declare module "@langchain/core/messages" {
  export class ToolMessage {
    constructor(fields: {
      content: string;
      artifact: unknown;
      name: string;
      tool_call_id: string;
      status: "success" | "error";
    });
    artifact?: { ok?: boolean };
    status?: "success" | "error";
  }
}

declare module "@langchain/core/tools" {
  export interface ToolRunnableConfig {
    signal?: AbortSignal;
    toolCall?: { id?: string };
  }
  export abstract class StructuredTool<_Schema = unknown> {
    constructor(fields: { responseFormat: "content" | "content_and_artifact" });
    static lc_name(): string;
    call(input: unknown, config?: ToolRunnableConfig, tags?: string[]): Promise<unknown>;
  }
}

declare module "@mastra/core/tools" {
  export interface Tool<Input = unknown, Output = unknown> {
    id: string;
    description: string;
    execute?: (input: Input, context?: { abortSignal?: AbortSignal }) => Promise<Output>;
  }
  export function createTool(options: {
    id: string;
    description: string;
    inputSchema: object;
    outputSchema: object;
    mcp: { annotations: object };
    execute(input: Record<string, unknown>, context?: { abortSignal?: AbortSignal }): Promise<unknown>;
  }): Tool<Record<string, unknown>, unknown>;
}

declare module "@anthropic-ai/sdk/lib/tools/ToolError" {
  export class ToolError extends Error {
    constructor(content: string);
  }
}

declare module "@modelcontextprotocol/sdk/types.js" {
  export const ListToolsRequestSchema: { readonly list: unique symbol };
  export const CallToolRequestSchema: { readonly call: unique symbol };
}

declare module "@anthropic-ai/claude-agent-sdk" {
  import type { CallToolRequestSchema, ListToolsRequestSchema } from "@modelcontextprotocol/sdk/types.js";

  interface Server {
    registerCapabilities(capabilities: { tools: object }): void;
    setRequestHandler(schema: typeof ListToolsRequestSchema, handler: () => object): void;
    setRequestHandler(
      schema: typeof CallToolRequestSchema,
      handler: (
        request: {
          params: {
            name: string;
            arguments?: Record<string, unknown>;
            _meta?: { progressToken?: string | number };
          };
        },
        extra: { signal: AbortSignal; sendNotification(notification: object): Promise<void> },
      ) => Promise<object>,
    ): void;
  }
  export interface McpSdkServerConfigWithInstance {
    type: "sdk";
    name: string;
    instance: { server: Server };
  }
  export function createSdkMcpServer(options: {
    name: string;
    instructions?: string;
  }): McpSdkServerConfigWithInstance;
}

declare module "@modelcontextprotocol/server" {
  export interface McpServer {
    registerTool(
      name: string,
      config: {
        title: string;
        description: string;
        inputSchema: object;
        outputSchema: object;
        annotations: object;
      },
      handler: (
        input: Record<string, unknown>,
        context: {
          mcpReq: {
            signal: AbortSignal;
            _meta?: { progressToken?: string | number };
            notify(notification: object): Promise<void>;
          };
        },
      ) => Promise<object>,
    ): unknown;
  }
}
