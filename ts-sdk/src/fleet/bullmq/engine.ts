/** The client's side: puts items into queues, follows them, and collects their results. */

import { randomUUID } from "node:crypto";
import type { Job, Queue } from "bullmq";
import type { EngineRun, FleetEngine, RunPlan, RunSink } from "../engine.js";
import { errorToData, FleetError } from "../errors.js";
import { type FleetReport, reportOf, type TaskState } from "../report.js";
import type { FleetSession } from "../session.js";
import { type BullmqOptions, openStore, type Store } from "./connection.js";
import {
  cancelJobId,
  type EventBatch,
  type ItemJob,
  type ItemProgress,
  type ItemReturn,
  itemIndex,
  itemJobId,
  KEEP_SECONDS,
  PROTOCOL,
  queueNames,
  type RunRecord,
  runJobId,
  VERSION,
} from "./protocol.js";
import { openRemote } from "./remote-session.js";

/** Items that are added by one call. */
const ADD_AT_ONCE = 100;
/** How often items are asked for by name, as announcements are lost while the store is away, in milliseconds. */
const CHECK_INTERVAL_MS = 1_000;
/** Items that are asked for at a time. */
const CHECK_AT_ONCE = 100;

/** Runs items on workers, over BullMQ. */
export class BullmqEngine implements FleetEngine {
  readonly #options: BullmqOptions;
  readonly #following = new Set<Following>();
  #opened: Promise<Store> | undefined;

  constructor(options: BullmqOptions) {
    this.#options = options;
  }

  async start(plan: RunPlan, sink: RunSink): Promise<EngineRun> {
    const store = await this.#store();
    const { control, items } = queuesOf(store);
    const { tasks, ...record } = plan;
    const data: RunRecord = { ...record, count: tasks.length, owner: randomUUID() };
    await control.add("run", data, { jobId: runJobId(plan.id) });
    // Adding a job whose id is taken does nothing: of two clients at once, one is the owner.
    const kept = (await control.getJob(runJobId(plan.id)))?.data as RunRecord | undefined;
    if (kept?.owner !== data.owner) {
      throw new FleetError("FLEET_RUN_EXISTS", `a run named \`${plan.id}\` exists already`, {
        hint: "resume it, or choose another id",
      });
    }
    const keep = { removeOnComplete: { age: KEEP_SECONDS }, removeOnFail: { age: KEEP_SECONDS } };
    for (let from = 0; from < tasks.length; from += ADD_AT_ONCE) {
      await items.addBulk(
        tasks.slice(from, from + ADD_AT_ONCE).map((task, offset) => {
          const index = from + offset;
          const { retries } = plan;
          const job: ItemJob = { kind: "item", protocol: PROTOCOL, version: VERSION, task, index, retries };
          return { name: "item", data: job, opts: { ...keep, jobId: itemJobId(plan.id, index) } };
        }),
      );
    }
    return this.#follow(store, plan, sink);
  }

  async resume(id: string): ReturnType<FleetEngine["resume"]> {
    const store = await this.#store();
    const { control, items } = queuesOf(store);
    const record = (await control.getJob(runJobId(id)))?.data as RunRecord | undefined;
    if (record === undefined) {
      throw new FleetError("FLEET_RUN_NOT_FOUND", `run not found: \`${id}\``, {
        hint: "runs are kept for 7 days; check the id, and that the connection and queue name are those of the run",
      });
    }
    const { count, ...rest } = record;
    const plan: RunPlan = { ...rest, tasks: [] };
    for (let index = 0; index < count; index += 1) {
      const job = (await items.getJob(itemJobId(id, index))) as Job<ItemJob> | undefined;
      // Its client was killed while it added items: what was never added is lost, and said to be.
      plan.tasks.push(
        job?.data.task ?? ({ run: id, item: index, module: record.module, variant: {} } as never),
      );
    }
    return { plan, begin: async (sink) => this.#follow(store, plan, sink) };
  }

  /**
   * The state of a run, without following it: its client gets all events.
   *
   * @throws FleetError with code `FLEET_RUN_NOT_FOUND`.
   */
  async report(id: string): Promise<FleetReport> {
    const { plan } = await this.resume(id);
    const { items } = queuesOf(await this.#store());
    const states: TaskState[] = [];
    for (const index of plan.tasks.keys()) states.push(await stateOf(items, itemJobId(id, index)));
    return reportOf(plan, (task) => states[task] ?? { state: "waiting" });
  }

  async open(...[variant, session, signal]: Parameters<FleetEngine["open"]>): Promise<FleetSession> {
    return await openRemote(await this.#store(), variant, session, signal);
  }

  async close(): Promise<void> {
    for (const following of this.#following) following.leave();
    const store = await this.#opened?.catch(() => undefined);
    this.#opened = undefined;
    await store?.close();
  }

  #follow(store: Store, plan: RunPlan, sink: RunSink): Following {
    const following = new Following(store, plan, sink, () => this.#following.delete(following));
    this.#following.add(following);
    return following;
  }

  #store(): Promise<Store> {
    this.#opened ??= openStore(this.#options);
    return this.#opened;
  }
}

function queuesOf(store: Store): { items: Queue; control: Queue } {
  const names = queueNames(store.prefix);
  return { items: store.queue(names.items), control: store.queue(names.control) };
}

/** The state of an item, as the queue has it. */
async function stateOf(items: Queue, id: string): Promise<TaskState> {
  const job = (await items.getJob(id)) as Job<ItemJob, ItemReturn> | undefined;
  if (job === undefined) return finished(failed(lost("the queue does not have it"), "", 0));
  const state = await job.getState();
  const { host = "", attempt = 0 } = (job.progress ?? {}) as Partial<ItemProgress>;
  if (state === "completed") return finished(job.returnvalue);
  if (state === "failed") return finished(failed(lost(job.failedReason), host, attempt));
  return state === "active" ? { state: "running", host, attempts: attempt } : { state: "waiting" };
}

function finished({ by, outcome }: ItemReturn): TaskState {
  return { state: "finished", by, outcome };
}

/** Follows a run: events through their queue, results by announcements and, as those can be lost, by asking. */
class Following implements EngineRun {
  readonly #plan: RunPlan;
  readonly #sink: RunSink;
  readonly #items: Queue;
  readonly #control: Queue;
  readonly #eventsQueue: Queue;
  readonly #pending: Set<number>;
  /** Results whose events may not be through yet. */
  readonly #finished = new Map<number, ItemReturn>();
  readonly #closable: { close(): Promise<void> }[] = [];
  readonly #onOver: () => void;
  #isCancelled = false;
  #isOver = false;
  #next = 0;

  constructor(store: Store, plan: RunPlan, sink: RunSink, onOver: () => void) {
    const names = queueNames(store.prefix);
    this.#plan = plan;
    this.#sink = sink;
    this.#onOver = onOver;
    this.#pending = new Set(plan.tasks.keys());
    ({ items: this.#items, control: this.#control } = queuesOf(store));
    this.#eventsQueue = store.queue(names.events(plan.id));
    const events = store.worker(
      names.events(plan.id),
      async ({ data }: Job<EventBatch>) => {
        for (const event of data.events) if (!this.#isOver) await sink.event(event);
        for (const index of data.finished ?? []) this.#report(index);
      },
      { concurrency: 1 },
    );
    const announcements = store.events(names.items);
    announcements.on("completed", ({ jobId, returnvalue }) => {
      const index = itemIndex(plan.id, jobId);
      if (index !== undefined) this.#finish(index, returnvalue as unknown as ItemReturn);
    });
    announcements.on("failed", ({ jobId }) => {
      const index = itemIndex(plan.id, jobId);
      if (index !== undefined) void this.#check(index).catch(() => undefined);
    });
    this.#closable.push(events, announcements);
    void this.#checkAll();
  }

  cancel(): void {
    if (this.#isCancelled) return;
    this.#isCancelled = true;
    void this.#cancel().catch((error: unknown) => this.#sink.failed(error));
  }

  /** The client goes; the run goes on, and can be resumed. */
  leave(): void {
    this.#sink.failed(
      new FleetError("FLEET_CLOSED", "the fleet was closed while the run was going on", {
        hint: `resume it by its id, \`${this.#plan.id}\``,
      }),
    );
  }

  async release(): Promise<void> {
    this.#isOver = true;
    this.#onOver();
    await Promise.allSettled(this.#closable.map((made) => made.close()));
    // Events that nobody will read. Those of a run that goes on are for the client that resumes it.
    if (this.#pending.size > 0) return;
    await this.#eventsQueue.obliterate({ force: true }).catch(() => undefined);
  }

  async #cancel(): Promise<void> {
    // Workers look for this; see `Cancellations`.
    await this.#control.add("cancel", {}, { jobId: cancelJobId(this.#plan.id) });
    await Promise.all([...this.#pending].map((index) => this.#withdraw(index)));
  }

  /** Takes an item out of the queue that no worker has begun. */
  async #withdraw(index: number): Promise<void> {
    if ((await this.#items.getJobState(itemJobId(this.#plan.id, index))) === "active") return;
    const isRemoved = await this.#items.remove(itemJobId(this.#plan.id, index)).catch(() => 0);
    if (isRemoved !== 1) return;
    const error = new FleetError("FLEET_CANCELLED", "the item was cancelled before it started");
    this.#finish(index, failed(error, "", 0));
  }

  async #checkAll(): Promise<void> {
    while (!this.#isOver) {
      await new Promise((resolve) => setTimeout(resolve, CHECK_INTERVAL_MS).unref());
      const pending = [...this.#pending];
      const from = this.#next % Math.max(1, pending.length);
      this.#next = from + CHECK_AT_ONCE;
      for (const index of pending.slice(from, from + CHECK_AT_ONCE)) {
        if (this.#isOver) return;
        // While the store is away there is nothing to be learnt; the next round asks again.
        await this.#check(index).catch(() => undefined);
      }
    }
  }

  async #check(index: number): Promise<void> {
    const id = itemJobId(this.#plan.id, index);
    const state = await this.#items.getJobState(id);
    if (this.#isOver || !this.#pending.has(index)) return;
    if (state === "completed" || state === "failed") {
      const job = (await this.#items.getJob(id)) as Job<ItemJob, ItemReturn> | undefined;
      if (job === undefined) return;
      const { host = "", attempt = 0 } = (job.progress ?? {}) as Partial<ItemProgress>;
      if (state === "completed") this.#finish(index, job.returnvalue);
      else this.#finish(index, failed(lost(job.failedReason), host, attempt));
    } else if (state === "unknown") {
      this.#finish(index, failed(lost("the queue does not have it"), "", 0));
    } else if (this.#isCancelled) {
      await this.#withdraw(index);
    }
  }

  /**
   * A result comes to know by another connection than the events before it. A mark in the queue of events says when those
   * are through.
   */
  #finish(index: number, returned: ItemReturn): void {
    if (this.#isOver || !this.#pending.delete(index)) return;
    this.#finished.set(index, returned);
    const mark = { events: [], finished: [index] } satisfies EventBatch;
    this.#eventsQueue.add("finished", mark, { removeOnComplete: true }).catch(() => this.#report(index));
  }

  #report(index: number): void {
    const returned = this.#finished.get(index);
    if (this.#isOver || returned === undefined) return;
    this.#finished.delete(index);
    this.#sink.finished(index, returned.by, returned.outcome);
  }
}

function failed(error: FleetError, host: string, attempts: number): ItemReturn {
  const outcome = {
    ok: false as const,
    error: errorToData(error),
    durationMs: 0,
    artifacts: [],
    findings: [],
  };
  return { by: { host, attempts }, outcome };
}

function lost(reason: string): FleetError {
  return new FleetError("FLEET_ITEM_LOST", `the item was lost: ${reason}`, {
    hint: "its worker ended or lost the queue; see the worker's log, and raise `retries` if that is expected",
  });
}
