/** A run of a fleet: its events as they come, its results in the order of the items. */

import type { EngineRun, RunPlan, RunSink, TaskEvent } from "./engine.js";
import { errorFromData, FleetError } from "./errors.js";
import { EventStream } from "./event-stream.js";
import { type FleetReport, reportOf } from "./report.js";
import type { ItemOutcome } from "./run-item.js";
import type { FleetEvent, FleetResult } from "./types.js";

const INSPECT = Symbol.for("nodejs.util.inspect.custom");

/** How a task ended, and where. */
interface Finished {
  by: { host: string; attempts: number };
  outcome: ItemOutcome;
}

/**
 * A run: an async iterable of its events, and a promise of its results.
 *
 * Scripts wait while the loop over events is behind. Without a loop, or after it was left, events are dropped and the run
 * goes on.
 *
 * @example
 * const run = fleet.run(new URL("./repair.mjs", import.meta.url), [variant], { session: { channels: ["conda-forge"] } });
 * for await (const event of run) if (event.kind === "started") console.log(event.item, event.attempt); // → 0 1
 * const [result] = await run.results;
 * console.log(result.ok); // → true
 */
export class FleetRun<Value = unknown> implements AsyncIterable<FleetEvent<Value>> {
  /** Name of the run, e.g. to resume it from another process. */
  readonly id: string;
  /**
   * The results, in the order of the items; an item that failed is a result with an error. Rejects with the reason of the
   * run's `signal` when that aborts, and with a `FleetError` when the engine itself fails.
   */
  readonly results: Promise<FleetResult<Value>[]>;
  /** Resolves when the engine has all items: from then on the run can be resumed, even if this process ends. */
  readonly submitted: Promise<void>;
  readonly #plan: Promise<RunPlan>;
  readonly #events = new EventStream<FleetEvent<Value>>();
  readonly #finished = new Map<number, Finished>();
  readonly #running = new Map<number, Finished["by"]>();
  #stop: (reason: unknown) => void = () => undefined;

  /** @internal */
  constructor(
    id: string,
    prepare: () => Promise<{ plan: RunPlan; begin(sink: RunSink): Promise<EngineRun> }>,
    signal: AbortSignal | undefined,
  ) {
    this.id = id;
    const prepared = prepare();
    this.#plan = prepared.then(({ plan }) => plan);
    let submit: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      submit = resolve;
    });
    this.results = this.#run(prepared, signal, submit);
    // What fails before that rejects both.
    this.submitted = Promise.race([begun, this.results.then(() => undefined)]);
    this.submitted.catch(() => undefined);
    const end = (failure: { error?: unknown } = {}): void => this.#events.end(failure);
    // Also keeps a rejection from ending the process when only the events, which throw it as well, are used.
    this.results.then(
      () => end(),
      (error: unknown) => end({ error }),
    );
    this.#plan.catch(() => undefined);
  }

  /** Cancels the run: scripts that run are ended, and `results` has a `FLEET_CANCELLED` error for every item not done. */
  cancel(): void {
    this.#stop(new FleetError("FLEET_CANCELLED", "the run was cancelled"));
  }

  /** The state of the run as plain data: for a report page, or a file. */
  async report(): Promise<FleetReport> {
    const plan = await this.#plan;
    return reportOf(plan, (task) => {
      const finished = this.#finished.get(task);
      if (finished !== undefined) return { state: "finished", ...finished };
      const running = this.#running.get(task);
      return running === undefined ? { state: "waiting" } : { state: "running", ...running };
    });
  }

  /** Iterates over the events of the run. */
  [Symbol.asyncIterator](): AsyncGenerator<FleetEvent<Value>, void, undefined> {
    return this.#events[Symbol.asyncIterator]();
  }

  /** @internal What `console.log` shows in Node.js. */
  [INSPECT](): string {
    return `FleetRun { ${this.id} }`;
  }

  async #run(
    prepared: ReturnType<ConstructorParameters<typeof FleetRun>[1]>,
    signal: AbortSignal | undefined,
    onSubmitted: () => void,
  ): Promise<FleetResult<Value>[]> {
    signal?.throwIfAborted();
    const { plan, begin } = await prepared;
    const itemsOf = groups(plan.taskOf);
    let engine: EngineRun | undefined;
    let reason: unknown;
    this.#stop = (why) => {
      reason ??= why;
      engine?.cancel(why);
    };
    let failed: (error: unknown) => void = () => undefined;
    const all = new Promise<void>((resolve, reject) => {
      failed = reject;
      if (plan.tasks.length === 0) resolve();
      this.#finish = (task, finished) => {
        if (this.#finished.has(task)) return;
        this.#finished.set(task, finished);
        for (const item of itemsOf.get(task) ?? []) {
          const result = resultOf<Value>(item, finished);
          const { host, attempts } = finished.by;
          this.#events.add({ item, host, attempt: attempts, kind: "result", result });
        }
        if (this.#finished.size === plan.tasks.length) resolve();
      };
    });
    const abort = (): void => {
      this.#stop(signal?.reason);
    };
    signal?.addEventListener("abort", abort, { once: true });
    try {
      engine = await begin({
        event: (event) => this.#event(event, itemsOf),
        finished: (task, by, outcome) => this.#finish(task, { by, outcome }),
        failed,
      });
      onSubmitted();
      if (reason !== undefined) engine.cancel(reason);
      if (signal?.aborted) abort();
      await all;
    } finally {
      signal?.removeEventListener("abort", abort);
      await engine?.release();
    }
    signal?.throwIfAborted();
    return plan.taskOf.map((task, item) => resultOf<Value>(item, this.#finished.get(task) as Finished));
  }

  #finish: (task: number, finished: Finished) => void = () => undefined;

  async #event({ task, ...event }: TaskEvent, itemsOf: Map<number, number[]>): Promise<void> {
    if (event.kind === "started") this.#running.set(task, { host: event.host, attempts: event.attempt });
    for (const item of itemsOf.get(task) ?? []) await this.#events.push({ item, ...event });
  }
}

function groups(taskOf: number[]): Map<number, number[]> {
  const items = new Map<number, number[]>();
  for (const [item, task] of taskOf.entries()) items.set(task, [...(items.get(task) ?? []), item]);
  return items;
}

function resultOf<Value>(item: number, { by, outcome }: Finished): FleetResult<Value> {
  const { durationMs, artifacts, findings } = outcome;
  const common = { item, ...by, durationMs, artifacts, findings };
  return outcome.ok
    ? { ...common, ok: true, value: outcome.value as Value }
    : { ...common, ok: false, error: errorFromData(outcome.error) };
}
