/** Installed JavaScript runtimes other than Node.js. */

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The program of a runtime: `SIDEWINDER_DENO` or `SIDEWINDER_BUN`, or in `PATH`; `undefined` where there is none. */
export function runtime(name: "deno" | "bun"): string | undefined {
  const variable = `SIDEWINDER_${name.toUpperCase()}`;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const program = [process.env[variable] ?? "", ...folders.map((folder) => join(folder, name))].find(canRun);
  if (program === undefined) {
    console.warn(`skipped: tests in ${name}; put it on PATH or set ${variable} to its program`);
  }
  return program;
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
