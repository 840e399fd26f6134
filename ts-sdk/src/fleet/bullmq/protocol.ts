/** What crosses the queues: names, jobs and their results. Clients and workers of one version agree on all of it. */

import { readFileSync } from "node:fs";
import type { RunPlan, TaskEvent } from "../engine.js";
import type { ItemOutcome, ItemTask } from "../run-item.js";
import type { FleetSessionOptions } from "../types.js";

/** Raised when jobs change their form. */
export const PROTOCOL = 1;

/** Version of this package. */
export const VERSION = String(
  (
    JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as {
      version: unknown;
    }
  ).version,
);

/** How long finished items and records of runs are kept, in seconds: 7 days. */
export const KEEP_SECONDS = 7 * 24 * 3600;

/** Names of the queues of a fleet. */
export const queueNames = (prefix: string) => ({
  /** Items that wait for a worker. */
  items: `${prefix}-items`,
  /** Records of runs, and which of them are cancelled. Nothing takes jobs from it. */
  control: `${prefix}-control`,
  /** Events of one run, for its client. */
  events: (run: string) => `${prefix}-events-${run}`,
  /** Calls of an open session, for the worker that has it. */
  calls: (session: string) => `${prefix}-calls-${session}`,
});

/** An item that waits for a worker. */
export interface ItemJob {
  kind: "item";
  protocol: number;
  version: string;
  task: ItemTask;
  /** Index of the task in its run. */
  index: number;
  retries: number;
}

/** A session that waits for a worker. */
export interface OpenJob {
  kind: "open";
  protocol: number;
  version: string;
  /** Name of the session. */
  session: string;
  task: Pick<ItemTask, "variant"> & { session: FleetSessionOptions };
}

/** What a job of an item returns. */
export interface ItemReturn {
  by: { host: string; attempts: number };
  outcome: ItemOutcome;
}

/** What a worker writes down when it begins an item: who had it, should it be lost. */
export interface ItemProgress {
  host: string;
  attempt: number;
}

/** A batch of events of a run. */
export interface EventBatch {
  events: TaskEvent[];
  /** The client's own mark: results of these items are due, now that all events before are through. */
  finished?: number[];
}

/** What is kept of a run, next to its items. */
export type RunRecord = Omit<RunPlan, "tasks"> & {
  /** Number of its items in the queue. */
  count: number;
  /** Distinguishes the client that started it from another one with the same id. */
  owner: string;
};

export const runJobId = (run: string): string => `run-${run}`;
export const cancelJobId = (run: string): string => `cancel-${run}`;
export const itemJobId = (run: string, index: number): string => `${run}-${index}`;

/** The index of an item's job in a run; undefined for jobs of others. */
export function itemIndex(run: string, jobId: string): number | undefined {
  const rest = jobId.startsWith(`${run}-`) ? jobId.slice(run.length + 1) : "";
  return /^\d+$/.test(rest) ? Number(rest) : undefined;
}
