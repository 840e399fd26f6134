/** What a command of the command line is: its options, its help, what it does. */

import { type ParseArgsConfig, parseArgs } from "node:util";
import { closest } from "../nearest.js";
import { UsageError } from "./usage.js";

/** One option. */
export interface Option {
  type: "boolean" | "string";
  short?: string;
  multiple?: boolean;
  default?: string;
  /** What its value is, as the help writes it: `DIR`. */
  value?: string;
  /** What it does, in the help. */
  about: string;
}

/** Options by their names, without the dashes. */
export type Options = Record<string, Option>;

/** What options parse to. */
export type Values<O extends Options> = {
  [Name in keyof O]: O[Name] extends { type: "boolean" }
    ? boolean
    : O[Name] extends { multiple: true }
      ? string[] | undefined
      : O[Name] extends { default: string }
        ? string
        : string | undefined;
};

/** What a command works with. */
export interface Input<O extends Options> {
  values: Values<O & typeof SHARED>;
  /** The words that are no options. */
  operands: string[];
  /** Aborted by Ctrl-C and when the process is told to end. */
  signal: AbortSignal;
}

/** What a command gives. */
export interface Outcome {
  /** For people. */
  text?: string;
  /** For programs: what `--json` prints. */
  data: unknown;
  /** Default: 0. */
  exitCode?: number;
}

/** A command. */
export interface Command<O extends Options = Options> {
  /** Its words after `sidewinder`. */
  name: string;
  /** What it takes beside options, as the help writes it. */
  operands?: string;
  /** One line. */
  summary: string;
  /** Further lines of the help. */
  details?: string;
  /** What `--json` prints, in the help. */
  json: string;
  options: O;
  /** Commands to try, without `sidewinder`. */
  examples: string[];
  /** Exit statuses beside those that all commands have. */
  exits?: string;
  /** From its first operand on, all words are operands. */
  leading?: boolean;
  run(input: Input<O>): Promise<Outcome>;
}

/** Options that every command has. */
export const SHARED = {
  json: { type: "boolean", about: "print JSON on standard output, errors too" },
  quiet: { type: "boolean", short: "q", about: "no progress and no messages on standard error but errors" },
  help: { type: "boolean", short: "h", about: "print this" },
} as const satisfies Options;

/** A command with the types of its options kept. */
export function define<const O extends Options>(command: Command<O>): Command {
  return command as unknown as Command;
}

/** Reads a command's arguments. */
export function parse(
  command: Command,
  args: string[],
): { values: Input<Options>["values"]; operands: string[] } {
  const options: Options = { ...command.options, ...SHARED };
  const [own, rest] = command.leading === true ? leading(args, options) : [args, []];
  const config = Object.fromEntries(
    Object.entries(options).map(([name, { type, short, multiple, default: value }]) => [
      name,
      { type, ...given({ short, multiple, default: value }) },
    ]),
  ) as NonNullable<ParseArgsConfig["options"]>;
  const { tokens } = parseArgs({ args: own, options: config, strict: false, tokens: true });
  for (const token of tokens) {
    if (token.kind !== "option" || Object.hasOwn(options, token.name)) continue;
    const meant = token.name.length > 1 ? closest(token.name, Object.keys(options)) : undefined;
    const guess = meant === undefined ? "" : `; did you mean \`--${meant}\`?`;
    throw new UsageError(`there is no option \`${token.rawName}\`${guess}`, command.name);
  }
  try {
    const { values, positionals } = parseArgs({ args: own, options: config, allowPositionals: true });
    const flags = Object.entries(options).filter(([, { type }]) => type === "boolean");
    const off = Object.fromEntries(flags.map(([name]) => [name, false]));
    const operands = [...positionals, ...rest];
    if (command.operands === undefined && operands[0] !== undefined) {
      throw new UsageError(`\`${command.name}\` takes no \`${operands[0]}\``, command.name);
    }
    return { values: { ...off, ...values } as Input<Options>["values"], operands };
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(error instanceof Error ? error.message : String(error), command.name);
  }
}

/** Options before the first operand are ours, everything from it on is the operand's. */
function leading(args: string[], options: Options): [string[], string[]] {
  let at = 0;
  while (args[at]?.startsWith("-")) {
    const word = args[at] as string;
    if (word === "--") return [args.slice(0, at), args.slice(at + 1)];
    const [, option] =
      Object.entries(options).find(([name, { short }]) => word === `--${name}` || word === `-${short}`) ?? [];
    at += option?.type === "string" ? 2 : 1;
  }
  return [args.slice(0, at), args.slice(at)];
}

/** Without the members that are undefined. */
export function given<T extends object>(values: T): { [Name in keyof T]?: Exclude<T[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as {
    [Name in keyof T]?: Exclude<T[Name], undefined>;
  };
}
