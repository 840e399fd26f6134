/** Stops items whose lock may be lost, before another worker gets them: an item never runs twice at the same time. */

import type { Worker } from "bullmq";
import { FleetError } from "../errors.js";
import { fenceAfter } from "./settings.js";

/** Aborts items whose lock was not renewed in time. */
export class Fence {
  readonly #lockMs: number;
  readonly #items = new Map<string, { item: AbortController; timer: NodeJS.Timeout }>();

  /** @param worker Renews the locks of its jobs, and says so. */
  constructor(worker: Worker, lockMs: number) {
    this.#lockMs = lockMs;
    worker.on("locksRenewed", ({ jobIds }) => {
      for (const id of jobIds) this.#items.get(id)?.timer.refresh();
    });
    worker.on("lockRenewalFailed", (jobIds) => {
      for (const id of jobIds) this.#stop(id);
    });
  }

  /** Watches an item; returns what ends that. */
  watch(jobId: string, item: AbortController): () => void {
    const timer = setTimeout(() => this.#stop(jobId), fenceAfter(this.#lockMs));
    this.#items.set(jobId, { item, timer });
    return () => {
      clearTimeout(timer);
      this.#items.delete(jobId);
    };
  }

  #stop(jobId: string): void {
    const reason = "the connection to the queue was lost for too long; another worker may have the item";
    this.#items.get(jobId)?.item.abort(new FleetError("FLEET_ITEM_LOST", reason));
  }
}
