/** The module of a run: found by name, checked against what a worker allows, loaded. */

import { realpath } from "node:fs/promises";
import { isAbsolute, resolve, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { FleetError } from "./errors.js";
import type { FleetModule } from "./types.js";

/**
 * How a module is named in a run: an absolute path, or the export of a package such as `my-repairs/cmake`. The code itself
 * never travels.
 */
export function moduleName(module: string | URL): string {
  if (module instanceof URL || module.startsWith("file:")) {
    const url = new URL(module);
    if (url.protocol !== "file:") {
      throw new FleetError("FLEET_MODULE_INVALID", `cannot run \`${url.href}\`: not a file of this machine`, {
        hint: "pass a `file:` URL, a path, or the export of a package",
      });
    }
    return fileURLToPath(url);
  }
  return isPath(module) ? resolve(module) : module;
}

function isPath(name: string): boolean {
  return isAbsolute(name) || name.startsWith("./") || name.startsWith("../");
}

/** Loads a module and returns its default export. */
export async function loadModule(name: string): Promise<FleetModule> {
  const specifier = isPath(name) ? pathToFileURL(name).href : name;
  let loaded: { default?: unknown };
  try {
    loaded = (await import(specifier)) as { default?: unknown };
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new FleetError("FLEET_MODULE_INVALID", `could not load module \`${name}\`: ${reason}`, { cause });
  }
  if (typeof loaded.default !== "function") {
    throw new FleetError(
      "FLEET_MODULE_INVALID",
      `module \`${name}\` has no default export that is a function`,
      {
        hint: "export default async (session, { input }) => …",
      },
    );
  }
  return loaded.default as FleetModule;
}

/**
 * Refuses a module that a worker does not allow: it must be one of the allowed files, inside an allowed folder, or one of
 * the allowed package exports.
 */
export async function checkAllowed(name: string, allowed: readonly string[]): Promise<void> {
  if (isPath(name)) {
    // Of the real path: a link in an allowed folder must not lead out of it.
    const real = await realpath(name).catch(() => undefined);
    for (const entry of allowed.filter(isPath)) {
      const root = await realpath(entry).catch(() => undefined);
      if (real !== undefined && root !== undefined && (real === root || real.startsWith(root + sep))) return;
    }
  } else if (allowed.includes(name)) return;
  throw new FleetError("FLEET_MODULE_NOT_ALLOWED", `module not allowed on this worker: \`${name}\``, {
    hint: `start the worker with \`--allow ${name}\``,
  });
}
