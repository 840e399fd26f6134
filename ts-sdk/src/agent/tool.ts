/** What a tool is, and the check of what an agent hands in. */

import { SidewinderError } from "../errors.js";

/** What a call of a tool may be given beside its input. */
export interface ToolCall {
  /** Stops the work; the call rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** A tool as agent frameworks take it: a name, a description, a JSON Schema, a function. */
export interface AgentTool {
  /** Lower case with underscores; unique among the tools of a session. */
  readonly name: string;
  /** What it does and when to use it, for the model. */
  readonly description: string;
  /** JSON Schema (draft 2020-12) of an object; no further properties are taken. */
  readonly inputSchema: InputSchema;
  /**
   * Does it. The result is a plain JSON value of bounded size.
   *
   * @throws SidewinderError with code `INVALID_INPUT` for an input that does not fit the schema; and what the session throws.
   */
  execute(input: unknown, call?: ToolCall): Promise<unknown>;
}

/** The schema of a tool's input. */
export interface InputSchema {
  /** Always an object. */
  type: "object";
  /** What it may have, by name. */
  properties: Record<string, Property>;
  /** Names of what it must have; none where it is left out. */
  required?: string[];
  /** Nothing else is taken. */
  additionalProperties: false;
}

/** One property of an input: a text, a whole number, a flag, or a list of texts. */
export type Property = { description: string; default?: string | number | boolean } & (
  | {
      /** A text. */
      type: "string";
      /** The only texts that are taken. */
      enum?: string[];
    }
  | {
      /** A whole number. */
      type: "integer";
      /** The least that is taken. */
      minimum?: number;
      /** The most that is taken. */
      maximum?: number;
    }
  | {
      /** A flag. */
      type: "boolean";
    }
  | {
      /** A list. */
      type: "array";
      /** Its items: texts. */
      items: { type: "string" };
      /** The least number of items. */
      minItems?: number;
    }
);

/** The values that a schema's properties have. */
type Value<P> = P extends { type: "string"; enum: (infer E)[] }
  ? E
  : P extends { type: "string" }
    ? string
    : P extends { type: "integer" }
      ? number
      : P extends { type: "boolean" }
        ? boolean
        : string[];

/** The input that a tool's function gets: required properties are there, others may be. */
export type Input<P extends Record<string, Property>, R extends keyof P> = { [K in R]: Value<P[K]> } & {
  [K in Exclude<keyof P, R>]?: Value<P[K]>;
};

/** A tool whose function gets checked input. */
export function tool<const P extends Record<string, Property>, const R extends keyof P & string>(
  name: string,
  description: string,
  properties: P,
  required: R[],
  work: (input: Input<P, R>, call: ToolCall) => unknown,
): AgentTool {
  const inputSchema: InputSchema = {
    type: "object",
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
  return Object.freeze({
    name,
    description,
    inputSchema,
    async execute(input: unknown, call: ToolCall = {}) {
      call.signal?.throwIfAborted();
      return await work(checked(name, inputSchema, input) as Input<P, R>, call);
    },
  });
}

/** An input that does not fit. Code `INVALID_INPUT`. */
export function invalidInput(tool: string, reason: string, hint?: string): SidewinderError {
  return new SidewinderError("INVALID_INPUT", `${tool}: ${reason}`, { hint });
}

function checked(tool: string, schema: InputSchema, input: unknown): Record<string, unknown> {
  const given = input ?? {};
  if (typeof given !== "object" || Array.isArray(given))
    throw invalidInput(tool, "the input must be an object");
  const known = Object.keys(schema.properties);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined) {
      throw invalidInput(
        tool,
        `there is no property \`${key}\``,
        `it takes: ${known.join(", ") || "nothing"}`,
      );
    }
    // Models often send null for what they leave out.
    if (value === undefined || value === null) continue;
    const expected = mismatch(property, value);
    if (expected !== undefined) throw invalidInput(tool, `\`${key}\` must be ${expected}`);
    values[key] = value;
  }
  const missing = schema.required?.filter((key) => !(key in values)) ?? [];
  if (missing.length > 0) throw invalidInput(tool, `missing: ${missing.join(", ")}`);
  return values;
}

function mismatch(property: Property, value: unknown): string | undefined {
  switch (property.type) {
    case "string":
      if (typeof value !== "string") return "a string";
      if (property.enum !== undefined && !property.enum.includes(value))
        return `one of ${property.enum.join(", ")}`;
      return undefined;
    case "boolean":
      return typeof value === "boolean" ? undefined : "true or false";
    case "integer": {
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = property;
      const fits = Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
      return fits ? undefined : `a whole number from ${minimum} to ${maximum}`;
    }
    case "array": {
      const least = property.minItems ?? 0;
      const fits =
        Array.isArray(value) && value.length >= least && value.every((item) => typeof item === "string");
      return fits ? undefined : least > 0 ? "a list of strings that is not empty" : "a list of strings";
    }
  }
}
