/** Declaration of a command: its options, help texts and implementation. */

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
  /** Help text. */
  description: string;
  /**
   * Heading in the help text.
   *
   * @default "Options"
   */
  group?: string;
}

/** Options by name, without the dashes. */
export type OptionSpecs = Record<string, OptionSpec>;

/** Parsed option values. */
export type Values<O extends OptionSpecs> = {
  [Name in keyof O]: O[Name] extends { type: "boolean" }
    ? boolean | undefined
    : O[Name] extends { multiple: true }
      ? string[] | undefined
      : O[Name] extends { default: string }
        ? string
        : string | undefined;
};

/** One parsed call of a command. */
export interface Call<O extends OptionSpecs = OptionSpecs> {
  values: Values<O>;
  /** Arguments that are not options. */
  operands: string[];
  /** Whether standard output gets exactly one JSON value. */
  json: boolean;
  /** Whether standard error gets errors only. */
  quiet: boolean;
}

/** A command of the command line. */
export interface Command<O extends OptionSpecs = OptionSpecs> {
  /** As it is typed, e.g. `debug setup`. */
  name: string;
  /** Text after the name in the usage lines, one entry for each form. */
  usage: readonly string[];
  /** Description; an empty line separates paragraphs. */
  about: string;
  options: O;
  examples: readonly { line: string; description: string }[];
  /** Whether everything from the first operand on is passed to another program. */
  leading?: boolean;
  /**
   * Exit status when the command itself fails.
   *
   * @default 1
   */
  failure?: number;
  /** Runs the command and returns its exit status. */
  run(call: Call<O>): Promise<number>;
}

/** Options that every command takes. */
export const COMMON = {
  json: { type: "boolean", description: "Print one JSON value on standard output, also for errors" },
  quiet: { type: "boolean", short: "q", description: "Print no progress and no remarks on standard error" },
  help: { type: "boolean", short: "h", description: "Print help" },
} as const satisfies OptionSpecs;

/** Declares a command; infers the types of its options. */
export function command<const O extends OptionSpecs>(declared: Command<O>): Command<O> {
  return declared;
}

/** Returns the single operand of a call. */
export function onlyOperand({ operands }: Call, what: string): string {
  const [first, second] = operands;
  if (first === undefined) throw new UsageError(`missing argument: ${what}`);
  if (second !== undefined) throw new UsageError(`unexpected argument \`${second}\``);
  return first;
}

/** Rejects operands. */
export function noOperands({ operands: [first] }: Call, hint?: string): void {
  if (first !== undefined) throw new UsageError(`unexpected argument \`${first}\``, hint);
}

/** Parses `KEY=VALUE` pairs. */
export function pairs(option: string, given: readonly string[]): [string, string][] {
  return given.map((text) => {
    const at = text.indexOf("=");
    if (at < 1) throw new UsageError(`invalid value \`${text}\` for \`--${option}\`; expected KEY=VALUE`);
    return [text.slice(0, at), text.slice(at + 1)];
  });
}

/** Checks that a value is one of the allowed values. */
export function choice<const T extends string>(option: string, value: string, allowed: readonly T[]): T {
  const match = allowed.find((candidate) => candidate === value);
  if (match === undefined) {
    throw new UsageError(
      `invalid value \`${value}\` for \`--${option}\`; expected ${allowed.join(", ")}`.replace(
        /, ([^,]*)$/,
        " or $1",
      ),
    );
  }
  return match;
}

/** Drops undefined members, so that the SDK's defaults apply to options that were not given. */
export function given<T extends object>(members: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  const present = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(present) as { [Name in keyof T]?: Exclude<T[Name], undefined> };
}
