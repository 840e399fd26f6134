/** A worker: takes items from the queue and runs them next to their sessions, on this host. */

import { hostname } from "node:os";
import type { Job, Queue, Worker } from "bullmq";
import { DebugSession } from "../../session/session.js";
import { type ArtifactStore, FolderStore } from "../artifacts.js";
import { errorToData, FleetError, isRetryable } from "../errors.js";
import { checkAllowed } from "../modules.js";
import { type ItemOutcome, runItem } from "../run-item.js";
import type { FleetSessionOptions } from "../types.js";
import { Cancellations } from "./cancellations.js";
import { type BullmqOptions, openStore, type Store } from "./connection.js";
import { EventSender } from "./event-sender.js";
import { Fence } from "./fence.js";
import {
  type ItemJob,
  type ItemProgress,
  type ItemReturn,
  KEEP_SECONDS,
  type OpenJob,
  PROTOCOL,
  queueNames,
  VERSION,
} from "./protocol.js";
import { serveSession } from "./session-host.js";
import { DEFAULT_LOCK_MS, renewInterval, stalledInterval } from "./settings.js";

/** Settings of a worker. */
export interface FleetWorkerOptions extends BullmqOptions {
  /** Modules that may run here: files, folders of files, exports of packages. Nothing else is run. */
  allow: string[];
  /** Items at the same time. Default: 1. */
  concurrency?: number;
  /** Where files of items go: a store, or a folder. Default: the folder `fleet-artifacts`. */
  artifacts?: ArtifactStore | string;
  /** Settings that all sessions of this worker have, whatever the client says: `cacheDir`, `limits`, `sandbox` … */
  session?: FleetSessionOptions;
  /** Name of this host in events and results. Default: the machine's host name. */
  host?: string;
  /**
   * How long a worker that ended without a word keeps an item, in milliseconds. A shorter time finds lost workers sooner;
   * a longer one rides out longer outages of the store. Default: 30,000.
   */
  lockMs?: number;
}

/** What a worker is doing. */
export interface FleetWorkerHealth {
  /** Name of the worker. */
  host: string;
  /** Version of sidewinder. */
  version: string;
  /** `draining`: takes no new items and finishes those that run. */
  state: "running" | "draining" | "closed";
  /** Items and open sessions at the moment. */
  active: number;
  /** Maximum number of items at the same time. */
  concurrency: number;
  /** Items done since it started. */
  done: number;
}

/** Settings of sessions that only the worker decides: paths and secrets of its host. */
const HOST_ONLY = ["outputDir", "cacheDir", "auth", "passEnv", "limits"] as const;

/**
 * A worker of a fleet: one for each host, with as many sessions at once as `concurrency` allows.
 *
 * @example
 * const worker = await FleetWorker.start({ connection: "redis://127.0.0.1", allow: ["./repairs"], concurrency: 4 });
 * process.once("SIGTERM", () => worker.drain(60_000));
 */
export class FleetWorker {
  readonly #options: FleetWorkerOptions;
  readonly #store: Store;
  readonly #artifacts: ArtifactStore;
  readonly #host: string;
  readonly #worker: Worker;
  readonly #fence: Fence;
  readonly #control: Queue;
  readonly #cancellations: Cancellations;
  readonly #senders = new Map<string, { sender: EventSender; queue: Queue; users: number }>();
  readonly #drain = new AbortController();
  #state: FleetWorkerHealth["state"] = "running";
  #active = 0;
  #done = 0;

  /**
   * Connects and begins to take items. What sessions of earlier workers left in this host's cache is removed first.
   *
   * @throws FleetError with code `FLEET_ENGINE_FAILED` when BullMQ or its driver is not installed.
   */
  static async start(options: FleetWorkerOptions): Promise<FleetWorker> {
    const store = await openStore(options);
    const { cacheDir } = options.session ?? {};
    await DebugSession.prune(cacheDir === undefined ? {} : { cacheDir }).catch(() => undefined);
    const worker = new FleetWorker(options, store);
    await worker.#worker.waitUntilReady();
    return worker;
  }

  private constructor(options: FleetWorkerOptions, store: Store) {
    const { artifacts = "fleet-artifacts", concurrency = 1, lockMs = DEFAULT_LOCK_MS } = options;
    const names = queueNames(store.prefix);
    this.#options = options;
    this.#store = store;
    this.#artifacts = typeof artifacts === "string" ? new FolderStore(artifacts) : artifacts;
    this.#host = options.host ?? hostname();
    this.#control = store.queue(names.control);
    this.#cancellations = new Cancellations(this.#control);
    this.#worker = store.worker(
      names.items,
      async (job: Job<ItemJob | OpenJob>, token?: string) => {
        this.#active += 1;
        try {
          return await this.#process(job, token ?? "");
        } finally {
          this.#active -= 1;
          this.#done += 1;
        }
      },
      {
        concurrency,
        lockDuration: lockMs,
        lockRenewTime: renewInterval(lockMs),
        stalledInterval: stalledInterval(lockMs),
        // How often an item may be lost is the run's own setting.
        maxStalledCount: 1_000_000,
        removeOnComplete: { age: KEEP_SECONDS },
        removeOnFail: { age: KEEP_SECONDS },
      },
    );
    this.#fence = new Fence(this.#worker, lockMs);
    void this.#removeOldRuns().catch(() => undefined);
  }

  /** What the worker is doing. */
  health(): FleetWorkerHealth {
    const { concurrency = 1 } = this.#options;
    return {
      host: this.#host,
      version: VERSION,
      state: this.#state,
      active: this.#active,
      concurrency,
      done: this.#done,
    };
  }

  /**
   * Takes no more items, finishes what runs, and closes. What is not done in time is stopped and handed back to the queue,
   * for another worker.
   *
   * @param timeoutMs How long items may go on, in milliseconds. Default: 0, which hands back at once.
   */
  async drain(timeoutMs = 0): Promise<void> {
    if (this.#state !== "running") return;
    this.#state = "draining";
    const timer = setTimeout(() => this.handBack(), timeoutMs);
    try {
      await this.#worker.close();
    } finally {
      clearTimeout(timer);
      this.#cancellations.close();
      await this.#store.close();
      this.#state = "closed";
    }
  }

  /** Stops what runs at once and hands it back; for a worker that drains. */
  handBack(): void {
    this.#drain.abort(new FleetError("FLEET_ITEM_LOST", `worker \`${this.#host}\` is shutting down`));
  }

  async #process(job: Job<ItemJob | OpenJob>, token: string): Promise<unknown> {
    const { data } = job;
    const mismatch = versionMismatch(data, this.#host);
    if (data.kind === "open") {
      if (mismatch !== undefined) throw mismatch;
      this.#checkSession(data.task.session);
      const session = { ...data.task.session, ...this.#options.session };
      return await serveSession(this.#store, data, session, this.#host, this.#drain.signal, (stop) =>
        this.#fence.watch(String(job.id), stop),
      );
    }
    const attempt = job.attemptsStarted;
    const by = { host: this.#host, attempts: attempt };
    const refuse = (error: unknown): ItemReturn => ({ by, outcome: failure(error) });
    if (mismatch !== undefined) return refuse(mismatch);
    const { task, retries } = data;
    if (await this.#cancellations.has(task.run)) {
      return refuse(new FleetError("FLEET_CANCELLED", "the run was cancelled"));
    }
    const before = job.progress as Partial<ItemProgress> | undefined;
    if (job.stalledCounter > retries) {
      const { host = "unknown" } = before ?? {};
      return refuse(
        new FleetError(
          "FLEET_ITEM_LOST",
          `the item was lost ${job.stalledCounter} times, last on \`${host}\``,
          {
            hint: "it may end its worker, for example by using up the memory: set limits for it, or run it by itself",
          },
        ),
      );
    }
    try {
      await checkAllowed(task.module, this.#options.allow);
      this.#checkSession(task.session);
    } catch (error) {
      return refuse(error);
    }
    return await this.#runItem(job as Job<ItemJob>, token, attempt, before);
  }

  async #runItem(
    job: Job<ItemJob>,
    token: string,
    attempt: number,
    before: Partial<ItemProgress> | undefined,
  ): Promise<ItemReturn> {
    const { task, index, retries } = job.data;
    const stop = new AbortController();
    const ends = [
      this.#cancellations.watch(task.run, stop),
      this.#fence.watch(String(job.id), stop),
      onAbort(this.#drain.signal, () => stop.abort(this.#drain.signal.reason)),
    ];
    const sender = this.#senderOf(task.run);
    const origin = { task: index, host: this.#host, attempt };
    try {
      if (before?.host !== undefined) {
        const reason = `worker \`${before.host}\` lost the item, or handed it back`;
        await sender.send({
          task: index,
          host: before.host,
          attempt: before.attempt ?? 1,
          kind: "lost",
          reason,
        });
      }
      await job.updateProgress({ host: this.#host, attempt } satisfies ItemProgress);
      await sender.send({ ...origin, kind: "started" });
      const outcome = await runItem(task, {
        host: this.#host,
        attempt,
        signal: stop.signal,
        artifacts: this.#artifacts,
        session: this.#options.session,
        emit: (event) => sender.send({ ...origin, ...event }),
      });
      await sender.flush();
      if (!outcome.ok && outcome.error.code === "FLEET_ITEM_LOST") await this.#handBack(job, token, 0);
      if (!outcome.ok && attempt <= retries && isRetryable(outcome.error))
        await this.#handBack(job, token, 1_000);
      return { by: { host: this.#host, attempts: attempt }, outcome };
    } finally {
      for (const end of ends) end();
      await this.#releaseSender(task.run);
    }
  }

  /** Returns an item to the queue, for any worker. */
  async #handBack(job: Job<ItemJob>, token: string, delayMs: number): Promise<never> {
    const { DelayedError, WaitingError } = await import("bullmq");
    if (delayMs > 0) {
      await job.moveToDelayed(Date.now() + delayMs, token);
      throw new DelayedError();
    }
    await job.moveToWait(token);
    throw new WaitingError();
  }

  /** A client decides what is built, not what of this host the build sees. */
  #checkSession(session: FleetSessionOptions): void {
    const refused = HOST_ONLY.find((option) => option in session);
    const isOpen = session.isolation === "none";
    if (refused === undefined && !isOpen) return;
    const option = refused ?? "isolation";
    throw new FleetError("FLEET_SESSION_OPTION", `session option \`${option}\` is decided by the worker`, {
      hint: "leave it out, or set it where the worker is started",
    });
  }

  #senderOf(run: string): EventSender {
    const known = this.#senders.get(run) ?? this.#newSender(run);
    known.users += 1;
    return known.sender;
  }

  #newSender(run: string) {
    const queue = this.#store.queue(queueNames(this.#store.prefix).events(run));
    const made = { sender: new EventSender(queue), queue, users: 0 };
    this.#senders.set(run, made);
    return made;
  }

  async #releaseSender(run: string): Promise<void> {
    const known = this.#senders.get(run);
    if (known === undefined) return;
    known.users -= 1;
    if (known.users > 0) return;
    this.#senders.delete(run);
    await known.sender.flush();
    await known.queue.close();
  }

  /** BullMQ expires finished jobs only, and records of runs never finish: every worker removes old ones when it starts. */
  async #removeOldRuns(): Promise<void> {
    const oldest = Date.now() - KEEP_SECONDS * 1_000;
    for (const job of await this.#control.getWaiting()) if (job.timestamp < oldest) await job.remove();
  }
}

function failure(error: unknown): ItemOutcome {
  return { ok: false, error: errorToData(error), durationMs: 0, artifacts: [], findings: [] };
}

function versionMismatch({ protocol, version }: ItemJob | OpenJob, host: string): FleetError | undefined {
  if (protocol === PROTOCOL && version === VERSION) return undefined;
  return new FleetError(
    "FLEET_VERSION_MISMATCH",
    `worker \`${host}\` has sidewinder ${VERSION}, the client has ${version}`,
    { hint: "install the same version on clients and workers" },
  );
}

function onAbort(signal: AbortSignal, listener: () => void): () => void {
  if (signal.aborted) listener();
  signal.addEventListener("abort", listener, { once: true });
  return () => signal.removeEventListener("abort", listener);
}
