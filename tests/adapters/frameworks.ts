/** The agent frameworks, installed once into a cache folder: together they are hundreds of megabytes. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
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
  await cp(PROJECTS, folder, { recursive: true });
  return folder;
}

/** Translates the programs without checking types, which takes a minute for these frameworks. */
export async function translate(folder: string): Promise<void> {
  for (const name of await readdir(folder, { recursive: true })) {
    if (!name.endsWith(".ts") || name.startsWith("node_modules")) continue;
    const target = join(folder, "out", name.replace(/ts$/, "js"));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, javascript(await readFile(join(folder, name), "utf8")));
  }
}

/** Translates one program. */
export function javascript(code: string): string {
  const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
  return ts.transpileModule(code, { compilerOptions }).outputText;
}

/** The code of a page: `ts` blocks are one program, `typescript` blocks are compiled and do not run. */
export function codeOf(markdown: string): { program: string; samples: string[] } {
  const blocks = [...markdown.matchAll(/^```(ts|typescript)\n([\s\S]*?)^```$/gm)];
  const of = (kind: string): string[] =>
    blocks.filter((block) => block[1] === kind).map((block) => block[2] ?? "");
  return { program: of("ts").join("\n"), samples: of("typescript") };
}
