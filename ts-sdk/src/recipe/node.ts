/**
 * What the recipe half takes from Node.js, where it runs there: asked for at run time, so that no Node built-in is
 * imported and bundlers for browsers have nothing to replace.
 */

import { SidewinderError } from "../errors.js";

interface Builtins {
  "node:fs": typeof import("node:fs");
  "node:path": typeof import("node:path");
}

function builtin<Name extends keyof Builtins>(name: Name): Builtins[Name] | undefined {
  const process = globalThis.process as { getBuiltinModule?: (name: string) => unknown } | undefined;
  return process?.getBuiltinModule?.(name) as Builtins[Name] | undefined;
}

/** File access, or nothing outside Node.js. */
export function nodeFile(): Builtins["node:fs"] | undefined {
  return builtin("node:fs");
}

/** File access and paths, for calls that cannot do without. */
export function requireNode(call: string): { fs: Builtins["node:fs"]; path: Builtins["node:path"] } {
  const fs = builtin("node:fs");
  const path = builtin("node:path");
  if (fs === undefined || path === undefined) {
    throw new SidewinderError("NODE_ONLY", `\`${call}\` reads files and works in Node.js only`, {
      hint: "read the text yourself and give it to `fromYaml`",
    });
  }
  return { fs, path };
}

/** Reads a text file; the error names it. Code `IO_FAILED`. */
export async function readText(fs: Builtins["node:fs"], path: string): Promise<string> {
  try {
    return await fs.promises.readFile(path, "utf8");
  } catch (error) {
    throw new SidewinderError("IO_FAILED", `cannot read \`${path}\`: ${reasonOf(error)}`, { cause: error });
  }
}

const REASONS: Record<string, string> = {
  ENOENT: "file not found",
  ENOTDIR: "file not found",
  EISDIR: "it is a directory",
  EACCES: "permission denied",
};

/** What is wrong with a file, without its name: the message has that. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code = "" } = error as NodeJS.ErrnoException;
  return Object.hasOwn(REASONS, code) ? (REASONS[code] ?? code) : error.message.replace(/, \w+( '.*')?$/, "");
}
