/** One item on the host that runs it: session set up, module run, session closed. Every outcome is data. */

import type { ErrorData } from "../errors.js";
import type { Finding, ProgressEvent, RenderedVariant } from "../generated/types.js";
import { DebugSession } from "../session/session.js";
import { type ArtifactContent, type ArtifactStore, putArtifact } from "./artifacts.js";
import { errorToData, FleetError } from "./errors.js";
import { loadModule } from "./modules.js";
import { observe } from "./output.js";
import type { Artifact, FleetContext, FleetSessionOptions } from "./types.js";

/** How long a module may go on after it was told to stop, in milliseconds. Its session is closed by then. */
const STOP_GRACE_MS = 2_000;

/** What is to be done for an item. */
export interface ItemTask {
  run: string;
  item: number;
  module: string;
  variant: RenderedVariant;
  input: unknown;
  session: FleetSessionOptions;
  timeoutMs?: number | undefined;
  maxValueBytes: number;
}

/** What an item's host knows. */
export interface ItemHost {
  host: string;
  attempt: number;
  signal: AbortSignal;
  artifacts: ArtifactStore;
  /** Settings of the host, which win over those of the run. */
  session?: FleetSessionOptions | undefined;
  /** Reports an event; resolves once there is room for more. */
  emit(event: ItemEvent): Promise<void>;
}

/** What happens to an item while it runs. */
export type ItemEvent =
  | { kind: "progress"; progress: ProgressEvent }
  | { kind: "output"; stream: "stdout" | "stderr" | "log"; text: string; omitted?: number };

/** What became of it, as data that crosses a queue. */
export type ItemOutcome = {
  durationMs: number;
  artifacts: Artifact[];
  /** Why its last script failed, if one did. */
  findings: Finding[];
} & ({ ok: true; value: unknown } | { ok: false; error: ErrorData });

/** Runs an item. Never rejects. */
export async function runItem(task: ItemTask, host: ItemHost): Promise<ItemOutcome> {
  const started = performance.now();
  const stop = new AbortController();
  const abort = (): void => stop.abort(cancelled(host.signal));
  host.signal.addEventListener("abort", abort, { once: true });
  if (host.signal.aborted) abort();
  const { timeoutMs } = task;
  const timer =
    timeoutMs === undefined ? undefined : setTimeout(() => stop.abort(timedOut(timeoutMs)), timeoutMs);
  const artifacts = new Map<string, Artifact>();
  const findings: Finding[] = [];
  try {
    const value = await work(task, { ...host, signal: stop.signal }, artifacts, findings);
    return { ok: true, value, ...ended(started, artifacts, findings) };
  } catch (error) {
    return { ok: false, error: errorToData(error), ...ended(started, artifacts, findings) };
  } finally {
    clearTimeout(timer);
    host.signal.removeEventListener("abort", abort);
  }
}

async function work(
  task: ItemTask,
  host: ItemHost,
  artifacts: Map<string, Artifact>,
  findings: Finding[],
): Promise<unknown> {
  const { signal, emit } = host;
  signal.throwIfAborted();
  const run = await loadModule(task.module);
  const session = await DebugSession.create(task.variant, {
    ...task.session,
    ...host.session,
    signal,
    onProgress: (progress) => void emit({ kind: "progress", progress }),
  });
  let isClosed = false;
  const close = async (): Promise<void> => {
    if (isClosed) return;
    isClosed = true;
    await session.close();
  };
  try {
    const observed = observe(session, (stream, text) => emit({ kind: "output", stream, text }));
    const context: FleetContext = {
      input: task.input,
      item: task.item,
      attempt: host.attempt,
      host: host.host,
      signal,
      log: (text) => void emit({ kind: "output", stream: "log", text: String(text) }),
      artifact: async (name: string, content: ArtifactContent) => {
        const stored = await putArtifact(host.artifacts, { run: task.run, item: task.item, name }, content);
        artifacts.set(name, stored);
        return stored;
      },
    };
    try {
      const value = await unlessStopped(signal, close, async () => run(session, context));
      signal.throwIfAborted();
      return jsonValue(value, task.maxValueBytes);
    } finally {
      findings.push(...observed.findings);
    }
  } finally {
    await close();
  }
}

/**
 * The module's value; once it is told to stop, its session is closed, which ends its scripts, and a module that goes on
 * regardless is not waited for.
 */
async function unlessStopped<T>(
  signal: AbortSignal,
  close: () => Promise<void>,
  body: () => Promise<T>,
): Promise<T> {
  const running = body();
  let stopped: (() => void) | undefined;
  let timer: NodeJS.Timeout | undefined;
  const stopping = new Promise<never>((_, reject) => {
    stopped = () => {
      void close().catch(() => undefined);
      timer = setTimeout(() => reject(signal.reason), STOP_GRACE_MS);
    };
    signal.addEventListener("abort", stopped, { once: true });
    if (signal.aborted) stopped();
  });
  try {
    return await Promise.race([running, stopping]);
  } catch (error) {
    // What a stopped module throws is a consequence; why it was stopped is the cause.
    throw signal.aborted ? signal.reason : error;
  } finally {
    clearTimeout(timer);
    if (stopped !== undefined) signal.removeEventListener("abort", stopped);
    running.catch(() => undefined);
  }
}

function jsonValue(value: unknown, maxBytes: number): unknown {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split("\n")[0] : String(cause);
    throw new FleetError("FLEET_VALUE_INVALID", `the module's value cannot be written as JSON: ${reason}`, {
      cause,
    });
  }
  if (text === undefined) return null;
  const bytes = Buffer.byteLength(text);
  if (bytes > maxBytes) {
    throw new FleetError(
      "FLEET_VALUE_TOO_LARGE",
      `the module's value has ${bytes} bytes (limit ${maxBytes})`,
      {
        hint: "store large data with `artifact`, or raise `maxValueBytes`",
      },
    );
  }
  return JSON.parse(text);
}

function cancelled(signal: AbortSignal): FleetError {
  if (FleetError.is(signal.reason)) return signal.reason;
  return new FleetError("FLEET_CANCELLED", "the item was cancelled", { cause: signal.reason });
}

function timedOut(timeoutMs: number): FleetError {
  return new FleetError("FLEET_TIMEOUT", `timed out after ${timeoutMs / 1000} s`);
}

function ended(started: number, artifacts: Map<string, Artifact>, findings: Finding[]) {
  return {
    durationMs: Math.round(performance.now() - started),
    artifacts: [...artifacts.values()],
    findings,
  };
}
