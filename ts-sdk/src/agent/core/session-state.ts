/** The state that tools keep of a session, shared by all tool sets over the same session. */

import type { Finding } from "../../generated/types.js";
import type { VariantConfig } from "../../recipe/variant-config.js";
import type { DebugSession } from "../../session/session.js";
import { CallQueue } from "./queue.js";
import { Runs } from "./runs.js";

/** A session in the hands of tools. */
export interface SessionState {
  readonly session: DebugSession;
  readonly queue: CallQueue;
  readonly runs: Runs;
  /** What the session's recipe was rendered with, if known. */
  variants?: VariantConfig;
  /** The findings of the last run. */
  findings: readonly Finding[];
}

const states = new WeakMap<DebugSession, SessionState>();

/** The state of a session, created at its first use. */
export function stateOf(session: DebugSession): SessionState {
  const known = states.get(session);
  if (known !== undefined) return known;
  const state: SessionState = { session, queue: new CallQueue(), runs: new Runs(), findings: [] };
  states.set(session, state);
  return state;
}
