#!/usr/bin/env node
/** The command line: finds the command, runs it, prints what it gives or what went wrong. */

import { readFileSync } from "node:fs";
import { SidewinderError } from "../errors.js";
import { closest } from "../nearest.js";
import { check } from "./check.js";
import { type Command, parse } from "./command.js";
import { debugCommands } from "./debug/index.js";
import { commandHelp, overview } from "./help.js";
import { mcp } from "./mcp.js";
import { render } from "./render.js";
import { Stop } from "./stop.js";
import { UsageError } from "./usage.js";

const COMMANDS: Command[] = [render, check, ...debugCommands, mcp];

async function main(args: string[]): Promise<number> {
  if (args[0] === "help") return await main([...args.slice(1), "--help"]);
  const [first, second] = args;
  if (first === "--version" || first === "-V") return print(`${version()}\n`);
  if (first === "--help" || first === "-h") return print(overview(COMMANDS));
  if (first === "debug" && (second === "--help" || second === "-h"))
    return print(overview(COMMANDS, "debug"));
  const words = first === "debug" ? 2 : 1;
  const command = find(args.slice(0, words));
  const { values, operands } = parse(command, args.slice(words));
  if (values.help) return print(commandHelp(command));
  const { text, data, exitCode } = await command.run({ values, operands, signal: stop.signal });
  if (values.json) print(data === undefined ? "" : `${JSON.stringify(data, null, 2)}\n`);
  else print(text ?? "");
  return exitCode ?? 0;
}

function find(words: string[]): Command {
  const name = words.join(" ");
  const command = COMMANDS.find((one) => one.name === name);
  if (command !== undefined) return command;
  if (words.length === 0) throw new UsageError("which command?");
  if (name === "debug") throw new UsageError("`debug` what?", "debug");
  const group = words[0] === "debug" ? "debug" : "";
  const known = COMMANDS.map((one) => one.name.split(" ")[group === "" ? 0 : 1] ?? "");
  const meant = closest(words.at(-1) ?? "", known);
  const guess = meant === undefined ? "" : `; did you mean \`${`${group} ${meant}`.trim()}\`?`;
  throw new UsageError(`there is no command \`${name}\`${guess}`, group);
}

function version(): string {
  return JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8")).version;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function report(error: unknown, json: boolean): number {
  const stopped = stop.exitCode;
  const wrong = error instanceof UsageError;
  if (json) {
    const { name, message } = error instanceof Error ? error : { name: "Error", message: String(error) };
    const told = wrong || SidewinderError.is(error) ? error.toJSON() : { name, message };
    print(`${JSON.stringify({ error: told }, null, 2)}\n`);
  } else if (stopped !== undefined) {
    process.stderr.write("stopped\n");
  } else if (wrong) {
    const help = ["sidewinder", error.command, "--help"].filter((word) => word !== "").join(" ");
    process.stderr.write(`sidewinder: ${error.message}\ntry \`${help}\`\n`);
  } else if (SidewinderError.is(error)) {
    process.stderr.write(`error[${error.code}]: ${error.message}\n`);
    if (error.hint !== undefined) process.stderr.write(`hint: ${error.hint}\n`);
  } else {
    process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  }
  return stopped ?? (wrong ? 2 : 1);
}

/** Whether errors are to be JSON: asked for before the command line could be read. */
function wantsJson(args: string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).includes("--json");
}

const args = process.argv.slice(2);
const stop = new Stop();
process.exitCode = await main(args).catch((error: unknown) => report(error, wantsJson(args)));
stop.release();
