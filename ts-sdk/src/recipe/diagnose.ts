/** Finds out from the log of a build why it failed. WebAssembly, so that it also runs in a browser. */

import { type Checks, checkArgument, count, takeOptions, text } from "../checks.js";
import type { Finding } from "../generated/types.js";
import * as glue from "../wasm/diagnosis.js";
import { type ModuleSource, WasmModule } from "./loader.js";

const MODULE = new WasmModule(
  glue,
  () => new URL("../wasm/diagnosis_bg.wasm", import.meta.url),
  "the WebAssembly module for diagnosis",
  "call `await initDiagnosis()` before `diagnose`",
);

/** The output of a build: one log, or both streams. */
export type BuildLog = string | { stdout: string; stderr: string };

/** What else is known about a build. */
export interface DiagnoseOptions {
  /** Text of the build script: gives findings the line that was running, and fixes that change it. */
  script?: string;
  /**
   * Exit status of the script. A log with status 0 has no findings.
   *
   * @default 1
   */
  exitCode?: number;
  /** Name of the signal that ended the script, e.g. `SIGKILL`. */
  signal?: string;
}

const OPTIONS: Checks = { script: text, exitCode: count, signal: text };

/**
 * Loads the WebAssembly module for diagnosis. Needed once in browsers and workers before `diagnose`; elsewhere the
 * first call loads it.
 *
 * @param module Where the module is, if not next to this file: a URL, a response, its bytes or a compiled module.
 * @throws SidewinderError with code `WASM_NOT_LOADED` when it cannot be loaded; another call tries again.
 *
 * @example
 * await initDiagnosis();
 * console.log(diagnose("sh: 1: frobnicate: not found", { exitCode: 127 })[0].kind); // → missing-command
 */
export function initDiagnosis(module?: ModuleSource): Promise<void> {
  return MODULE.init(module);
}

/**
 * Finds the causes of failure in a build log, the most likely root cause first.
 *
 * Needs no session and no channel, so it also works on logs of builds that nobody can run again. Suggested packages are
 * therefore guesses by name; the `diagnosis` of a session's run is checked against its channels.
 *
 * @param log The output as one text, as CI systems keep it, or both streams.
 * @returns At least one finding if the build failed, none if `exitCode` is 0.
 * @throws SidewinderError with code `INVALID_OPTION` for a wrong argument, `WASM_NOT_LOADED` in browsers before
 *   `initDiagnosis`.
 *
 * @example
 * const [finding] = diagnose("main.c:1:10: fatal error: zlib.h: No such file or directory");
 * console.log(finding.message, finding.suggestions[0].spec); // → header `zlib.h` not found zlib
 */
export function diagnose(log: BuildLog, options?: DiagnoseOptions): Finding[] {
  const { script, exitCode, signal } = takeOptions(options, OPTIONS);
  const { stdout, stderr } =
    typeof log === "object" && log !== null
      ? {
          stdout: checkArgument("log.stdout", log.stdout, text),
          stderr: checkArgument("log.stderr", log.stderr, text),
        }
      : { stdout: checkArgument("log", log, text), stderr: "" };
  const status = exitCode === undefined ? undefined : Math.min(exitCode, 0x7fff_ffff);
  return JSON.parse(MODULE.functions.diagnoseLog(stdout, stderr, script, status, signal)) as Finding[];
}
