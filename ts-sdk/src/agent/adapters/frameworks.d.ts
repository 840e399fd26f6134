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
  type At = { path: string; abortSignal?: AbortSignal };
  type Write<Content> = At & { content: Content };
  type Start = {
    command: string;
    workingDirectory?: string;
    env?: Record<string, string>;
    abortSignal?: AbortSignal;
  };
  type Kind = "file" | "directory" | "other";
  export interface Experimental_SandboxSession {
    readonly description: string;
    readFile(options: At): PromiseLike<ReadableStream<Uint8Array> | null>;
    readBinaryFile(options: At): PromiseLike<Uint8Array | null>;
    readTextFile(
      options: At & { encoding?: string; startLine?: number; endLine?: number },
    ): PromiseLike<string | null>;
    writeFile(options: Write<ReadableStream<Uint8Array>>): PromiseLike<void>;
    writeBinaryFile(options: Write<Uint8Array>): PromiseLike<void>;
    writeTextFile(options: Write<string> & { encoding?: string }): PromiseLike<void>;
    stat(options: At): PromiseLike<{ type: Kind; size: number } | null>;
    listDirectory(options: At): PromiseLike<{ name: string; type: Kind | "symlink" }[] | null>;
    deleteFile(options: At): PromiseLike<boolean>;
    run(options: Start): PromiseLike<{ exitCode: number; stdout: string; stderr: string }>;
    spawn(options: Start & { stdin?: boolean }): PromiseLike<object>;
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

declare module "@openai/agents" {
  type Outcome = Promise<{ status: "completed"; output: string }>;
  export interface Editor {
    createFile(operation: { path: string; diff: string }): Outcome;
    updateFile(operation: { path: string; diff: string; moveTo?: string | undefined }): Outcome;
    deleteFile(operation: { path: string }): Outcome;
  }
  export function applyDiff(text: string, diff: string, mode?: "create"): string;
}

declare module "@openai/agents/sandbox" {
  import type { Editor } from "@openai/agents";

  interface Command {
    cmd: string;
    workdir?: string;
    maxOutputTokens?: number;
  }
  export class Manifest {
    constructor(options: { root: string });
  }
  export interface SandboxSession {
    state: { manifest: Manifest; workspaceReady?: boolean };
    running?(): Promise<boolean>;
    exec?(args: Command): Promise<{
      output: string;
      stdout: string;
      stderr: string;
      wallTimeSeconds: number;
      exitCode?: number | null;
      originalTokenCount?: number;
    }>;
    execCommand?(args: Command): Promise<string>;
    supportsPty?(): boolean;
    createEditor?(): Editor;
    readFile?(args: { path: string; maxBytes?: number }): Promise<string | Uint8Array>;
    listDir?(args: {
      path: string;
    }): Promise<{ name: string; path: string; type: "file" | "dir" | "other" }[]>;
    pathExists?(path: string): Promise<boolean>;
    directoryExists?(path: string): Promise<boolean>;
  }
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

declare module "@mastra/core/workspace" {
  export class FileNotFoundError extends Error {
    constructor(path: string);
  }
  export class FileExistsError extends Error {
    constructor(path: string);
  }
  export class StaleFileError extends Error {
    constructor(path: string, expected: Date, actual: Date);
  }
  interface Entry {
    name: string;
    type: "file" | "directory";
    isSymlink?: boolean;
    symlinkTarget?: string;
  }
  type Content = string | Uint8Array;
  export interface WorkspaceFilesystem {
    id: string;
    name: string;
    provider: string;
    status: "ready";
    basePath?: string;
    resolveAbsolutePath?(path: string): string | undefined;
    readFile(path: string, options?: { encoding?: BufferEncoding }): Promise<string | Buffer>;
    writeFile(
      path: string,
      content: Content,
      options?: { overwrite?: boolean; expectedMtime?: Date },
    ): Promise<void>;
    appendFile(path: string, content: Content): Promise<void>;
    deleteFile(path: string, options?: { force?: boolean }): Promise<void>;
    copyFile(from: string, to: string, options?: { overwrite?: boolean }): Promise<void>;
    moveFile(from: string, to: string, options?: { overwrite?: boolean }): Promise<void>;
    mkdir(path: string): Promise<void>;
    rmdir(path: string, options?: { recursive?: boolean; force?: boolean }): Promise<void>;
    readdir(
      path: string,
      options?: { recursive?: boolean; extension?: string | string[]; maxDepth?: number },
    ): Promise<Entry[]>;
    exists(path: string): Promise<boolean>;
    stat(path: string): Promise<{
      name: string;
      path: string;
      type: "file" | "directory";
      size: number;
      createdAt: Date;
      modifiedAt: Date;
    }>;
  }
  export interface WorkspaceSandbox {
    id: string;
    name: string;
    provider: string;
    status: "running";
    snapshot(): Promise<void>;
    getInstructions?(): string;
    executeCommand?(
      command: string,
      args?: string[],
      options?: {
        timeout?: number;
        env?: Record<string, string | undefined>;
        cwd?: string;
        onStdout?: (text: string) => void;
        onStderr?: (text: string) => void;
        abortSignal?: AbortSignal;
      },
    ): Promise<{
      success: boolean;
      exitCode: number;
      stdout: string;
      stderr: string;
      executionTimeMs: number;
      timedOut?: boolean;
      command?: string;
    }>;
  }
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
