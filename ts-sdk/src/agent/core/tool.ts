/** What a tool is for an agent framework, and how one is made of its specification. */

import { SidewinderError } from "../../errors.js";
import { checkInput } from "./input.js";
import { fit, mapText, type Omission } from "./limit.js";
import type { FromSchema, ObjectSchema, Schema } from "./schema.js";

/** Maximum length of a result's JSON by default, in characters. */
export const MAX_CHARS = 30_000;

/** What a call of a tool may be given in addition to its input. */
export interface ToolCall {
  /** Stops the work; the call rejects with the signal's reason. */
  signal?: AbortSignal;
  /** Receives output of programs and steps of long work as they come, secrets masked. */
  onOutput?: (text: string) => void;
}

/** A failed call, for the model to read. */
export interface ToolFailure {
  /** Whether the call succeeded. */
  ok: false;
  /** Stable identifier of the error, e.g. `SOLVE_FAILED`. */
  code: string;
  /** What failed, and where. */
  message: string;
  /** How to fix it. */
  hint?: string;
  /** More about the error: diagnostics, the solver's explanation, conflicting files. */
  details?: Record<string, unknown>;
}

/** The result of a call. A failure is a value, so that every framework shows it to the model in full. */
export type ToolResult<T = Record<string, unknown>> = ({ ok: true; omitted?: Omission[] } & T) | ToolFailure;

/** How tools are made. */
export interface ToolOptions {
  /** Goes before every name, e.g. `build_` for `build_read_file`. Default: nothing. */
  prefix?: string;
  /** Names of the tools to make, without prefix. Default: all. */
  include?: string[];
  /** Only tools that change nothing. Default: false. */
  readOnly?: boolean;
  /** Maximum length of the JSON of a result, in characters; at least 1000. Default: 30,000. */
  maxChars?: number;
  /** `return` (the default): errors are results with `ok: false`. `throw`: calls reject with the error. */
  errors?: "return" | "throw";
}

/** Facts about a tool that clients show to people, in the words of the Model Context Protocol. */
export interface ToolAnnotations {
  /** Changes nothing. */
  readOnlyHint: boolean;
  /** May remove or overwrite something that was not made by a tool. */
  destructiveHint: boolean;
  /** A second call with the same input changes nothing more. */
  idempotentHint: boolean;
  /** Reaches the network or runs programs that may. */
  openWorldHint: boolean;
}

/** A tool in the form that agent frameworks accept: a name, a description, JSON Schemas and a function. */
export interface AgentTool {
  /** Lower case with underscores; unique in its set. */
  readonly name: string;
  /** A short name for people. */
  readonly title: string;
  /** What it does and when to use it, for the model. */
  readonly description: string;
  /** JSON Schema (draft 2020-12) of the input, an object without further properties. */
  readonly inputSchema: ObjectSchema;
  /** JSON Schema of the result, both of success and of failure. */
  readonly outputSchema: ObjectSchema;
  /** Whether it changes something, for clients that ask before they call. */
  readonly annotations: ToolAnnotations;
  /**
   * Does the work. The result is a plain JSON value of at most `maxChars` characters.
   *
   * @throws The signal's reason when `call.signal` is aborted; with `errors: "throw"` also SidewinderError with code
   *   `INVALID_INPUT` for an input that does not match the schema, and the errors of the session or recipe.
   */
  execute(input: unknown, call?: ToolCall): Promise<ToolResult>;
}

/** What a tool's function gets in addition to its input. */
export interface CallContext extends ToolCall {
  /** The name of the tool, with its prefix, for messages. */
  readonly tool: string;
  /** Maximum length of the result's JSON. */
  readonly maxChars: number;
}

/** A tool over some context `C` (a session, a folder of recipes), before it is bound to one. */
export interface ToolSpec<C, I extends ObjectSchema = ObjectSchema, O extends ObjectSchema = ObjectSchema> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly input: I;
  readonly output: O;
  /** What it does to its surroundings. */
  readonly effect: "read" | "change" | "destroy";
  readonly idempotent?: boolean;
  readonly openWorld?: boolean;
  /** How to read what is left out of a field of the result. */
  readonly howToRead?: Readonly<Record<string, string>>;
  run(context: C, input: FromSchema<I>, call: CallContext): Promise<FromSchema<O>>;
}

/** A specification whose schemas are hidden, for lists of different tools. */
// biome-ignore lint/suspicious/noExplicitAny: input and output of the tools in a list differ
export type AnySpec<C> = Omit<ToolSpec<C>, "run"> & { run(context: C, input: any, call: CallContext): any };

/** Declares a tool with types from its schemas. */
export function toolSpec<C>() {
  return <const I extends ObjectSchema, const O extends ObjectSchema>(
    spec: ToolSpec<C, I, O>,
  ): ToolSpec<C, I, O> => spec;
}

/** Where a tool gets its context from. */
export interface Host<S> {
  /** Properties that are added to the input of every tool, e.g. `session`. */
  readonly properties?: Readonly<Record<string, Schema>>;
  /** Does the call in its context. */
  call(
    spec: S,
    input: Record<string, unknown>,
    call: CallContext,
  ): Promise<{ result: object; mask?: ((text: string) => string) | undefined }>;
}

/** A specification without its function, which only its host calls. */
type AnyBoundSpec = Omit<ToolSpec<never>, "run">;

/** Makes tools of specifications. */
export function bindAll<S extends AnyBoundSpec>(
  specs: readonly S[],
  host: Host<S>,
  options: ToolOptions = {},
): AgentTool[] {
  const { include, readOnly = false } = options;
  return specs
    .filter(({ name, effect }) => (include?.includes(name) ?? true) && (!readOnly || effect === "read"))
    .map((spec) => bind(spec, host, options));
}

function bind<S extends AnyBoundSpec>(spec: S, host: Host<S>, options: ToolOptions): AgentTool {
  const { prefix = "", errors = "return", maxChars = MAX_CHARS } = options;
  const name = `${prefix}${spec.name}`;
  const inputSchema: ObjectSchema = {
    ...spec.input,
    properties: { ...spec.input.properties, ...host.properties },
    additionalProperties: false,
  };
  const work = async (input: unknown, call: ToolCall): Promise<ToolResult> => {
    const values = checkInput(name, inputSchema, input);
    const context = { ...call, tool: name, maxChars };
    const { result, mask } = await host.call(spec, values, context);
    const shown = (mask === undefined ? result : mapText(result, mask)) as Record<string, unknown>;
    return fit({ ok: true as const, ...shown }, maxChars, spec.howToRead);
  };
  return Object.freeze({
    name,
    title: spec.title,
    description: spec.description,
    inputSchema,
    outputSchema: resultSchema(spec.output),
    annotations: {
      readOnlyHint: spec.effect === "read",
      destructiveHint: spec.effect === "destroy",
      idempotentHint: spec.idempotent ?? spec.effect === "read",
      openWorldHint: spec.openWorld ?? false,
    },
    async execute(input: unknown, call: ToolCall = {}): Promise<ToolResult> {
      call.signal?.throwIfAborted();
      try {
        return await work(input, call);
      } catch (error) {
        call.signal?.throwIfAborted();
        if (errors === "throw") throw error;
        return fit(failureOf(error), maxChars);
      }
    },
  });
}

/** Any error as a failure that says how to go on. */
export function failureOf(error: unknown): ToolFailure {
  if (!SidewinderError.is(error)) {
    const { code, message } =
      error instanceof Error ? (error as NodeJS.ErrnoException) : { code: "", message: String(error) };
    const isSystem = typeof code === "string" && /^E[A-Z0-9]+$/.test(code);
    return { ok: false, code: isSystem ? "IO_FAILED" : "INTERNAL", message };
  }
  const { name: _name, code, message, hint, cause, ...details } = error.toJSON();
  return {
    ok: false,
    code: code ?? "INTERNAL",
    message,
    ...(hint === undefined ? {} : { hint }),
    ...(Object.keys(details).length === 0 && cause === undefined
      ? {}
      : { details: { ...details, ...(cause === undefined ? {} : { cause: cause.message }) } }),
  };
}

const OMITTED: Schema = {
  type: "array",
  description: "What was left out because the result was too long, and how to read it.",
  items: {
    type: "object",
    properties: { field: { type: "string" }, omitted: { type: "string" }, read: { type: "string" } },
    required: ["field", "omitted"],
  },
};

/** The schema of a result: properties of success and of failure, told apart by `ok`. */
function resultSchema(output: ObjectSchema): ObjectSchema {
  return {
    type: "object",
    properties: {
      ok: { type: "boolean", description: "Whether the call succeeded." },
      ...output.properties,
      omitted: OMITTED,
      code: { type: "string", description: "On failure: stable identifier of the error." },
      message: { type: "string", description: "On failure: what failed." },
      hint: { type: "string", description: "On failure: how to fix it." },
      details: { type: "object", description: "On failure: more about the error.", properties: {} },
    },
    required: ["ok"],
  };
}
