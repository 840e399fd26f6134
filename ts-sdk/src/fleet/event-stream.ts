/** A stream of events with one reader: bounded memory, and back-pressure while somebody reads. */

/** Events kept for a reader that has not begun yet. */
const MAX_EARLY_EVENTS = 1024;
/** Events that may wait for a reader before writers wait. */
const MAX_WAITING_EVENTS = 64;

/**
 * Events in order. `push` waits while a reader is behind. Before a reader begins, the latest events are kept and nobody
 * waits; after it leaves, events are dropped.
 */
export class EventStream<Event> implements AsyncIterable<Event> {
  #events: Event[] = [];
  #state: "early" | "read" | "left" = "early";
  #end: { error?: unknown } | undefined;
  #wakeReader: (() => void) | undefined;
  #writers: (() => void)[] = [];

  /** Adds an event; resolves once there is room for the next one. */
  push(event: Event): Promise<void> {
    this.add(event);
    if (this.#state !== "read" || this.#events.length < MAX_WAITING_EVENTS) return Promise.resolve();
    return new Promise((resolve) => this.#writers.push(resolve));
  }

  /** Adds an event from where nothing can wait. */
  add(event: Event): void {
    if (this.#state === "left" || this.#end !== undefined) return;
    this.#events.push(event);
    if (this.#state === "early" && this.#events.length > MAX_EARLY_EVENTS) this.#events.shift();
    this.#wakeReader?.();
  }

  /** Ends the stream, with an error that the reader gets after the last event. */
  end(failure: { error?: unknown } = {}): void {
    this.#end ??= failure;
    this.#wakeReader?.();
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#writers.splice(0)) resolve();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Event, void, undefined> {
    if (this.#state === "read") throw new TypeError("the events of a run can be read by one loop only");
    this.#state = "read";
    try {
      while (true) {
        const event = this.#events.shift();
        if (event !== undefined) {
          if (this.#events.length < MAX_WAITING_EVENTS) this.#release();
          yield event;
        } else if (this.#end !== undefined) {
          if ("error" in this.#end) throw this.#end.error;
          return;
        } else {
          await new Promise<void>((resolve) => {
            this.#wakeReader = resolve;
          });
          this.#wakeReader = undefined;
        }
      }
    } finally {
      // A reader that leaves early does not hold up the run.
      this.#state = "left";
      this.#events = [];
      this.#release();
    }
  }
}
