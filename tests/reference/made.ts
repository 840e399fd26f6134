/** What a set-up made, by either tool, in a form in which the two can be compared. */

import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, readlink, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DebugPaths, DebugSession } from "../../ts-sdk/src/index.js";

/** What is read of a session. */
export interface Raw {
  name: string;
  buildString: string;
  error?: string;
  paths: Pick<DebugPaths, "workDir" | "hostPrefix" | "buildPrefix" | "buildDir" | "outputDir" | "recipeDir">;
  env: string;
  script: string;
  files: string[];
  /** Files of the build prefix and of the host prefix. */
  prefixes: string[][];
  build: string[];
  host: string[];
  log: string[];
}

/** What has to be the same. */
export interface Made {
  buildString: string;
  /** What the variables are once `build_env.sh` was sourced. */
  variables: Record<string, string>;
  /** Its lines from the activation on: their order counts. */
  activation: string[];
  /** The script without what surrounds it. */
  script: string;
  /** Files in the work folder, with mode and content. */
  files: string[];
  /** The same for the build prefix and the host prefix. */
  prefixes: string[][];
  build: string[];
  host: string[];
  /** What each solve was asked for, and the package's own dependencies, as the log has them. */
  specs: string[];
  dependencies: string[];
  /** Messages for the user. */
  notices: string[];
}

/** Reads a session of ours. */
export async function rawOf(session: DebugSession): Promise<Raw> {
  const { paths, variant } = session;
  const installed = async (environment: "build" | "host") =>
    (await session.packages(environment)).map(({ name, version, build }) => `${name} ${version} ${build}`);
  return {
    name: variant.name,
    buildString: variant.buildString,
    paths,
    env: await readFile(paths.buildEnvScript, "utf8"),
    script: await session.readBuildScript(),
    files: await filesBelow(paths.workDir, paths.outputDir),
    prefixes: [
      await filesBelow(paths.buildPrefix, paths.outputDir),
      await filesBelow(paths.hostPrefix, paths.outputDir),
    ],
    build: await installed("build"),
    host: await installed("host"),
    log: session.setupLog,
  };
}

/** In the format of the reference's side: see `set_up.py`. */
async function filesBelow(folder: string, output: string): Promise<string[]> {
  const files = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (/^(conda-meta|__clobbers__)\//.test(name)) continue;
    if (entry.isSymbolicLink()) {
      files.push(`${name} -> ${(await readlink(path)).replaceAll(output, "<outputDir>")}`);
    } else if (["build_env.sh", "conda_build.sh", ".source_info.json", "CACHEDIR.TAG"].includes(name)) {
      files.push(name);
    } else if (entry.isFile()) {
      const text = (await readFile(path, "latin1")).replaceAll(output, "<outputDir>");
      const compared = name.startsWith("conda_build_") ? text.replace(/\n+$/, "") : text;
      const content = createHash("sha256").update(compared, "latin1").digest("hex");
      files.push(`${name} ${((await stat(path)).mode & 0o777).toString(8)} ${content}`);
    }
  }
  return files;
}

/** Takes out what may differ: folders and the time. */
export function madeOf(raw: Raw): Made {
  const plain = (text: string) => withoutFolders(text, raw.paths);
  const [, activation = ""] = raw.env.split("export CONDA_BUILD=1\n");
  const log = raw.log.map(plain);
  return {
    buildString: raw.buildString,
    variables: variables(raw),
    activation: plain(activation).trim().split("\n"),
    script: plain(body(raw.script)),
    files: raw.files.toSorted(),
    prefixes: raw.prefixes.map((files) => files.toSorted()),
    build: raw.build.toSorted(),
    host: raw.host.toSorted(),
    specs: specs(log),
    dependencies: dependencies(log),
    notices: log.filter((line) => /^(Secret|Message|Running|Applying|Copied|WARN)/.test(line)),
  };
}

function withoutFolders(text: string, paths: Raw["paths"]): string {
  const names = ["hostPrefix", "buildPrefix", "workDir", "buildDir", "outputDir", "recipeDir"] as const;
  return names.reduce((plain, name) => plain.replaceAll(paths[name], `<${name}>`), text);
}

function variables(raw: Raw): Record<string, string> {
  const command = `source "$1" > /dev/null && env -0`;
  const text = execFileSync("bash", ["-c", command, "bash", join(raw.paths.workDir, "build_env.sh")], {
    encoding: "utf8",
    env: { PATH: process.env["PATH"] },
    // With a socket as its input bash would take itself for a login from elsewhere, and read `.bashrc`.
    stdio: ["ignore", "pipe", "inherit"],
  });
  const pairs = text
    .split("\0")
    .filter((line) => line !== "" && !/^(_|PWD|SHLVL|OLDPWD)=/.test(line))
    .map((line): [string, string] => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]);
  const values = Object.fromEntries(pairs.map(([name, value]) => [name, withoutFolders(value, raw.paths)]));
  if (/^\d+$/.test(values["SOURCE_DATE_EPOCH"] ?? "")) values["SOURCE_DATE_EPOCH"] = "<time>";
  return values;
}

/** The recipe's part: behind the preamble, and without the trace and the shell that the reference puts around it. */
function body(script: string): string {
  const [, whole = ""] = script.split("## End of preamble\n");
  const traced = whole.replace(/^(#.*\n)+set -x\n/, "").replace(/^\n/, "");
  if (traced.startsWith("# === step")) return traced.trimEnd().replaceAll(")\n\n# === step", ")\n# === step");
  return traced.replace(/^\(\n?([\s\S]*?)\n?\)$/, "$1").trimEnd();
}

function specs(log: string[]): string[] {
  const found = [];
  for (const [index, line] of log.entries()) {
    if (line !== "  Specs:") continue;
    const rest = log.slice(index + 1);
    const end = rest.findIndex((spec) => !spec.startsWith("   - "));
    found.push(
      rest
        .slice(0, end === -1 ? undefined : end)
        .toSorted()
        .join("; "),
    );
  }
  return found;
}

/** The reference writes no `*` before what a package exported, and marks no pins among the package's own exports. */
function withoutMarks(spec: string): string {
  return spec.replace(/^\* (?=\()/, "").replace(/ \(PS\)$/, "");
}

/** The rows of the table of run dependencies, each with the section and the package that it is of. */
function dependencies(log: string[]): string[] {
  const table = log.find((line) => line.trimStart().startsWith("Finalized run dependencies"));
  const rows = [];
  let [section, name] = ["", ""];
  for (const line of table?.split("\n") ?? []) {
    const [, first = "", second = ""] = line.split(/[│┆]/).map((cell) => cell.trim());
    if (!line.startsWith("│") || (first === "" && second === "")) continue;
    if (second === "" || second === "Spec") {
      section = first;
      continue;
    }
    name = first || name;
    rows.push(`${section}: ${name} ${withoutMarks(second)}`);
  }
  return rows.toSorted();
}
