/** The part of JSON Schema (draft 2020-12) that tools use, and the TypeScript type that a schema describes. */

/** A schema of one value. */
export type Schema = { readonly description?: string } & (
  | { readonly type: "string"; readonly enum?: readonly string[]; readonly default?: string }
  | {
      readonly type: "integer" | "number";
      readonly minimum?: number;
      readonly maximum?: number;
      readonly default?: number;
    }
  | { readonly type: "boolean"; readonly const?: boolean; readonly default?: boolean }
  | { readonly type: readonly ["string", "number", "boolean"] }
  | { readonly type: "array"; readonly items: Schema; readonly minItems?: number }
  | ObjectSchema
);

/** A schema of an object. */
export interface ObjectSchema {
  /** Always `object`. */
  readonly type: "object";
  /** What the value is. */
  readonly description?: string;
  /** The properties by name. */
  readonly properties: Readonly<Record<string, Schema>>;
  /** Names of the properties that must be present. */
  readonly required?: readonly string[];
  /** `false`: no other properties. */
  readonly additionalProperties?: boolean;
}

/** The type of the values that a schema accepts. */
export type FromSchema<S> = S extends { type: "string"; enum: readonly (infer E)[] }
  ? E
  : S extends { type: "string" }
    ? string
    : S extends { type: "integer" | "number" }
      ? number
      : S extends { type: "boolean" }
        ? boolean
        : S extends { type: "array"; items: infer I }
          ? FromSchema<I>[]
          : S extends { type: "object"; properties: infer P }
            ? Simplify<FromProperties<P, RequiredNames<S>>>
            : S extends { type: readonly ["string", "number", "boolean"] }
              ? string | number | boolean
              : unknown;

type RequiredNames<S> = S extends { required: readonly (infer R)[] } ? R : never;
type FromProperties<P, R> = { [K in keyof P as K extends R ? K : never]: FromSchema<P[K]> } & {
  [K in keyof P as K extends R ? never : K]?: FromSchema<P[K]>;
};
type Simplify<T> = { [K in keyof T]: T[K] };
