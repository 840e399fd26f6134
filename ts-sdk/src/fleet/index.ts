/**
 * Many debug sessions at once, in this process or on other hosts: a module runs next to each session and returns a value.
 *
 * `sidewinder/fleet/bullmq` has the engine for workers on other hosts.
 */

export { type ArtifactContent, type ArtifactKey, type ArtifactStore, FolderStore } from "./artifacts.js";
export type { FleetEngine } from "./engine.js";
export { FleetError, type FleetErrorCode } from "./errors.js";
export { Fleet, type FleetOptions } from "./fleet.js";
export { FleetRun } from "./fleet-run.js";
export type { FleetReport, FleetReportItem } from "./report.js";
export { fleetReportPage } from "./report-page.js";
export type { FleetScriptRun, FleetSession } from "./session.js";
export type {
  Artifact,
  FleetContext,
  FleetEvent,
  FleetEventOrigin,
  FleetItem,
  FleetModule,
  FleetResult,
  FleetRunOptions,
  FleetSessionOptions,
} from "./types.js";
