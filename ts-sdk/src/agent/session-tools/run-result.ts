/** How the result of a run is shown to a model: causes first, then the ends of the output. */

import type { Finding, ScriptResult } from "../../generated/types.js";
import type { ObjectSchema } from "../core/schema.js";

/** Fields of a run's result. Background runs have `run` and `running` as well. */
export const RUN_OUTPUT = {
  type: "object",
  properties: {
    success: { type: "boolean", description: "Whether the exit code is 0." },
    exit_code: { type: "integer", description: "128 + n if signal n ended the run." },
    signal: { type: "string", description: "The signal that ended the run." },
    timed_out: { type: "boolean" },
    limit: { type: "string", description: "The limit that stopped the run." },
    diagnosis: {
      type: "array",
      description: "What went wrong, causes first, with packages and edits that may fix it.",
      items: {
        type: "object",
        properties: {
          kind: { type: "string" },
          role: { type: "string" },
          confidence: { type: "string" },
          message: { type: "string" },
          subject: { type: "string" },
          evidence: { type: "string", description: "The line of output that shows it." },
          script_line: { type: "integer" },
          suggestions: {
            type: "array",
            items: {
              type: "object",
              properties: { spec: { type: "string" }, environment: { type: "string" } },
              required: ["spec", "environment"],
            },
          },
          fixes: {
            type: "array",
            description: "Changes to try, best first; `edits` are for edit_recipe.",
            items: { type: "object", properties: { kind: { type: "string" }, why: { type: "string" } } },
          },
        },
        required: ["kind", "message", "evidence"],
      },
    },
    stdout: { type: "string" },
    stderr: { type: "string" },
    log_path: { type: "string", description: "The complete output; read it with read_file." },
    note: { type: "string" },
    run: { type: "string", description: "Id of a background run." },
    running: { type: "boolean", description: "Whether the background run has not ended." },
    stopped: { type: "boolean", description: "Whether the background run was stopped with run_stop." },
    seconds: { type: "integer", description: "Time since the background run started." },
    last_lines: { type: "string", description: "The last lines of output so far." },
  },
} as const satisfies ObjectSchema;

/** How to read what is left out of a run's result. */
export const READ_LOG = { stdout: "read_file with `log_path`", stderr: "read_file with `log_path`" };

/** A run as plain data for a model. */
export function shownRun(result: ScriptResult, note?: string) {
  return {
    success: result.success,
    exit_code: result.exitCode,
    ...(result.signal === null ? {} : { signal: result.signal }),
    ...(result.timedOut ? { timed_out: true } : {}),
    ...(typeof result.limit === "string" ? { limit: result.limit as string } : {}),
    diagnosis: result.diagnosis.map(shownFinding),
    stdout: result.stdout,
    stderr: result.stderr,
    log_path: result.logPath,
    ...(note === undefined ? {} : { note }),
  };
}

function shownFinding(finding: Finding) {
  const { kind, role, confidence, message, subject, evidence, at, required, found, scriptLine } = finding;
  const { suggestions, fixes } = finding;
  return {
    kind,
    role,
    confidence,
    message,
    ...(subject === undefined ? {} : { subject }),
    evidence: evidence.text,
    ...(at === undefined ? {} : { at }),
    ...(required === undefined ? {} : { required }),
    ...(found === undefined ? {} : { found }),
    ...(scriptLine === undefined ? {} : { script_line: scriptLine }),
    ...(suggestions.length === 0 ? {} : { suggestions }),
    ...(fixes.length === 0 ? {} : { fixes }),
  };
}
