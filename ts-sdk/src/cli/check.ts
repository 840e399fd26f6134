/** `sidewinder check`: what is wrong with recipes, with the source line underlined. */

import { parseArgs } from "node:util";
import { formatDiagnostics } from "../recipe/frames.js";
import { readText, requireNode } from "../recipe/node.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { UsageError } from "./usage.js";

export const checkUsage = `\
  sidewinder check RECIPE... [--json]
      errors and warnings of recipes, with their places; exit status 1 if there is an error
`;

export async function check(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { json: { type: "boolean" } },
  });
  if (positionals.length === 0) throw new UsageError("`check` needs a recipe");
  const { fs } = requireNode("check");
  let errors = 0;
  let warnings = 0;
  for (const path of positionals) {
    const text = await readText(fs, path);
    const diagnostics = Stage0Recipe.check(text, { path });
    errors += diagnostics.filter(({ severity }) => severity === "error").length;
    warnings += diagnostics.filter(({ severity }) => severity === "warning").length;
    if (values.json === true)
      for (const diagnostic of diagnostics) process.stdout.write(`${JSON.stringify(diagnostic)}\n`);
    else if (diagnostics.length > 0)
      process.stdout.write(`${formatDiagnostics(text, diagnostics, { colours: process.stdout.isTTY })}\n`);
  }
  if (values.json !== true) process.stdout.write(`${errors} error(s), ${warnings} warning(s)\n`);
  return errors > 0 ? 1 : 0;
}
