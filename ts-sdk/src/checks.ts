/** Checks of what callers hand in: every message names the option. */

import { SidewinderError } from "./errors.js";

/** Says what a value must be, or nothing where it is right. */
type Check = (value: unknown) => string | undefined;

/** A check for each option that a call takes. */
export type Checks = Record<string, Check>;

const must =
  (expectation: string, test: (value: unknown) => boolean): Check =>
  (value) =>
    test(value) ? undefined : expectation;

export const text = must("a string", (value) => typeof value === "string");
export const flag = must("true or false", (value) => typeof value === "boolean");
export const callback = must("a function", (value) => typeof value === "function");
export const texts = must(
  "a list of strings",
  (value) => Array.isArray(value) && value.every((item) => typeof item === "string"),
);
export const count = must(
  "a whole number that is not negative",
  (value) => Number.isSafeInteger(value) && Number(value) >= 0,
);
export const duration = must(
  "a number of milliseconds greater than 0",
  (value) => typeof value === "number" && Number.isFinite(value) && value > 0,
);
export const date = must("a valid Date", (value) => value instanceof Date && !Number.isNaN(value.getTime()));
export const record = must(
  "an object",
  (value) => typeof value === "object" && value !== null && !Array.isArray(value),
);
export const records = must(
  "a list of objects",
  (value) => Array.isArray(value) && value.every((item) => record(item) === undefined),
);
export const textRecord = must(
  "an object whose values are strings",
  (value) =>
    record(value) === undefined && Object.values(value as object).every((item) => typeof item === "string"),
);
export const signal = must(
  "an AbortSignal",
  (value) =>
    typeof value === "object" &&
    value !== null &&
    typeof (value as AbortSignal).aborted === "boolean" &&
    typeof (value as AbortSignal).addEventListener === "function",
);
export const oneOf = (...values: string[]): Check =>
  must(`one of ${values.map((value) => JSON.stringify(value)).join(", ")}`, (value) =>
    values.includes(value as string),
  );

/** An error about an option or argument. Code `INVALID_OPTION`. */
export function invalidOption(option: string, reason: string): SidewinderError {
  return new SidewinderError("INVALID_OPTION", `invalid option \`${option}\`: ${reason}`);
}

/** Checks one argument. */
export function checkArgument(name: string, value: unknown, check: Check): void {
  const expectation = check(value);
  if (expectation !== undefined) throw invalidOption(name, `expected ${expectation}, got ${show(value)}`);
}

/** Checks an object of options; `undefined` counts as not given. */
export function checkOptions(options: unknown, checks: Checks): void {
  if (options === undefined) return;
  checkArgument("options", options, record);
  for (const [name, value] of Object.entries(options as object)) {
    const check = checks[name];
    if (check === undefined) {
      throw invalidOption(name, `there is no such option; there are ${Object.keys(checks).join(", ")}`);
    }
    if (value !== undefined) checkArgument(name, value, check);
  }
}

function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "a list";
  if (typeof value === "object" && value !== null) return "an object";
  return String(value);
}
