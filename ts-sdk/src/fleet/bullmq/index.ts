/**
 * The engine of a fleet whose items run on workers of other hosts, over BullMQ, with Redis or PostgreSQL.
 *
 * Needs the packages `bullmq` and `ioredis` or `pg`, which `sidewinder` does not install.
 */

import type { FleetEngine } from "../engine.js";
import type { FleetReport } from "../report.js";
import type { BullmqOptions } from "./connection.js";
import { BullmqEngine } from "./engine.js";

export type { BullmqOptions } from "./connection.js";
export { FleetWorker, type FleetWorkerHealth, type FleetWorkerOptions } from "./worker.js";

/**
 * An engine that puts items into queues, for `sidewinder worker` processes on any host.
 *
 * @example
 * const fleet = new Fleet({ engine: bullmq({ connection: "redis://127.0.0.1" }) });
 * const run = fleet.run("/srv/repairs/cmake.mjs", [variant], { session: { channels: ["conda-forge"] } });
 * console.log((await run.results).length);
 */
export function bullmq(options: BullmqOptions): FleetEngine {
  return new BullmqEngine(options);
}

/**
 * The state of a run that any client started, without following it.
 *
 * @param id Name of the run.
 * @throws FleetError with code `FLEET_RUN_NOT_FOUND` when the queue has no such run.
 *
 * @example
 * const report = await runReport({ connection: "redis://127.0.0.1" }, "nightly");
 * await writeFile("report.html", fleetReportPage(report));
 */
export async function runReport(options: BullmqOptions, id: string): Promise<FleetReport> {
  const engine = new BullmqEngine(options);
  try {
    return await engine.report(id);
  } finally {
    await engine.close();
  }
}
