/**
 * Checks options and arguments; every message names the option.
 *
 * Each option is read once and copied, so that later changes by a getter, a proxy or other code have no effect.
 */

import { SidewinderError } from "./errors.js";
import { closest } from "./nearest.js";

/** An invalid value: what was expected, and the location inside a list or object. */
class Wrong {
  constructor(
    readonly expectation: string,
    readonly value: unknown,
    readonly place = "",
  ) {}
}

/** Returns a copy of a valid value, or what is wrong with it. */
type Check<T = unknown> = (value: unknown) => T | Wrong;

/** A check for each option of a call. */
export type Checks = Record<string, Check>;

/** Values for which `test` holds. */
export const must =
  <T>(expectation: string, test: (value: unknown) => boolean): Check<T> =>
  (value) =>
    test(value) ? (value as T) : new Wrong(expectation, value);

const HALF_PAIR = /[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/;

/** Any string. */
export const text = must<string>("a string", (value) => typeof value === "string");
/** A string that is valid Unicode: lone surrogates have no UTF-8 encoding. */
export const wholeText: Check<string> = (value) =>
  typeof value === "string" && HALF_PAIR.test(value)
    ? new Wrong("a string without lone surrogates", value)
    : text(value);
/** A string that becomes a path, a name or a program argument. */
export const name: Check<string> = (value) =>
  typeof value === "string" && value.includes("\0")
    ? new Wrong("a string without NUL", value)
    : wholeText(value);
/** A path or name that must not be empty. */
export const filledName: Check<string> = (value) =>
  value === "" ? new Wrong("a non-empty string", value) : name(value);
/** A text, or something that gives pieces as they come. */
export const stdinSource: Check<string | AsyncIterable<string | Uint8Array>> = (value) =>
  typeof value === "object" && value !== null && Symbol.asyncIterator in value
    ? (value as AsyncIterable<string | Uint8Array>)
    : typeof value === "string"
      ? wholeText(value)
      : new Wrong("a string or a stream", value);
export const flag = must<boolean>("true or false", (value) => typeof value === "boolean");
export const callback = must("a function", (value) => typeof value === "function");
export const count = must<number>(
  "a non-negative integer",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const integer = must<number>("an integer", (value) => Number.isSafeInteger(value));
export const duration = must<number>(
  "a number of milliseconds greater than 0",
  (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
);
/** A `Date`, converted to RFC 3339. */
export const date: Check<string> = (value) => {
  try {
    const time = new Date(Date.prototype.getTime.call(value));
    const year = time.getUTCFullYear();
    if (year >= 0 && year <= 9999) return time.toISOString();
  } catch {
    // Not a Date.
  }
  return new Wrong("a valid Date", value);
};
export const signal = must<AbortSignal>(
  "an AbortSignal",
  (value) =>
    typeof value === "object" &&
    value !== null &&
    typeof (value as AbortSignal).aborted === "boolean" &&
    typeof (value as AbortSignal).addEventListener === "function" &&
    typeof (value as AbortSignal).removeEventListener === "function",
);
export const oneOf = (...values: string[]): Check<string> =>
  must(`one of ${values.map((value) => JSON.stringify(value)).join(", ")}`, (value) =>
    values.includes(value as string),
  );

/** A list; `item` checks each item. */
export const listOf =
  <T>(expectation: string, item: Check<T>): Check<T[]> =>
  (value) => {
    if (!Array.isArray(value)) return new Wrong(expectation, value);
    const { length } = value;
    const items: T[] = [];
    for (let index = 0; index < length; index += 1) {
      if (!Object.hasOwn(value, index))
        return new Wrong(`${expectation} without empty slots`, undefined, `[${index}]`);
      const taken = item(value[index]);
      if (taken instanceof Wrong) return within(`[${index}]`, taken);
      items.push(taken);
    }
    return items;
  };
/** A value of a variant key. */
export const value = must<string | number | boolean>(
  "a string, a finite number or a boolean",
  (given) => typeof given === "string" || typeof given === "boolean" || Number.isFinite(given),
);
export const texts = listOf("a list of strings", text);
export const names = listOf("a list of strings", name);

/** An object with arbitrary keys; `item` checks each value. */
export const recordOf =
  <T>(expectation: string, item: Check<T>, key: Check<string> = text): Check<Record<string, T>> =>
  (value) => {
    if (typeof value !== "object" || value === null || Array.isArray(value))
      return new Wrong(expectation, value);
    const copy: Record<string, T> = Object.create(null);
    for (const at of Object.keys(value)) {
      const wrong = key(at);
      if (wrong instanceof Wrong) return wrong;
      const given = (value as Record<string, unknown>)[at];
      if (given === undefined) continue;
      const taken = item(given);
      if (taken instanceof Wrong) return within(`.${at}`, taken);
      copy[at] = taken;
    }
    return copy;
  };
export const textRecord = recordOf("an object whose values are strings", text);
/** Environment variables. */
export const variables = recordOf("an object whose values are strings", name, (value) =>
  value === "" || String(value).includes("=")
    ? new Wrong("non-empty variable names without `=`", value)
    : name(value),
);
/** Names of environment variables; patterns are not supported. */
export const variableNames = listOf<string>("a list of strings", (value) =>
  typeof value === "string" && (value === "" || /[=*]/.test(value))
    ? new Wrong("a non-empty variable name without `=` or `*`", value)
    : name(value),
);

/** Maximum nesting; the core's JSON parser has the same limit. */
const MAX_DEPTH = 100;

/** A copy of a JSON value; `undefined` properties of objects are dropped. */
export const json: Check = (value) => jsonAt(value, MAX_DEPTH);
/** A JSON object. */
export const record = recordOf("an object", json);
/** A list of JSON objects. */
export const records = listOf("a list of objects", record);

function jsonAt(value: unknown, levels: number): unknown {
  if (levels === 0) return new Wrong(`at most ${MAX_DEPTH} levels without cycles`, value);
  if (value === null || typeof value === "string" || typeof value === "boolean" || Number.isFinite(value)) {
    return value;
  }
  const deeper: Check = (inner) => jsonAt(inner, levels - 1);
  if (Array.isArray(value)) return listOf("a list", deeper)(value);
  const prototype = typeof value === "object" ? Object.getPrototypeOf(value) : undefined;
  // Dates, maps and typed arrays would silently become something else in JSON.
  const plain = prototype === null || (prototype !== undefined && Object.getPrototypeOf(prototype) === null);
  return plain ? recordOf("an object", deeper)(value) : new Wrong("a JSON value", value);
}

function within(place: string, { expectation, value, place: inner }: Wrong): Wrong {
  return new Wrong(expectation, value, place + inner);
}

/** Creates an error about an option or argument. Code `INVALID_OPTION`. */
export function invalidOption(
  option: string,
  reason: string,
  details: { hint?: string | undefined; cause?: unknown } = {},
): SidewinderError {
  return new SidewinderError("INVALID_OPTION", `invalid option \`${option}\`: ${reason}`, details);
}

/**
 * Returns a checked copy of one argument.
 *
 * @throws SidewinderError with code `INVALID_OPTION` if it is invalid.
 */
export function checkArgument<T>(argument: string, value: unknown, check: Check<T>): T {
  const taken = reading(argument, () => check(value));
  if (!(taken instanceof Wrong)) return taken;
  // The path into a cycle can be very long.
  const place = taken.place.length > 80 ? `${taken.place.slice(0, 80)}…` : taken.place;
  throw invalidOption(argument + place, `expected ${taken.expectation}, got ${show(taken.value)}`);
}

/**
 * Returns a checked copy of an options object; `undefined` counts as not given.
 *
 * Only own properties count. An option inherited from a prototype is an error, because the caller probably meant it;
 * properties of `Object.prototype` are ignored.
 *
 * @throws SidewinderError with code `INVALID_OPTION` if an option is unknown or invalid.
 */
export function takeOptions<T extends object>(options: T | undefined, checks: Checks, within = ""): T {
  const taken: Record<string, unknown> = Object.create(null);
  if (options === undefined) return taken as T;
  if (typeof options !== "object" || options === null || Array.isArray(options)) {
    throw invalidOption(within || "options", `expected an object, got ${show(options)}`);
  }
  const known = Object.keys(checks);
  const named = (option: string): string => (within === "" ? option : `${within}.${option}`);
  for (const option of reading("options", () => Object.keys(options))) {
    if (!Object.hasOwn(checks, option)) {
      const meant = closest(option, known);
      throw invalidOption(named(option), `unknown option; expected one of ${known.join(", ")}`, {
        hint: meant === undefined ? undefined : `did you mean \`${meant}\`?`,
      });
    }
    const value = reading(named(option), () => (options as Record<string, unknown>)[option]);
    if (value !== undefined) taken[option] = checkArgument(named(option), value, checks[option] as Check);
  }
  for (const option of reading("options", () => inherited(options, known))) {
    throw invalidOption(named(option), "inherited from a prototype; options must be own properties", {
      hint: "copy the options into a plain object",
    });
  }
  return taken as T;
}

/** Options inside of options: `place` is the name of the option that holds them. */
export const options =
  (checks: Checks, place: string): Check<object> =>
  (value) =>
    takeOptions(value as object, checks, place);

/** A switch, or options that also turn it on. */
export const flagOr =
  (other: Check): Check =>
  (value) =>
    typeof value === "boolean" ? value : other(value);

/** Options found on prototypes other than `Object.prototype`. */
function inherited(options: object, known: string[]): string[] {
  const found: string[] = [];
  for (let at = Object.getPrototypeOf(options), below = 0; at !== null && below < MAX_DEPTH; below += 1) {
    const next = Object.getPrototypeOf(at);
    if (next !== null) found.push(...known.filter((option) => Object.hasOwn(at, option)));
    at = next;
  }
  return found;
}

/** Reads a property that may be a getter or belong to a proxy. */
function reading<T>(option: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (SidewinderError.is(cause)) throw cause;
    throw invalidOption(option, "reading it threw an error", { cause });
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return "a function";
  if (typeof value === "bigint") return `${value}n`;
  try {
    if (Array.isArray(value)) return "a list";
    if (Object.prototype.toString.call(value) === "[object Date]") return "a Date";
  } catch {
    // A revoked proxy.
  }
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
