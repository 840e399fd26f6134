/** Watches for runs that were cancelled, while items of them run here. */

import type { Queue } from "bullmq";
import { FleetError } from "../errors.js";
import { cancelJobId } from "./protocol.js";

/** How often the store is asked, in milliseconds. */
const POLL_INTERVAL_MS = 250;

/** Aborts the items of cancelled runs. */
export class Cancellations {
  readonly #control: Queue;
  readonly #items = new Map<string, Set<AbortController>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(control: Queue) {
    this.#control = control;
  }

  /** Whether a run is cancelled. */
  async has(run: string): Promise<boolean> {
    return (await this.#control.getJob(cancelJobId(run))) !== undefined;
  }

  /** Watches a run for an item; returns what ends that. */
  watch(run: string, item: AbortController): () => void {
    const items = this.#items.get(run) ?? new Set();
    this.#items.set(run, items.add(item));
    this.#timer ??= setTimeout(() => void this.#poll(), POLL_INTERVAL_MS);
    return () => {
      items.delete(item);
      if (items.size === 0) this.#items.delete(run);
    };
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#items.clear();
  }

  async #poll(): Promise<void> {
    for (const [run, items] of this.#items) {
      // While the store is away nothing is known; the fence of the item ends it if that lasts.
      if (!(await this.has(run).catch(() => false))) continue;
      for (const item of items) item.abort(new FleetError("FLEET_CANCELLED", "the run was cancelled"));
    }
    this.#timer = this.#items.size === 0 ? undefined : setTimeout(() => void this.#poll(), POLL_INTERVAL_MS);
  }
}
