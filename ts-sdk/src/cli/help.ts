/** The texts of `--help`. */

import { type Command, type Options, SHARED } from "./command.js";

const EXITS = `\
  0         fine
  1         an error; it is told on standard error
  2         wrong usage
  130, 143  stopped by Ctrl-C, or told to end`;

/** The help of one command. */
export function commandHelp(command: Command): string {
  const { name, operands, summary, details, options, examples, exits, json } = command;
  return [
    `${summary}\n`,
    `Usage: sidewinder ${name} [OPTIONS]${operands === undefined ? "" : ` ${operands}`}\n`,
    ...(details === undefined ? [] : [`${details}\n`]),
    `Options:\n${optionLines({ ...options, ...SHARED })}\n`,
    `Examples:\n${examples.map((example) => `  sidewinder ${example}`).join("\n")}\n`,
    `JSON: ${json}\n`,
    `Exit status:\n${EXITS}${exits === undefined ? "" : `\n  ${exits}`}`,
    "",
  ].join("\n");
}

/** The help of all commands, or of those that begin with some words: `debug`. */
export function overview(commands: Command[], group = ""): string {
  const shown = commands.filter(({ name }) => group === "" || name.startsWith(`${group} `));
  const width = Math.max(...shown.map(({ name }) => name.length));
  const title =
    group === ""
      ? "sidewinder: parse and render conda recipes, and debug their builds"
      : "Set up a build without running it, then run, look, change, and run again, each in a process of its own";
  return [
    `${title}\n`,
    `Usage: sidewinder ${group === "" ? "COMMAND" : `${group} COMMAND`} [OPTIONS]\n`,
    `Commands:\n${shown.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`).join("\n")}\n`,
    "`sidewinder COMMAND --help` tells a command's options. `sidewinder --version` prints the version.\n",
    `Exit status:\n${EXITS}\n  other     the script's or command's own, for \`debug run\`, \`exec\` and \`shell\``,
    "",
  ].join("\n");
}

function optionLines(options: Options): string {
  const rows = Object.entries(options).map(([name, { short, value, about, default: usual, multiple }]) => {
    const left = `${short === undefined ? "    " : `-${short}, `}--${name}${value === undefined ? "" : ` ${value}`}`;
    const notes = [
      ...(usual === undefined ? [] : [`default: ${usual}`]),
      ...(multiple ? ["repeatable"] : []),
    ];
    return [left, `${about}${notes.length > 0 ? ` (${notes.join("; ")})` : ""}`] as const;
  });
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join("\n");
}
