/** Prints diagnostics with the source line underlined. */

import { readFileSync } from "node:fs";
import type { Diagnostic } from "../generated/types.js";
import { formatDiagnostics } from "../recipe/frames.js";
import type { Call } from "./command.js";
import { hasColors } from "./terminal.js";

/** The diagnostics of each file, in order, with the text of the file. */
export function byFile(diagnostics: readonly Diagnostic[]): { text: string; diagnostics: Diagnostic[] }[] {
  const files = new Set(diagnostics.map(({ file }) => file));
  return [...files].map((file) => ({
    text: textOf(file),
    diagnostics: diagnostics.filter((diagnostic) => diagnostic.file === file),
  }));
}

function textOf(file: string | undefined): string {
  try {
    return file === undefined ? "" : readFileSync(file, "utf8");
  } catch {
    // The file may be gone: its diagnostics are printed without the line.
    return "";
  }
}

/** Prints warnings on standard error, each once, unless `--quiet`. */
export function warn(call: Pick<Call, "quiet">, warnings: readonly Diagnostic[]): void {
  if (call.quiet) return;
  const unique = [...new Map(warnings.map((warning) => [JSON.stringify(warning), warning])).values()];
  for (const { text, diagnostics } of byFile(unique)) {
    process.stderr.write(`${formatDiagnostics(text, diagnostics, { colors: hasColors(process.stderr) })}\n`);
  }
}
