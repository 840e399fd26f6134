/** All tools of a session. */

import type { ScriptResult } from "../generated/types.js";
import type { RunOptions } from "../session/options.js";
import type { DebugSession } from "../session/session.js";
import { ends } from "./ends.js";
import { fileTools } from "./files.js";
import { type AgentTool, tool } from "./tool.js";

/** The most of each stream that a run gives back; the log has it all. */
const MOST_OUTPUT = 32 * 1024;
const TIMEOUT_MS = 600_000;
/** The most files of a patch that are named. */
const MOST_ENTRIES = 500;

const TIMEOUT = {
  type: "integer",
  minimum: 1,
  description: "Stop it after so many milliseconds.",
  default: TIMEOUT_MS,
} as const;

/**
 * Tools over one session: read, list, search, edit and write files, `run_script`, `exec`, `add_packages`,
 * `list_packages`, `create_patch`, `checkpoint`, `restore`.
 *
 * Files outside of the session's folders are neither read nor written by the file tools. What `run_script` and `exec` run
 * is a program like any other, with the rights of this process.
 *
 * @example
 * import { sessionTools } from "sidewinder/agent";
 *
 * const tools = sessionTools(session);
 * const result = await tools.find(({ name }) => name === "exec")?.execute({ command: "echo hello" });
 * console.log(result.stdout.trim()); // → hello
 */
export function sessionTools(session: DebugSession): AgentTool[] {
  return toolsOver(() => session);
}

/** The same tools over whatever session there is when one is called. */
export function toolsOver(current: () => DebugSession): AgentTool[] {
  return [
    ...fileTools(current),
    tool(
      "run_script",
      "Runs the build script in the build environment. A script that fails is a result: see `success`, `diagnosis` (causes, " +
        "with packages that would help) and the ends of `stdout` and `stderr`.",
      {
        trace: { type: "boolean", description: "Print each command as it runs, to stderr.", default: false },
        timeout_ms: TIMEOUT,
      },
      [],
      async ({ trace = false, timeout_ms = TIMEOUT_MS }, { signal }) =>
        told(await current().runScript({ trace, ...limits(timeout_ms, signal) })),
    ),
    tool(
      "exec",
      "Runs one shell command in the activated build environment, in the work folder.",
      { command: { type: "string", description: "A line for the shell." }, timeout_ms: TIMEOUT },
      ["command"],
      async ({ command, timeout_ms = TIMEOUT_MS }, { signal }) =>
        told(await current().exec(command, limits(timeout_ms, signal))),
    ),
    tool(
      "add_packages",
      "Installs packages into an environment of the build; changes nothing else in it. To keep them, add them to the recipe " +
        "as well.",
      {
        specs: {
          type: "array",
          items: { type: "string" },
          minItems: 1,
          description: "Match specs, such as `zlib` or `cmake >=3.20`.",
        },
        environment: {
          type: "string",
          enum: ["host", "build"],
          description: "`host` for libraries and interpreters, `build` for compilers and tools.",
          default: "host",
        },
      },
      ["specs"],
      async ({ specs, environment = "host" }, { signal }) => {
        const { added, removed, changed } = await current().addPackages(specs, {
          environment,
          ...(signal === undefined ? {} : { signal }),
        });
        const name = (p: { name: string; version: string; build: string }) =>
          `${p.name} ${p.version} ${p.build}`;
        return {
          added: added.map(name),
          removed: removed.map(name),
          changed: changed.map(({ from, to }) => `${name(from)} -> ${name(to)}`),
        };
      },
    ),
    tool(
      "list_packages",
      "Lists what is installed in an environment of the build.",
      {
        environment: { type: "string", enum: ["host", "build"], description: "Which one.", default: "host" },
      },
      [],
      async ({ environment = "host" }) =>
        (await current().packages(environment)).map(({ name, version, build, requested }) => ({
          name,
          version,
          build,
          requested,
        })),
    ),
    tool(
      "create_patch",
      "Makes a patch of what was changed in the sources, for the recipe. With `dry_run` nothing is written.",
      {
        name: { type: "string", description: "File name without extension.", default: "changes" },
        dry_run: { type: "boolean", description: "Only give the patch back.", default: true },
        add: {
          type: "array",
          items: { type: "string" },
          description: "Globs of new files to take in; others are left out.",
        },
        exclude: { type: "array", items: { type: "string" }, description: "Globs of files to leave out." },
      },
      [],
      async ({ name = "changes", dry_run = true, add, exclude }) => {
        const session = current();
        const patch = await session.createPatch({
          name,
          dryRun: dry_run,
          ...(add === undefined ? {} : { add }),
          ...(exclude === undefined ? {} : { exclude }),
        });
        const text = ends(session.mask(patch.text), MOST_OUTPUT);
        return { path: patch.path, ...firstOf("files", patch.files), text };
      },
    ),
    tool(
      "checkpoint",
      "Remembers the work folder and both environments under a name, to come back with `restore`. Do this before you try " +
        "something that may not work.",
      { name: { type: "string", description: "Letters, digits, `-`, `_`, `.`." } },
      ["name"],
      async ({ name }, { signal }) => {
        const session = current();
        await session.checkpoint(name, signal === undefined ? {} : { signal });
        return { checkpoints: await session.checkpoints() };
      },
    ),
    tool(
      "restore",
      "Makes the work folder and both environments what they were at a checkpoint.",
      { name: { type: "string", description: "Name of the checkpoint." } },
      ["name"],
      async ({ name }, { signal }) => {
        await current().restore(name, signal === undefined ? {} : { signal });
        return { restored: name };
      },
    ),
  ];
}

function limits(timeoutMs: number, signal: AbortSignal | undefined): RunOptions {
  return { timeoutMs, maxOutputBytes: MOST_OUTPUT * 4, ...(signal === undefined ? {} : { signal }) };
}

/** A run as a model reads it: causes first, the ends of the output, nothing that it does not need. */
function told(result: ScriptResult) {
  return {
    success: result.success,
    exit_code: result.exitCode,
    ...(result.signal === null ? {} : { signal: result.signal }),
    ...(result.timedOut ? { timed_out: true } : {}),
    diagnosis: result.diagnosis.map(({ kind, message, evidence, scriptLine, suggestions }) => ({
      kind,
      message,
      evidence: evidence.text,
      ...(scriptLine === undefined ? {} : { script_line: scriptLine }),
      ...(suggestions.length === 0 ? {} : { suggestions }),
    })),
    stdout: ends(result.stdout, MOST_OUTPUT),
    stderr: ends(result.stderr, MOST_OUTPUT),
    log_path: result.logPath,
    ...(result.logError === null ? {} : { log_error: result.logError }),
  };
}

/** The first entries of a list, and how many there are beside. */
function firstOf<T>(name: string, list: T[]): Record<string, unknown> {
  const left = list.length - MOST_ENTRIES;
  return { [name]: list.slice(0, MOST_ENTRIES), ...(left > 0 ? { [`${name}_left_out`]: left } : {}) };
}
