/**
 * Strict schemas of OpenAI's structured outputs: every property is required and no other is allowed, so an optional one is
 * made nullable and `null` stands for "left out". Keywords that strict mode does not know are dropped or described.
 */

import type { ObjectSchema, Schema } from "../../core/schema.js";

/** A schema of an object that strict mode accepts. */
export interface StrictSchema {
  /** Always `object`. */
  type: "object";
  /** The properties by name. */
  // biome-ignore lint/suspicious/noExplicitAny: the frameworks declare the properties of their schemas so
  properties: Record<string, any>;
  /** Names of all properties. */
  required: string[];
  /** No other properties. */
  additionalProperties: false;
}

/** Converts the input schema of a tool. */
export function strictSchema(schema: ObjectSchema): StrictSchema {
  const required = new Set(schema.required);
  const properties = Object.entries(schema.properties).map(([name, property]) => [
    name,
    required.has(name) ? strict(property) : nullable(strict(property)),
  ]);
  return {
    type: "object",
    properties: Object.fromEntries(properties),
    required: Object.keys(schema.properties),
    additionalProperties: false,
  };
}

type Loose = Record<string, unknown>;

function strict(schema: Schema): Loose {
  if (schema.type === "object") {
    // Strict mode has no free-form objects: one without known properties is passed as JSON text.
    if (Object.keys(schema.properties).length === 0)
      return described({ type: "string" }, schema, "JSON text");
    const { description } = schema;
    return { ...(description === undefined ? {} : { description }), ...strictSchema(schema) };
  }
  if (schema.type === "array") return described({ type: "array", items: strict(schema.items) }, schema);
  const { type, enum: values } = schema as { type: unknown; enum?: readonly string[] };
  return described({ type, ...(values === undefined ? {} : { enum: [...values] }) }, schema);
}

/** Keeps the description, with the default, which strict mode does not know. */
function described(strict: Loose, schema: Schema, note?: string): Loose {
  const byDefault = "default" in schema ? `Default: ${JSON.stringify(schema.default)}.` : undefined;
  const parts = [schema.description, note === undefined ? undefined : `As ${note}.`, byDefault];
  const text = parts.filter((part) => part !== undefined).join(" ");
  return text === "" ? strict : { ...strict, description: text };
}

function nullable(schema: Loose): Loose {
  const { type, enum: values } = schema;
  return {
    ...schema,
    type: Array.isArray(type) ? [...type, "null"] : [type, "null"],
    ...(Array.isArray(values) ? { enum: [...values, null] } : {}),
  };
}

/** Removes what stands for "left out", and parses objects that were passed as JSON text. */
export function fromStrict(schema: ObjectSchema, input: unknown): unknown {
  if (typeof input !== "object" || input === null || Array.isArray(input)) return input;
  const required = new Set(schema.required);
  const entries = Object.entries(input)
    .filter(([name, value]) => value !== null || required.has(name))
    .map(([name, value]) => {
      const property = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
      return [name, property === undefined ? value : valueFrom(property, value)];
    });
  return Object.fromEntries(entries);
}

function valueFrom(schema: Schema, value: unknown): unknown {
  if (schema.type === "array") {
    return Array.isArray(value) ? value.map((item) => valueFrom(schema.items, item)) : value;
  }
  if (schema.type !== "object") return value;
  if (typeof value !== "string") return fromStrict(schema, value);
  try {
    return JSON.parse(value);
  } catch {
    // The tool says what is wrong with it.
    return value;
  }
}
