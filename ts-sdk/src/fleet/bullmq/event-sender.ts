/** Sends events of a run to its client: in batches, in order, with bounded memory. */

import type { Queue } from "bullmq";
import type { TaskEvent } from "../engine.js";
import type { EventBatch } from "./protocol.js";

/** Events are collected this long before a batch is sent, in milliseconds. */
const BATCH_DELAY_MS = 30;
/** A batch has about this many characters at most. */
const MAX_BATCH_CHARS = 256 * 1024;
/** Writers that can wait do so while more than this is not sent. */
const HIGH_WATER_CHARS = 512 * 1024;
/** Output of writers that cannot wait is dropped while more than this is not sent. */
const MAX_UNSENT_CHARS = 8 * 1024 * 1024;
/** Batches that may wait for the client. */
const MAX_WAITING_BATCHES = 16;
/** How often a full queue is looked at again, in milliseconds. */
const FULL_DELAY_MS = 50;

/** Sends the events of one run from one worker. */
export class EventSender {
  readonly #queue: Queue;
  #events: { event: TaskEvent; chars: number }[] = [];
  #chars = 0;
  #omitted = new Map<string, number>();
  #sending: Promise<void> | undefined;
  #waiting: (() => void)[] = [];

  constructor(queue: Queue) {
    this.#queue = queue;
  }

  /** Adds an event; resolves once there is room for more. */
  async send(event: TaskEvent): Promise<void> {
    if (event.kind === "output") this.#addOutput(event);
    else this.#add(event, JSON.stringify(event).length);
    this.#sending ??= this.#sendAll();
    if (this.#chars > HIGH_WATER_CHARS) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** Resolves when all events are sent or dropped. */
  async flush(): Promise<void> {
    await this.#sending;
  }

  #add(event: TaskEvent, chars: number): void {
    this.#events.push({ event, chars });
    this.#chars += chars;
  }

  /** Joins output that follows output of the same stream; counts what has no room. */
  #addOutput(event: TaskEvent & { kind: "output" }): void {
    const key = `${event.task} ${event.stream}`;
    if (this.#chars > MAX_UNSENT_CHARS) {
      this.#omitted.set(key, (this.#omitted.get(key) ?? 0) + event.text.length);
      return;
    }
    const omitted = this.#omitted.get(key);
    this.#omitted.delete(key);
    const last = this.#events.at(-1);
    const isSame =
      omitted === undefined &&
      last?.event.kind === "output" &&
      event.stream !== "log" &&
      last.event.task === event.task &&
      last.event.stream === event.stream &&
      last.chars + event.text.length < MAX_BATCH_CHARS;
    if (isSame && last.event.kind === "output") {
      last.event = { ...last.event, text: last.event.text + event.text };
      last.chars += event.text.length;
      this.#chars += event.text.length;
    } else {
      this.#add({ ...event, ...(omitted === undefined ? {} : { omitted }) }, event.text.length + 64);
    }
  }

  async #sendAll(): Promise<void> {
    try {
      await delay(BATCH_DELAY_MS);
      while (this.#events.length > 0) {
        const isRead = await this.#waitForRoom();
        const batch = this.#take();
        // Without a client nobody waits; what became of items is in their results.
        if (isRead)
          await this.#queue.add("events", { events: batch } satisfies EventBatch, { removeOnComplete: true });
        if (this.#chars <= HIGH_WATER_CHARS) for (const resolve of this.#waiting.splice(0)) resolve();
      }
    } catch {
      // The store is gone for good or the worker is closing: events are not worth failing an item for.
      this.#events = [];
      this.#chars = 0;
    } finally {
      this.#sending = undefined;
      for (const resolve of this.#waiting.splice(0)) resolve();
    }
  }

  /** Waits while the client is behind; whether there is room, or a full queue that nobody reads. */
  async #waitForRoom(): Promise<boolean> {
    while ((await this.#queue.getWaitingCount()) >= MAX_WAITING_BATCHES) {
      if ((await this.#queue.getWorkersCount()) === 0) return false;
      await delay(FULL_DELAY_MS);
    }
    return true;
  }

  #take(): TaskEvent[] {
    let chars = 0;
    let count = 0;
    for (const event of this.#events) {
      if (count > 0 && chars + event.chars > MAX_BATCH_CHARS) break;
      chars += event.chars;
      count += 1;
    }
    this.#chars -= chars;
    return this.#events.splice(0, count).map(({ event }) => event);
  }
}

function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
