/** Prints errors as text or JSON. */

import { readFileSync } from "node:fs";
import { SidewinderError, SolveError } from "../errors.js";
import type { Diagnostic } from "../generated/types.js";
import type { OptionSpecs } from "./command.js";
import { EXIT } from "./exit-status.js";
import { hintFor } from "./hints.js";
import { Interrupted } from "./interrupt.js";
import { asTyped } from "./option-names.js";
import { hasColors, printable, styleOf } from "./terminal.js";
import { UsageError } from "./usage-error.js";

/** The command that failed. */
export interface Context {
  /** Name of the command, if known. */
  name?: string | undefined;
  json: boolean;
  /** Exit status for errors. */
  failure: number;
  /** Options of the command. */
  options: OptionSpecs;
}

/** Prints an error and returns the exit status. */
export async function report(error: unknown, context: Context): Promise<number> {
  if (context.json) process.stdout.write(`${JSON.stringify({ error: errorRecord(error, context) })}\n`);
  else await printError(error, context);
  if (error instanceof UsageError) return EXIT.usage;
  return error instanceof Interrupted ? error.exitStatus : context.failure;
}

/** An error as data: code, message, hint and further properties. */
function errorRecord(error: unknown, { options }: Context): Record<string, unknown> {
  if (error instanceof UsageError) {
    const { code, ...details } = error.details;
    return { code, message: error.message, hint: error.hint, ...details };
  }
  if (error instanceof Interrupted) {
    return { code: "INTERRUPTED", message: error.message, signal: error.signalName };
  }
  if (!SidewinderError.is(error)) return { code: "INTERNAL", message: String(error) };
  const hint = hintFor(error, options);
  return {
    ...error.toJSON(),
    message: asTyped(error.message, options),
    ...(hint === undefined ? {} : { hint }),
  };
}

async function printError(error: unknown, { name, options }: Context): Promise<void> {
  const style = styleOf(hasColors(process.stderr));
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const hint = (text: string): void => say(`${style.cyan("hint:")} ${printable(text)}`);
  if (error instanceof UsageError) {
    const call = name === undefined ? "sidewinder" : `sidewinder ${name}`;
    say(`${style.red("error:")} ${printable(error.message)}`);
    if (error.hint !== undefined) hint(error.hint);
    say(`\nSee \`${call} --help\`.`);
    return;
  }
  if (error instanceof Interrupted) {
    // SIGPIPE: nobody reads the output any more.
    if (error.signalName !== "SIGPIPE") say(error.signalName === "SIGINT" ? "stopped" : error.message);
    return;
  }
  if (!SidewinderError.is(error)) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return;
  }
  const diagnostics = "diagnostics" in error ? (error.diagnostics as Diagnostic[]) : [];
  if (diagnostics.length > 0) say(await frames(diagnostics, options));
  const message = asTyped(
    diagnostics.length > 0 ? (error.message.split("\n")[0] ?? "") : error.message,
    options,
  );
  say(`${style.red(`error[${error.code}]:`)} ${printable(message)}`);
  if (SolveError.is(error) && !error.message.includes(error.explanation)) say(printable(error.explanation));
  // Diagnostics show their help below the source line.
  const advice = diagnostics.length === 0 ? hintFor(error, options) : undefined;
  if (advice !== undefined) hint(advice);
}

/** Formats diagnostics with their source lines. */
async function frames(found: readonly Diagnostic[], options: OptionSpecs): Promise<string> {
  const { formatDiagnostics } = await import("../recipe/frames.js");
  // A diagnostic without a span is about an option, not about the file.
  const diagnostics = found.map((diagnostic) => {
    if (diagnostic.span !== undefined) return diagnostic;
    const { file: _file, message, ...rest } = diagnostic;
    return { ...rest, message: asTyped(message, options) };
  });
  const files = new Set(diagnostics.map(({ file }) => file));
  const drawn = [...files].map((file) => {
    const of = diagnostics.filter((diagnostic) => diagnostic.file === file);
    return formatDiagnostics(readSource(file), of, { colors: hasColors(process.stderr) });
  });
  return drawn.join("\n");
}

function readSource(file: string | undefined): string {
  try {
    return file === undefined ? "" : readFileSync(file, "utf8");
  } catch {
    // The file was removed in the meantime: show locations without source lines.
    return "";
  }
}
