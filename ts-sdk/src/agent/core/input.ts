/** Checks what a model sends against a tool's schema, and accepts the forms that models use for the same value. */

import { SidewinderError } from "../../errors.js";
import { closest } from "../../nearest.js";
import type { ObjectSchema, Schema } from "./schema.js";

/** Maximum length of a name or value that is repeated in a message. */
const MAX_SHOWN = 200;

/** An input that a tool cannot accept. Code `INVALID_INPUT`. */
export function invalidInput(tool: string, reason: string, hint?: string): SidewinderError {
  return new SidewinderError("INVALID_INPUT", `${tool}: ${reason}`, { hint });
}

/**
 * Returns the input in the form that the schema describes.
 *
 * Models often send the whole input as JSON text, one string for a list, `"1"` for 1, and null for what they leave out.
 * These have one possible meaning, so they are accepted; everything else is an error that says what was expected.
 *
 * @throws SidewinderError with code `INVALID_INPUT`.
 */
export function checkInput(tool: string, schema: ObjectSchema, input: unknown): Record<string, unknown> {
  const given = typeof input === "string" ? (parsed(input) ?? input) : (input ?? {});
  if (typeof given !== "object" || given === null || Array.isArray(given)) {
    throw invalidInput(tool, "the input must be an object");
  }
  return objectOf(tool, schema, given as Record<string, unknown>, "");
}

function objectOf(
  tool: string,
  schema: ObjectSchema,
  given: Record<string, unknown>,
  path: string,
): Record<string, unknown> {
  const known = Object.keys(schema.properties);
  const values: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const property = Object.hasOwn(schema.properties, key) ? schema.properties[key] : undefined;
    if (property === undefined) {
      const near = closest(key, known);
      throw invalidInput(
        tool,
        `unknown property \`${path}${shorten(key)}\``,
        near === undefined
          ? `expected: ${known.join(", ") || "no properties"}`
          : `did you mean \`${path}${near}\`?`,
      );
    }
    if (value === undefined || value === null) continue;
    values[key] = coerce(tool, property, value, `${path}${key}`);
  }
  const missing = schema.required?.filter((key) => !(key in values)) ?? [];
  if (missing.length > 0) {
    throw invalidInput(tool, `missing: ${missing.map((key) => `${path}${key}`).join(", ")}`);
  }
  return values;
}

function coerce(tool: string, schema: Schema, value: unknown, path: string): unknown {
  const expected = (what: string): SidewinderError =>
    invalidInput(tool, `\`${path}\` must be ${what}, found ${describe(value)}`);
  if (typeof schema.type !== "string") {
    if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
    throw expected("a string, number or boolean");
  }
  switch (schema.type) {
    case "string": {
      const text = typeof value === "number" || typeof value === "boolean" ? String(value) : value;
      if (typeof text !== "string") throw expected("a string");
      const choices = "enum" in schema ? schema.enum : undefined;
      if (choices !== undefined && !choices.includes(text)) throw expected(`one of ${choices.join(", ")}`);
      return text;
    }
    case "boolean": {
      if (value === "true" || value === "false") return value === "true";
      if (typeof value !== "boolean") throw expected("true or false");
      return value;
    }
    case "integer":
    case "number": {
      const count = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
      const isNumber = schema.type === "integer" ? Number.isSafeInteger(count) : Number.isFinite(count);
      const { minimum = Number.MIN_SAFE_INTEGER, maximum = Number.MAX_SAFE_INTEGER } = schema;
      if (isNumber && Number(count) >= minimum && Number(count) <= maximum) return count;
      const range = [
        ...(schema.minimum === undefined ? [] : [`at least ${schema.minimum}`]),
        ...(schema.maximum === undefined ? [] : [`at most ${schema.maximum}`]),
      ].join(" and ");
      throw expected(`${schema.type === "integer" ? "an integer" : "a number"}${range && ` of ${range}`}`);
    }
    case "array": {
      const list = listOf(value);
      const least = schema.minItems ?? 0;
      if (list.length < least) throw expected("a list that is not empty");
      return list.map((item, index) => coerce(tool, schema.items, item, `${path}[${index}]`));
    }
    case "object": {
      const object = typeof value === "string" ? parsed(value) : value;
      if (typeof object !== "object" || object === null || Array.isArray(object)) throw expected("an object");
      return objectOf(tool, schema, object as Record<string, unknown>, `${path}.`);
    }
  }
}

/** A list, its JSON text, or its only item. */
function listOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  if (typeof value === "string" && /^\s*\[/.test(value)) {
    const list = parsed(value);
    if (Array.isArray(list)) return list;
  }
  return value === "" ? [] : [value];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? `\`${shorten(value)}\`` : String(value);
}

function shorten(text: string): string {
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
