/** Why a run failed, for people: each cause with its evidence, and what to type next. */

import { basename } from "node:path";
import type { ActivationFailure, Finding, ScriptResult } from "../../generated/types.js";
import { shellWord } from "../output.js";
import { timeText } from "../progress/units.js";
import { printable, type Style } from "../terminal.js";

/** Where the run was, to be shown. */
export interface Scene {
  /** What ran, e.g. `the build script`. */
  what: string;
  /** Path of the build script. */
  script: string;
  /** Options that lead a further command to the session. */
  where: string;
}

/** Several lines about a run that failed. */
export function failureText(result: ScriptResult, scene: Scene, style: Style): string {
  const lines = [
    `${style.red("failed:")} ${scene.what} ${ending(result)} after ${timeText(result.durationMs)}`,
  ];
  for (const finding of result.diagnosis) lines.push(...findingLines(finding, scene, style));
  lines.push(`${style.dim("log:")} ${result.logPath}`);
  return `${lines.join("\n")}\n`;
}

function ending({ exitCode, signal, timedOut, activation }: ScriptResult): string {
  if (timedOut) return "timed out";
  if (activation !== null) return `did not run: ${activationText(activation)}`;
  return signal === null ? `exited with status ${exitCode}` : `was ended by ${signal}`;
}

/** Which activation script failed, and where. */
export function activationText({ script, line, package: owner, exitCode }: ActivationFailure): string {
  const place = line === null ? script : `${script}:${line}`;
  const of = owner === null ? "" : ` of \`${owner}\``;
  return `activation script${of} failed with status ${exitCode} at \`${printable(place)}\``;
}

function findingLines(
  { role, message, evidence, scriptLine, suggestions }: Finding,
  scene: Scene,
  style: Style,
): string[] {
  const place = scriptLine === undefined ? "" : style.dim(` (${basename(scene.script)}:${scriptLine})`);
  const [first, ...others] = suggestions;
  return [
    `  ${style.yellow(`${role}:`)} ${printable(message)}${place}`,
    ...(evidence.text === ""
      ? []
      : [style.dim(`         ${evidence.stream}:${evidence.line}: ${printable(evidence.text)}`)]),
    ...(first === undefined
      ? []
      : [`    ${style.cyan("try:")} ${style.bold(addCommand(first, scene.where))}`]),
    ...others.slice(0, 2).map((other) => `     ${style.dim("or:")} ${addCommand(other, scene.where)}`),
  ];
}

function addCommand({ spec, environment }: Finding["suggestions"][number], where: string): string {
  const build = environment === "build" ? " --build" : "";
  return `sidewinder debug add ${shellWord(printable(spec))}${build}${where}`;
}
