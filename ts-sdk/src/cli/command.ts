/** What a command is: its options, its help, and what it does. */

import { UsageError } from "./usage-error.js";

/** One option of a command. */
export interface OptionSpec {
  type: "string" | "boolean";
  short?: string;
  /** May be given several times. */
  multiple?: boolean;
  /** Placeholder of its value in the help, e.g. `FILE`. */
  value?: string;
  default?: string;
  /** What it does, for the help. */
  says: string;
  /** Heading in the help under which it stands. Default: `Options`. */
  group?: string;
}

/** Options by name, without the dashes. */
export type OptionSpecs = Record<string, OptionSpec>;

/** What options are parsed to. */
export type Values<O extends OptionSpecs> = {
  [Name in keyof O]: O[Name] extends { type: "boolean" }
    ? boolean | undefined
    : O[Name] extends { multiple: true }
      ? string[] | undefined
      : O[Name] extends { default: string }
        ? string
        : string | undefined;
};

/** One call of a command, parsed. */
export interface Call<O extends OptionSpecs = OptionSpecs> {
  values: Values<O>;
  /** What is no option. */
  operands: string[];
  /** Whether one JSON value goes to standard output, and nothing else. */
  json: boolean;
  /** Whether nothing but errors goes to standard error. */
  quiet: boolean;
}

/** A command of the command line. */
export interface Command<O extends OptionSpecs = OptionSpecs> {
  /** As it is typed, e.g. `debug setup`. */
  name: string;
  /** What follows the name, a line for each form. */
  usage: readonly string[];
  /** What it does; paragraphs are set apart by an empty line. */
  about: string;
  options: O;
  examples: readonly { line: string; says: string }[];
  /** Whether everything from the first operand on belongs to another program. */
  leading?: boolean;
  /** Exit status when the command itself could not be done. Default: 1. */
  failure?: number;
  /** Does it; gives the exit status. */
  run(call: Call<O>): Promise<number>;
}

/** Options that every command takes. */
export const COMMON = {
  json: { type: "boolean", says: "One JSON value on standard output, also for errors" },
  quiet: { type: "boolean", short: "q", says: "No progress and no remarks on standard error" },
  help: { type: "boolean", short: "h", says: "Show this text" },
} as const satisfies OptionSpecs;

/** Declares a command, with the types of its options. */
export function command<const O extends OptionSpecs>(declared: Command<O>): Command<O> {
  return declared;
}

/** The only operand of a call. */
export function onlyOperand({ operands }: Call, what: string): string {
  const [first, second] = operands;
  if (first === undefined) throw new UsageError(`${what} is missing`);
  if (second !== undefined) throw new UsageError(`unexpected argument \`${second}\``);
  return first;
}

/** Refuses operands. */
export function noOperands({ operands: [first] }: Call, hint?: string): void {
  if (first !== undefined) throw new UsageError(`unexpected argument \`${first}\``, hint);
}

/** Keys and values that are written `KEY=VALUE`. */
export function pairs(option: string, given: readonly string[]): [string, string][] {
  return given.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`\`--${option}\` takes KEY=VALUE, not \`${text}\``);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/** A value that is one of a few. */
export function choice<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    throw new UsageError(`\`--${option}\` takes ${allowed.join(" or ")}, not \`${value}\``);
  }
  return found;
}

/** The members that are there: options that were not given are left to the SDK's defaults. */
export function given<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const there = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
