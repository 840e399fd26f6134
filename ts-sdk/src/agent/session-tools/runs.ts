/** `run_status`, `run_wait` and `run_stop`: background runs. */

import type { BackgroundRun } from "../core/runs.js";
import { READ_LOG, RUN_OUTPUT } from "./run-result.js";
import { sessionSpec } from "./spec.js";

/** Default time that run_wait waits. */
const WAIT_MS = 45_000;
const LINES = 20;

const RUN = { type: "string", description: "Id of the run. Default: the latest one." } as const;
const LAST_LINES = {
  type: "integer",
  minimum: 0,
  maximum: 1000,
  description: "Number of last lines of output.",
  default: LINES,
} as const;

export const runStatus = sessionSpec({
  name: "run_status",
  title: "Status of a background run",
  description:
    "Says whether a background run is still running, with its last lines of output, or its result.",
  effect: "read",
  access: "none",
  howToRead: READ_LOG,
  input: { type: "object", properties: { run: RUN, lines: LAST_LINES } },
  output: RUN_OUTPUT,
  async run({ runs }, { run, lines = LINES }, { tool }) {
    return shownStatus(runs.get(tool, run), lines);
  },
});

export const runWait = sessionSpec({
  name: "run_wait",
  title: "Wait for a background run",
  description: "Waits until a background run ends, or for `timeout_ms`, and returns its status or result.",
  effect: "read",
  access: "none",
  howToRead: READ_LOG,
  input: {
    type: "object",
    properties: {
      run: RUN,
      timeout_ms: {
        type: "integer",
        minimum: 0,
        maximum: 3_600_000,
        description: "How long to wait, in milliseconds.",
        default: WAIT_MS,
      },
      lines: LAST_LINES,
    },
  },
  output: RUN_OUTPUT,
  async run({ runs }, { run: id, timeout_ms = WAIT_MS, lines = LINES }, { tool, signal }) {
    const run = runs.get(tool, id);
    let timer: NodeJS.Timeout | undefined;
    let leave: (() => void) | undefined;
    await Promise.race([
      run.ended,
      new Promise<void>((resolve) => {
        timer = setTimeout(resolve, timeout_ms);
        leave = resolve;
        signal?.addEventListener("abort", resolve as () => void, { once: true });
      }),
    ]);
    clearTimeout(timer);
    if (leave !== undefined) signal?.removeEventListener("abort", leave);
    signal?.throwIfAborted();
    return shownStatus(run, lines);
  },
});

export const runStop = sessionSpec({
  name: "run_stop",
  title: "Stop a background run",
  description: "Stops a background run with all its processes, and returns its last lines of output.",
  effect: "change",
  idempotent: true,
  access: "none",
  input: { type: "object", properties: { run: RUN, lines: LAST_LINES } },
  output: RUN_OUTPUT,
  async run({ runs }, { run: id, lines = LINES }, { tool }) {
    const run = runs.get(tool, id);
    run.stop();
    await run.ended;
    return shownStatus(run, lines);
  },
});

function shownStatus(run: BackgroundRun, lines: number) {
  const status = {
    run: run.id,
    running: run.isRunning,
    seconds: run.seconds,
    last_lines: run.lastLines(lines),
  };
  if (run.isRunning) return status;
  if (run.isStopped) return { ...status, stopped: true };
  return { ...status, ...run.result() };
}
