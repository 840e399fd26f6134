/** Options of what is run, and what is passed on of it. */

import type { ScriptResult } from "../../generated/types.js";
import type { RunOptions } from "../../session/options.js";
import { type Call, given, type OptionSpecs, pairs, type Values } from "../command.js";
import { EXIT } from "../exit-status.js";
import { LIMIT_OPTIONS, limitsOf } from "../limits.js";
import { remark } from "../output.js";
import { UsageError } from "../usage-error.js";

/** Options for whatever runs. */
export const RUN_OPTIONS = {
  "keep-running": {
    type: "boolean",
    description: "Let it go on if sidewinder is killed; output then goes to the log",
  },
  trace: { type: "boolean", description: "Print each command as it runs (bash -x)" },
  timeout: {
    type: "string",
    value: "TIME",
    description: "Stop it, with all its processes, after this time: 90, 90s, 5m, 1h",
  },
  env: {
    type: "string",
    multiple: true,
    value: "NAME=VALUE",
    description: "Additional variable; overrides those of the build",
  },
  ...LIMIT_OPTIONS,
} as const satisfies OptionSpecs;

/** The SDK's options for them. With `--json` output is not passed on: the result has it. */
export function runOptions(
  call: Pick<Call, "json">,
  values: Partial<Values<typeof RUN_OPTIONS>>,
): RunOptions {
  const passOn = {
    onStdout: (text: string): void => void process.stdout.write(text),
    onStderr: (text: string): void => void process.stderr.write(text),
  };
  return {
    ...given({
      trace: values.trace,
      keepRunning: values["keep-running"],
      timeoutMs: values.timeout === undefined ? undefined : milliseconds(values.timeout),
      env: values.env && Object.fromEntries(pairs("env", values.env)),
      limits: limitsOf(values.limit),
    }),
    ...(call.json ? {} : passOn),
  };
}

/** Says so where the log does not have all that was passed on. */
export function remarkOnLog(
  call: Pick<Call, "quiet" | "json">,
  { logError, logPath }: Pick<ScriptResult, "logError" | "logPath">,
): void {
  if (logError !== null && !call.json) remark(call, `warning: ${logError} (${logPath})`);
}

/** The script's own status; its own exit codes for a script that did not run, or timed out. */
export function statusOf({ exitCode, timedOut, activationFailed }: ScriptResult): number {
  if (timedOut) return EXIT.timedOut;
  return activationFailed ? EXIT.notRun : exitCode;
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function milliseconds(text: string): number {
  const [, number = "", unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  const time = Number(number) * (UNITS[unit] ?? 0);
  if (number === "" || time <= 0) {
    throw new UsageError(`\`--timeout\` takes a time such as 90, 90s, 5m or 1h, not \`${text}\``);
  }
  return time;
}
