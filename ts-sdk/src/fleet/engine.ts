/** What runs the items of a fleet: this process, or workers behind a queue. */

import type { RenderedVariant } from "../generated/types.js";
import type { ItemEvent, ItemOutcome, ItemTask } from "./run-item.js";
import type { FleetSession } from "./session.js";
import type { FleetSessionOptions } from "./types.js";

/** All that an engine needs to run a run: items are numbered, equal ones are merged already. */
export interface RunPlan {
  id: string;
  module: string;
  tasks: ItemTask[];
  retries: number;
  /** For each item of the caller, which task gives its result. */
  taskOf: number[];
  /** Milliseconds since 1970. */
  created: number;
}

/** An event of a task on a host. */
export type TaskEvent = { task: number; host: string; attempt: number } & (
  | ItemEvent
  | { kind: "started" }
  | { kind: "lost"; reason: string }
);

/** What an engine reports to. */
export interface RunSink {
  /** Resolves once there is room for more. */
  event(event: TaskEvent): Promise<void>;
  /** Called once for each task. */
  finished(task: number, by: { host: string; attempts: number }, outcome: ItemOutcome): void;
  /** The engine cannot go on; tasks that are not finished stay so. */
  failed(error: unknown): void;
}

/** A run that is going on. */
export interface EngineRun {
  /** Stops what runs, and starts nothing more; every task still finishes, with `FLEET_CANCELLED`. */
  cancel(reason: unknown): void;
  /** The run is over: nothing of it is needed any longer. */
  release(): Promise<void>;
}

/** Runs items. */
export interface FleetEngine {
  /** Starts a run; resolves once its tasks are accepted. */
  start(plan: RunPlan, sink: RunSink): Promise<EngineRun>;
  /** Goes on with a run that another client began. */
  resume(id: string): Promise<{ plan: RunPlan; begin(sink: RunSink): Promise<EngineRun> }>;
  /** A session on one of the hosts. */
  open(variant: RenderedVariant, options: FleetSessionOptions, signal?: AbortSignal): Promise<FleetSession>;
  /** Ends connections. Runs that go on elsewhere are not stopped. */
  close(): Promise<void>;
}
