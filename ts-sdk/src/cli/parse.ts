/** Parses a command's arguments. Errors name the option and suggest the closest one. */

import { parseArgs } from "node:util";
import { closest } from "../nearest.js";
import { type Call, COMMON, type Command, type OptionSpec, type OptionSpecs } from "./command.js";
import { UsageError } from "./usage-error.js";

type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/** The parsed command line: a call of the command, or a request for its help. */
export type Parsed = { help: true } | { help: false; call: Call };

/**
 * Parses the arguments of a command.
 *
 * @throws UsageError
 */
export function parse(command: Command, args: string[]): Parsed {
  const specs: OptionSpecs = { ...command.options, ...COMMON };
  const all = scan(args, specs);
  const first = command.leading === true ? all.find(({ kind }) => kind !== "option") : undefined;
  // From the first operand on, everything belongs to another program.
  const own = first === undefined ? all : all.slice(0, all.indexOf(first));
  const rest =
    first === undefined ? undefined : args.slice(first.kind === "positional" ? first.index : first.index + 1);

  const values: Record<string, string | boolean | string[]> = {};
  for (const [name, { default: value }] of Object.entries(specs))
    if (value !== undefined) values[name] = value;
  const operands: string[] = [];
  for (const token of own) {
    if (token.kind === "positional") operands.push(token.value);
    if (token.kind !== "option") continue;
    const spec = Object.hasOwn(specs, token.name) ? specs[token.name] : undefined;
    if (spec === undefined) throw unknown(command, token, specs);
    const value = optionValue(token, spec);
    if (spec.multiple === true) {
      const before = values[token.name];
      values[token.name] = [...(Array.isArray(before) ? before : []), String(value)];
    } else values[token.name] = value;
  }
  if (values.help === true) return { help: true };
  const call = {
    values: values as Call["values"],
    operands: rest ?? operands,
    json: values.json === true,
    quiet: values.quiet === true,
  };
  return { help: false, call };
}

function scan(args: string[], specs: OptionSpecs): Token[] {
  const options = Object.fromEntries(
    Object.entries(specs).map(([name, { type, short }]) => [
      name,
      { type, ...(short === undefined ? {} : { short }) },
    ]),
  );
  return parseArgs({ args, options, strict: false, tokens: true, allowPositionals: true }).tokens;
}

function optionValue(
  { rawName, value, inlineValue }: OptionToken,
  { type, value: what }: OptionSpec,
): string | boolean {
  if (type === "boolean") {
    if (value !== undefined) throw new UsageError(`unexpected value for \`${rawName}\``);
    return true;
  }
  if (value === undefined)
    throw new UsageError(`missing value for \`${rawName}\`: ${rawName} ${what ?? "VALUE"}`);
  if (inlineValue === false && value.length > 1 && value.startsWith("-")) {
    throw new UsageError(
      `missing value for \`${rawName}\`: \`${value}\` looks like an option`,
      `to pass a value that starts with \`-\`, write \`${rawName}=${value}\``,
    );
  }
  return value;
}

function unknown(command: Command, { rawName, name }: OptionToken, specs: OptionSpecs): UsageError {
  const meant = rawName.startsWith("--") ? closest(name, Object.keys(specs)) : undefined;
  const hint = meant === undefined ? undefined : `did you mean \`--${meant}\`?`;
  return new UsageError(`unknown option \`${rawName}\` for \`${command.name}\``, hint);
}
