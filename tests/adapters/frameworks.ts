/** The agent frameworks, installed once into a cache folder: together they are hundreds of megabytes. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, readFile, rename, rm } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import ts from "typescript";
import { packages } from "../support/packages.js";
import { root } from "../support/workbench.js";

const run = promisify(execFile);

/** The programs, one for each framework. */
export const PROJECTS = join(root, "tests/adapters/projects");

/**
 * Installs the frameworks in the versions of the projects' package.json.
 *
 * @returns Their folder, or why they cannot be installed.
 */
export async function installFrameworks(): Promise<{ folder: string } | { missing: string }> {
  const manifest = join(PROJECTS, "package.json");
  const key = createHash("sha256")
    .update(await readFile(manifest))
    .digest("hex")
    .slice(0, 16);
  const caches = process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache");
  const cache = process.env.SIDEWINDER_ADAPTERS_CACHE ?? join(caches, "sidewinder-adapters");
  const folder = join(cache, key);
  if (existsSync(folder)) return { folder };
  const temporary = `${folder}.${process.pid}`;
  try {
    await mkdir(temporary, { recursive: true });
    await copyFile(manifest, join(temporary, "package.json"));
    await run(
      "npm",
      ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--omit=optional", "--no-package-lock"],
      { cwd: temporary, shell: process.platform === "win32", timeout: 600_000 },
    );
    // Another process may have been faster.
    await rename(temporary, folder).catch((error) => {
      if (!existsSync(folder)) throw error;
    });
    return { folder };
  } catch (error) {
    return { missing: (error as Error).message.split("\n").slice(0, 3).join(" ") };
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/**
 * Puts the programs below the frameworks' folder, with the packages as npm gets them next to them: the adapters find the
 * frameworks as they do in a user's project.
 */
export async function preparePrograms(frameworks: string): Promise<string> {
  const folder = join(frameworks, `run-${process.pid}`);
  await mkdir(join(folder, "node_modules"), { recursive: true });
  for (const { manifest, tarball } of await packages()) {
    if (tarball === undefined) continue;
    const place = join(folder, "node_modules", manifest.name);
    await mkdir(place, { recursive: true });
    await run("tar", ["-xzf", tarball, "-C", place, "--strip-components=1"]);
  }
  for (const name of await readdir(PROJECTS)) await copyFile(join(PROJECTS, name), join(folder, name));
  return folder;
}

/** Translates the programs without checking types, which takes a minute for these frameworks. */
export async function translate(folder: string): Promise<void> {
  await mkdir(join(folder, "out"), { recursive: true });
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  for (const name of await readdir(folder)) {
    if (!name.endsWith(".ts")) continue;
    const { outputText } = ts.transpileModule(await readFile(join(folder, name), "utf8"), {
      compilerOptions,
    });
    await ts.sys.writeFile(join(folder, "out", name.replace(/ts$/, "js")), outputText);
  }
}
