#!/usr/bin/env node
/** The command line: finds the command, runs it and reports errors. */

import { existsSync } from "node:fs";
import { closest } from "../nearest.js";
import { COMMANDS, loadCommand } from "./commands.js";
import { EXIT } from "./exit-status.js";
import { shellWord } from "./output.js";
import { parse } from "./parse.js";
import { type Context, report } from "./report.js";
import { UsageError } from "./usage-error.js";

const HELP = ["--help", "-h", "help"];
const DEBUG = "debug";
/** Commands of two words begin with one of these; the text is the overview of the group. */
const GROUPS: Readonly<Record<string, string>> = {
  [DEBUG]:
    "Set up a build once, then debug it: run the build script, inspect the environment, edit, add missing packages, run " +
    "again. Commands use the latest session in ./output or --output-dir DIR, or the session in --dir DIR.",
  fleet: "Inspect runs of fleets: many debug sessions at once, on many hosts.",
};

const context: Context = { json: asksForJson(process.argv), failure: EXIT.failed, options: {} };

async function main(argv: string[]): Promise<number> {
  const [first, ...others] = argv;
  if (first === "--version" || first === "-V") {
    const { version } = await import("./version.js");
    process.stdout.write(`sidewinder ${version()}\n`);
    return EXIT.done;
  }
  // `help debug run` is `debug run --help`.
  if (first === "help" && others.length > 0) return await main([...others, "--help"]);
  if (first === undefined || HELP.includes(first)) return await help("", first === undefined);
  const [second = "", ...rest] = others;
  const isGroup = Object.hasOwn(GROUPS, first);
  if (isGroup && second === "help" && rest.length > 0) return await main([first, ...rest, "--help"]);
  if (isGroup && (others.length === 0 || HELP.includes(second)))
    return await help(first, others.length === 0);
  const name = isGroup ? `${first} ${second}` : first;
  if (isGroup) context.name = first;
  const command = await loadCommand(name);
  if (command === undefined) throw unknown(name);
  context.name = name;
  context.options = command.options;
  const parsed = parse(command, isGroup ? rest : others);
  if (parsed.help) {
    const { commandHelp } = await import("./help.js");
    process.stdout.write(commandHelp(command, await page()));
    return EXIT.done;
  }
  context.json = parsed.call.json;
  context.failure = command.failure ?? EXIT.failed;
  return await command.run(parsed.call);
}

/** Prints the overview. A missing command is a usage error, with the overview on standard error. */
async function help(group: string, isMissing: boolean): Promise<number> {
  if (isMissing && context.json) throw new UsageError("missing command");
  const { overview } = await import("./help.js");
  const entries = Object.entries(COMMANDS).filter(([name]) => name.startsWith(group));
  const about = GROUPS[group] ?? "Parse and render conda recipes, and debug their builds.";
  const commands = entries.map(([name, { description }]): [string, string] => [name, description]);
  const usage = `sidewinder ${group === "" ? "COMMAND" : `${group} COMMAND`} [options]`;
  const text = overview(about, usage, commands, await page(isMissing ? process.stderr : process.stdout));
  (isMissing ? process.stderr : process.stdout).write(text);
  return isMissing ? EXIT.usage : EXIT.done;
}

async function page(stream: NodeJS.WriteStream = process.stdout) {
  const { hasColors, styleOf } = await import("./terminal.js");
  const columns = stream.isTTY ? Math.max(40, Math.min(stream.columns, 100)) : 80;
  return { style: styleOf(hasColors(stream)), columns };
}

function unknown(name: string): UsageError {
  const names = Object.keys(COMMANDS);
  const file = name.replace(/^debug /, "");
  if (existsSync(file)) {
    const call = file === name ? "render" : "debug setup";
    return new UsageError(
      `unknown command \`${name}\``,
      `did you mean \`sidewinder ${call} ${shellWord(file)}\`?`,
    );
  }
  // `sidewinder run` is most likely `sidewinder debug run`.
  const meant = closest(name, [...names, DEBUG]) ?? names.find((other) => other === `${DEBUG} ${name}`);
  const hint = meant === undefined ? undefined : `did you mean \`sidewinder ${meant}\`?`;
  return new UsageError(`unknown command \`${name}\``, hint);
}

/** Looks for `--json` before the arguments are parsed. Arguments after `--` belong to another program. */
function asksForJson(argv: readonly string[]): boolean {
  const end = argv.indexOf("--");
  return argv.slice(0, end < 0 ? undefined : end).includes("--json");
}

process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  // The reader closed the pipe, as `head` does. Commands with an open session clean up and exit by themselves.
  if (error.code !== "EPIPE") throw error;
  if (process.stdout.listenerCount("error") === 1) process.exit(128 + 13);
});

process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => report(error, context));
