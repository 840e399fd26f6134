/** `run_script` and `exec` */

import type { ScriptResult } from "../../generated/types.js";
import type { RunOptions } from "../../session/options.js";
import { invalidInput } from "../core/input.js";
import { persistentCommand } from "../core/persistent-shell.js";
import type { SessionState } from "../core/session-state.js";
import type { CallContext } from "../core/tool.js";
import { READ_LOG, RUN_OUTPUT, shownRun } from "./run-result.js";
import { sessionSpec } from "./spec.js";

/** Default time limit of a run in the foreground. */
const TIMEOUT_MS = 600_000;

const TIMEOUT = {
  type: "integer",
  minimum: 1,
  description: "Stop it after this many milliseconds. Default: 600000; no limit in the background.",
} as const;

const BACKGROUND = {
  type: "boolean",
  description: "Return at once with the id of the run; then use run_status, run_wait and run_stop.",
  default: false,
} as const;

/** What one run needs. */
interface Run {
  what: string;
  background: boolean | undefined;
  timeoutMs: number | undefined;
  note?: string | undefined;
  start(options: RunOptions): Promise<ScriptResult>;
}

export const runScript = sessionSpec({
  name: "run_script",
  title: "Run the build script",
  description:
    "Runs the build script in the build environment. A failing script is a result: see `success`, `diagnosis` (causes with " +
    "packages and edits that may fix them) and the ends of `stdout` and `stderr`. For builds of several minutes set `background`.",
  effect: "change",
  openWorld: true,
  access: "none",
  howToRead: READ_LOG,
  input: {
    type: "object",
    properties: {
      trace: { type: "boolean", description: "Print each command as it runs, to stderr.", default: false },
      timeout_ms: TIMEOUT,
      background: BACKGROUND,
    },
  },
  output: RUN_OUTPUT,
  run(state, { trace = false, timeout_ms, background }, call) {
    return run(state, call, {
      what: "run_script",
      background,
      timeoutMs: timeout_ms,
      start: (options) => state.session.runScript({ ...options, trace }),
    });
  },
});

export const exec = sessionSpec({
  name: "exec",
  title: "Run a command",
  description:
    "Runs a shell command in the activated build environment, in the work folder. Each call is a new shell: `cd`, variables and " +
    'background jobs (`&`) end with it, unless `shell` is "persistent", which keeps the folder, variables and functions.',
  effect: "change",
  openWorld: true,
  access: "none",
  howToRead: READ_LOG,
  input: {
    type: "object",
    properties: {
      command: { type: "string", description: "A command line for the shell." },
      timeout_ms: TIMEOUT,
      background: BACKGROUND,
      shell: {
        type: "string",
        enum: ["new", "persistent"],
        description: "Whether to continue where the last persistent command ended.",
        default: "new",
      },
    },
    required: ["command"],
  },
  output: RUN_OUTPUT,
  run(state, { command, timeout_ms, background, shell = "new" }, call) {
    if (command.trim() === "") throw invalidInput(call.tool, "`command` must not be empty");
    const line = shell === "persistent" ? persistentCommand(call.tool, state.session, command) : command;
    return run(state, call, {
      what: command,
      background,
      timeoutMs: timeout_ms,
      note: shell === "persistent" ? undefined : lostAfter(command),
      start: (options) => state.session.exec(line, options),
    });
  },
});

/** Runs in the foreground, or starts a background run once the calls before it have ended. */
async function run(
  state: SessionState,
  call: CallContext,
  { what, background, timeoutMs, note, start }: Run,
) {
  const shared = { maxOutputBytes: call.maxChars * 4 };
  const finish = (result: ScriptResult) => {
    state.findings = result.diagnosis;
    return shownRun(result, note);
  };
  if (background !== true) {
    const { signal, onOutput } = call;
    return await state.queue.run("run", signal, async () =>
      finish(
        await start({
          ...shared,
          timeoutMs: timeoutMs ?? TIMEOUT_MS,
          ...(signal === undefined ? {} : { signal }),
          ...(onOutput === undefined ? {} : { onStdout: onOutput, onStderr: onOutput }),
        }),
      ),
    );
  }
  return await new Promise<{ run: string; running: boolean; note?: string }>((resolve, reject) => {
    state.queue
      .run("background", call.signal, async () => {
        const started = state.runs.start(what, async (signal, onOutput) =>
          finish(
            await start({
              ...shared,
              ...(timeoutMs === undefined ? {} : { timeoutMs }),
              signal,
              onStdout: onOutput,
              onStderr: onOutput,
            }),
          ),
        );
        resolve({ run: started.id, running: true, ...(note === undefined ? {} : { note }) });
        await started.ended;
      })
      .catch(reject);
  });
}

/** Says what a command tried to keep that ends with its shell. */
function lostAfter(command: string): string | undefined {
  const lost = [
    ...(/(^|[;&|\n])\s*(cd|pushd)\s/.test(command) ? ["the folder"] : []),
    ...(/(^|[;&\n])\s*(export|source|\.)\s/.test(command) ? ["variables"] : []),
    ...(/[^&>|]&\s*(\n|$)/.test(command) ? ["background jobs"] : []),
  ];
  if (lost.length === 0) return undefined;
  return `not kept for the next call: ${lost.join(", ")}; use \`shell: "persistent"\`${
    lost.includes("background jobs") ? ", or `background: true` for programs that go on" : ""
  }`;
}
