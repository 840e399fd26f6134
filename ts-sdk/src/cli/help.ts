/** Help texts, generated from the declarations of the commands. */

import { COMMON, type Command, type OptionSpec } from "./command.js";
import { EXIT_HELP } from "./exit-status.js";
import type { Style } from "./terminal.js";

/** Formatting of help texts. */
export interface Page {
  style: Style;
  /** Maximum line length in columns. */
  columns: number;
}

/** The help of one command. */
export function commandHelp(command: Command, { style, columns }: Page): string {
  const groups = new Map<string, [string, OptionSpec][]>();
  for (const [name, spec] of Object.entries({ ...command.options, ...COMMON }) as [string, OptionSpec][]) {
    const heading = spec.group ?? "Options";
    groups.set(heading, [...(groups.get(heading) ?? []), [name, spec]]);
  }
  const usage = command.usage.map((form) => `  sidewinder ${command.name} ${form}`.trimEnd());
  const examples = command.examples.flatMap(({ line, description }) => [
    ...wrap(description, columns - 4).map((text) => style.dim(`  # ${text}`)),
    `  ${line}`,
  ]);
  return text([
    ...command.about.split("\n\n").flatMap((paragraph) => [...wrap(paragraph, columns), ""]),
    style.bold("Usage:"),
    ...usage,
    ...[...groups].flatMap(([heading, options]) => [
      "",
      style.bold(`${heading}:`),
      ...table(
        options.map(([name, spec]) => [optionText(name, spec), optionAbout(spec)]),
        columns,
      ),
    ]),
    ...(examples.length === 0 ? [] : ["", style.bold("Examples:"), ...examples]),
  ]);
}

/** The overview of all commands, or of a group of commands. */
export function overview(
  about: string,
  usage: string,
  commands: readonly [string, string][],
  { style, columns }: Page,
): string {
  return text([
    ...wrap(about, columns),
    "",
    style.bold("Usage:"),
    `  ${usage}`,
    "",
    style.bold("Commands:"),
    ...table(commands, columns),
    "",
    style.bold("Exit status:"),
    ...table(EXIT_HELP, columns),
    "",
    ...wrap("Every command has --help, --json and --quiet. Colors follow NO_COLOR and FORCE_COLOR.", columns),
  ]);
}

function optionText(name: string, { type, short, value, multiple }: OptionSpec): string {
  const flag = `${short === undefined ? "    " : `-${short}, `}--${name}`;
  return type === "boolean" ? flag : `${flag} ${value ?? "VALUE"}${multiple === true ? "..." : ""}`;
}

function optionAbout({ description, default: value }: OptionSpec): string {
  return value === undefined ? description : `${description} [default: ${value}]`;
}

/** Formats two columns. A first cell that is too wide gets its own line. */
function table(rows: readonly (readonly [string, string])[], columns: number): string[] {
  const widest = Math.min(30, Math.max(...rows.map(([first]) => first.length)));
  const indent = " ".repeat(widest + 4);
  return rows.flatMap(([first, second]) => {
    const lines = wrap(second, Math.max(24, columns - indent.length)).map((line) => indent + line);
    if (first.length > widest) return [`  ${first}`, ...lines];
    const [start = indent, ...rest] = lines;
    return [`  ${first.padEnd(widest)}  ${start.slice(indent.length)}`, ...rest];
  });
}

/** Wraps text at spaces, to at most `columns` columns. */
function wrap(words: string, columns: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of words.split(/\s+/)) {
    if (line !== "" && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

function text(lines: readonly string[]): string {
  return `${lines.join("\n")}\n`;
}
