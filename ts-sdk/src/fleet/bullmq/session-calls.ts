/** What crosses between the client of an open session and the worker that has it. */

import type { ErrorData } from "../../errors.js";
import type { DebugPaths, RenderedVariant } from "../../generated/types.js";

/** A session is closed when its client is silent for this long, in milliseconds. */
export const LEASE_MS = 30_000;
/** One call of a session. */
export interface SessionCall {
  /** Number of the call, for its output and for stopping it. */
  call: number;
  method: string;
  args: unknown[];
  /** Whether its output is wanted as events. */
  isStreamed?: boolean;
}

/** What a call returns. */
export type SessionReturn = { value: unknown } | { error: ErrorData };

/** What is known of a session once it is set up. */
export interface SessionFacts {
  host: string;
  paths: DebugPaths;
  variant: RenderedVariant;
  setupLog: string[];
}

/** Name of the events of a session, among those of runs. */
export const sessionEvents = (session: string): string => `session-${session}`;
