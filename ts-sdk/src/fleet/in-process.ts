/** The engine that needs nothing else: items run in this process, a few at a time. */

import { hostname } from "node:os";
import { DebugSession } from "../session/session.js";
import type { ArtifactStore } from "./artifacts.js";
import type { EngineRun, FleetEngine, RunPlan, RunSink } from "./engine.js";
import { errorToData, FleetError, isRetryable } from "./errors.js";
import { type ItemTask, runItem } from "./run-item.js";
import { type FleetSession, localSession } from "./session.js";

/** Settings of the engine. */
export interface InProcessOptions {
  /** Items that run at the same time, over all runs. */
  concurrency: number;
  artifacts: ArtifactStore;
}

/** One attempt that waits for its turn. */
interface Turn {
  signal: AbortSignal;
  begin(): Promise<void>;
}

/** Runs items in this process. */
export class InProcessEngine implements FleetEngine {
  readonly #options: InProcessOptions;
  readonly #host = hostname();
  readonly #runs = new Set<AbortController>();
  readonly #turns: Turn[] = [];
  #running = 0;

  constructor(options: InProcessOptions) {
    this.#options = options;
  }

  async start(plan: RunPlan, sink: RunSink): Promise<EngineRun> {
    const stop = new AbortController();
    this.#runs.add(stop);
    for (const [index, task] of plan.tasks.entries()) this.#enqueue(plan, sink, stop.signal, index, task, 1);
    return {
      cancel: (reason) => {
        stop.abort(reason);
        this.#skipCancelled();
      },
      release: async () => void this.#runs.delete(stop),
    };
  }

  resume(id: string): Promise<never> {
    return Promise.reject(
      new FleetError("FLEET_RUN_NOT_FOUND", `run not found: \`${id}\``, {
        hint: "runs of this process end with it; use a queue engine to resume runs",
      }),
    );
  }

  async open(...[variant, options, signal]: Parameters<FleetEngine["open"]>): Promise<FleetSession> {
    const session = await DebugSession.create(variant, {
      ...options,
      ...(signal === undefined ? {} : { signal }),
    });
    return localSession(session, this.#host);
  }

  async close(): Promise<void> {
    for (const run of this.#runs) run.abort(new FleetError("FLEET_CLOSED", "the fleet was closed"));
    this.#skipCancelled();
  }

  #enqueue(
    plan: RunPlan,
    sink: RunSink,
    signal: AbortSignal,
    index: number,
    task: ItemTask,
    attempt: number,
  ): void {
    const origin = { task: index, host: this.#host, attempt };
    const begin = async (): Promise<void> => {
      if (signal.aborted) {
        const error = new FleetError("FLEET_CANCELLED", "the item was cancelled before it started");
        const outcome = {
          ok: false as const,
          error: errorToData(error),
          durationMs: 0,
          artifacts: [],
          findings: [],
        };
        sink.finished(index, { host: "", attempts: attempt - 1 }, outcome);
        return;
      }
      await sink.event({ ...origin, kind: "started" });
      const outcome = await runItem(task, {
        host: this.#host,
        attempt,
        signal,
        artifacts: this.#options.artifacts,
        emit: (event) => sink.event({ ...origin, ...event }),
      });
      if (!outcome.ok && attempt <= plan.retries && isRetryable(outcome.error) && !signal.aborted) {
        await sink.event({ ...origin, kind: "lost", reason: outcome.error.message });
        this.#enqueue(plan, sink, signal, index, task, attempt + 1);
      } else {
        sink.finished(index, { host: this.#host, attempts: attempt }, outcome);
      }
    };
    this.#turns.push({ signal, begin: () => begin().catch((error: unknown) => sink.failed(error)) });
    this.#next();
  }

  #next(): void {
    while (this.#running < this.#options.concurrency) {
      const turn = this.#turns.shift();
      if (turn === undefined) return;
      this.#running += 1;
      void turn.begin().finally(() => {
        this.#running -= 1;
        this.#next();
      });
    }
  }

  /** Items of cancelled runs finish at once; they need no place. */
  #skipCancelled(): void {
    const cancelled = this.#turns.filter(({ signal }) => signal.aborted);
    this.#turns.splice(0, this.#turns.length, ...this.#turns.filter(({ signal }) => !signal.aborted));
    for (const turn of cancelled) void turn.begin();
  }
}
