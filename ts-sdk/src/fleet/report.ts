/** A run as plain data, for reports. */

import type { ErrorData } from "../errors.js";
import type { Finding } from "../generated/types.js";
import type { Artifact } from "./types.js";

/** One item of a report. */
export type FleetReportItem = {
  item: number;
  name: string;
  version: string;
  buildString: string;
} & (
  | { state: "pending" }
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
  id: string;
  /** The module that ran. */
  module: string;
  /** RFC 3339. */
  created: string;
  items: FleetReportItem[];
}
