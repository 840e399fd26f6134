/** Forwards the output of a session's scripts, and records why the last one failed. */

import type { Finding, ScriptResult } from "../generated/types.js";
import type { RunOptions } from "../session/options.js";
import type { DebugSession } from "../session/session.js";

/** What forwarding found out. */
export interface Observed {
  /** Findings of the last script that failed. */
  findings: Finding[];
}

/** Takes a piece of output; the script waits until it resolves. */
type Emit = (stream: "stdout" | "stderr", text: string) => Promise<void>;

/**
 * Makes `runScript` and `exec` of a session forward their output as well, with back-pressure for scripts. The module sees
 * the session as it always is.
 */
export function observe(session: DebugSession, emit: Emit): Observed {
  const observed: Observed = { findings: [] };
  const note = (result: ScriptResult): ScriptResult => {
    if (!result.success) observed.findings = result.diagnosis;
    return result;
  };
  const exec = session.exec.bind(session);
  const own = {
    async runScript(options: RunOptions = {}): Promise<ScriptResult> {
      const { onStdout, onStderr, ...rest } = options;
      const run = session.streamScript(rest);
      for await (const { stream, text } of run) {
        (stream === "stdout" ? onStdout : onStderr)?.(text);
        await emit(stream, text);
      }
      return note(await run.result);
    },
    async exec(command: string | string[], options: RunOptions = {}): Promise<ScriptResult> {
      const forward =
        (stream: "stdout" | "stderr", callback: RunOptions["onStdout"]) =>
        (text: string): void => {
          callback?.(text);
          void emit(stream, text);
        };
      return note(
        await exec(command, {
          ...options,
          onStdout: forward("stdout", options.onStdout),
          onStderr: forward("stderr", options.onStderr),
        }),
      );
    },
  };
  for (const [name, value] of Object.entries(own)) {
    Object.defineProperty(session, name, { value, configurable: true, writable: true });
  }
  return observed;
}
