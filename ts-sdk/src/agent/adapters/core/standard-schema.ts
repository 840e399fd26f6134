/** A tool's JSON Schema as a Standard Schema, the form that frameworks accept from any schema library. */

import type { ObjectSchema } from "../../core/schema.js";

/**
 * A schema by the Standard Schema and Standard JSON Schema specifications.
 *
 * It accepts every value. The tool checks its input itself: it accepts what models often send instead (`"1"` for 1, a
 * string for a list) and returns what is wrong as a result, with a hint. A framework that validated first would replace
 * both by an error of its own.
 */
export interface StandardSchema<Value> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: "sidewinder";
    readonly validate: (value: unknown) => { readonly value: Value; readonly issues?: undefined };
    readonly jsonSchema: {
      readonly input: (options?: unknown) => Record<string, unknown>;
      readonly output: (options?: unknown) => Record<string, unknown>;
    };
    readonly types?: { readonly input: Value; readonly output: Value } | undefined;
  };
}

/** Wraps a JSON Schema. */
export function standardSchema<Value>(schema: ObjectSchema): StandardSchema<Value> {
  const json = (): Record<string, unknown> => plainSchema(schema);
  return {
    "~standard": {
      version: 1,
      vendor: "sidewinder",
      validate: (value) => ({ value: value as Value }),
      jsonSchema: { input: json, output: json },
    },
  };
}

/** A copy of a schema that the framework may change: some add keywords to what they get. */
export function plainSchema(schema: ObjectSchema): { type: "object" } & Record<string, unknown> {
  return structuredClone(schema) as unknown as { type: "object" } & Record<string, unknown>;
}
