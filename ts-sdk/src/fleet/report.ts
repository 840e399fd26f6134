/** A run as plain data, for reports and status displays. */

import type { ErrorData } from "../errors.js";
import type { Finding } from "../generated/types.js";
import type { RunPlan } from "./engine.js";
import type { ItemOutcome } from "./run-item.js";
import type { Artifact } from "./types.js";

/** One item of a report. */
export type FleetReportItem = {
  item: number;
  name: string;
  version: string;
  buildString: string;
} & (
  | { state: "waiting" }
  | { state: "running"; host: string; attempts: number }
  | ({
      host: string;
      attempts: number;
      durationMs: number;
      artifacts: Artifact[];
      findings: Finding[];
    } & ({ state: "done"; value: unknown } | { state: "failed"; error: ErrorData }))
);

/** The state of a run. */
export interface FleetReport {
  /** Name of the run. */
  id: string;
  /** The module that ran. */
  module: string;
  /** When the run was started, as RFC 3339. */
  created: string;
  /** The items, in the order in which they were given. */
  items: FleetReportItem[];
}

/** What is known of a task. */
export type TaskState =
  | { state: "waiting" }
  | { state: "running"; host: string; attempts: number }
  | { state: "finished"; by: { host: string; attempts: number }; outcome: ItemOutcome };

/** The report of a run whose tasks are in these states. */
export function reportOf(plan: RunPlan, states: (task: number) => TaskState): FleetReport {
  const items = plan.taskOf.map((index, item): FleetReportItem => {
    const { name = "", version = "", buildString = "" } = plan.tasks[index]?.variant ?? {};
    const described = { item, name, version, buildString };
    const state = states(index);
    if (state.state !== "finished") return { ...described, ...state };
    const { by, outcome } = state;
    const { durationMs, artifacts, findings } = outcome;
    const finished = { ...described, ...by, durationMs, artifacts, findings };
    return outcome.ok
      ? { ...finished, state: "done", value: outcome.value }
      : { ...finished, state: "failed", error: outcome.error };
  });
  return { id: plan.id, module: plan.module, created: new Date(plan.created).toISOString(), items };
}

/** Why items failed: the same cause in several items is one group, the largest first. */
export function failureGroups(report: FleetReport): { cause: string; items: FleetReportItem[] }[] {
  const groups = new Map<string, FleetReportItem[]>();
  for (const item of report.items) {
    const cause = causeOf(item);
    if (cause !== undefined) groups.set(cause, [...(groups.get(cause) ?? []), item]);
  }
  return [...groups]
    .map(([cause, items]) => ({ cause, items }))
    .sort((a, b) => b.items.length - a.items.length);
}

/** The first finding of the last failed script, or else the error. */
function causeOf(item: FleetReportItem): string | undefined {
  if (item.state !== "done" && item.state !== "failed") return undefined;
  const [finding] = item.findings;
  if (item.state === "failed") return finding?.message ?? item.error.message.split("\n")[0];
  return undefined;
}
