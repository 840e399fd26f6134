/** JavaScript runtimes other than Node.js: those of the machine, or from npm. */

import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdirSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

/** Versions that are installed where the machine has none. */
const VERSIONS = { deno: "2.9.6", bun: "1.4.5", workerd: "1.20261117.1" };

/**
 * The program of a runtime: `SIDEWINDER_DENO` and the like, or on `PATH`. Otherwise it is installed from npm once per
 * machine, outside of the clone because each has some 100 MB. `undefined` where that fails, offline for example.
 */
export function runtime(name: keyof typeof VERSIONS): string | undefined {
  const variable = `SIDEWINDER_${name.toUpperCase()}`;
  const folders = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== "");
  const own = [process.env[variable] ?? "", ...folders.map((folder) => join(folder, name))].find(canRun);
  const program = own ?? installed(name);
  if (program === undefined) {
    console.warn(`skipped: tests in ${name}; put it on PATH or set ${variable} to its program`);
  }
  return program;
}

function installed(name: keyof typeof VERSIONS): string | undefined {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const folder = join(cache, "sidewinder-runtimes", `${name}-${VERSIONS[name]}`);
  const found = programIn(folder, name);
  if (found !== undefined) return found;
  try {
    mkdirSync(folder, { recursive: true });
    const flags = ["--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", "--prefix", folder];
    execFileSync("npm", ["install", ...flags, `${name}@${VERSIONS[name]}`], {
      stdio: ["ignore", "ignore", "pipe"],
      shell: process.platform === "win32",
      timeout: 180_000,
    });
  } catch {
    return undefined;
  }
  return programIn(folder, name);
}

/** Each of these packages has its program in an optional dependency for the platform, such as `@oven/bun-linux-x64`. */
function programIn(folder: string, name: string): string | undefined {
  const modules = join(folder, "node_modules");
  const packages = list(modules)
    .filter((scope) => scope.startsWith("@"))
    .flatMap((scope) => list(join(modules, scope)).map((item) => join(modules, scope, item)));
  return packages.flatMap((item) => [join(item, name), join(item, "bin", name)]).find(canRun);
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function canRun(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
