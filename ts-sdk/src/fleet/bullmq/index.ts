/**
 * The engine of a fleet whose items run on workers of other hosts, over BullMQ, with Redis or PostgreSQL.
 *
 * Needs the packages `bullmq` and `ioredis` or `pg`, which `sidewinder` does not install.
 */

import type { FleetEngine } from "../engine.js";
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
