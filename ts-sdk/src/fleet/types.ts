/** The data of a fleet: items, events, results, and the code that runs next to a session. */

import type { SidewinderError } from "../errors.js";
import type { Finding, ProgressEvent, RenderedVariant } from "../generated/types.js";
import type { DebugSessionOptions } from "../session/options.js";
import type { DebugSession } from "../session/session.js";

/**
 * Settings of the sessions of a run: those of `DebugSession.create` that are plain data. Callbacks and signals are the
 * fleet's own.
 */
export type FleetSessionOptions = Omit<DebugSessionOptions, "signal" | "onProgress">;

/** One item of a run: a variant, with what the module gets for it. */
export interface FleetItem {
  /** The variant to create a session for. */
  variant: RenderedVariant;
  /** Passed to the module as `input`. Must be JSON data. Default: the `input` of the run. */
  input?: unknown;
  /** Settings of this item's session, on top of those of the run. */
  session?: FleetSessionOptions;
}

/** What a module gets besides the session. */
export interface FleetContext<Input = unknown> {
  /** The item's input. */
  readonly input: Input;
  /** Index of the item in the run. */
  readonly item: number;
  /** 1 for the first attempt. */
  readonly attempt: number;
  /** Name of the host that runs the item. */
  readonly host: string;
  /** Aborted when the run is cancelled, the item times out, or its worker shuts down. */
  readonly signal: AbortSignal;
  /**
   * Stores a log, patch, package or any other file under a name of its own, relative to the item.
   *
   * @param name A relative path with `/`, without `..`, e.g. `fix.patch`.
   * @param content Text, bytes, or the path of a file.
   */
  artifact(name: string, content: string | Uint8Array | { file: string }): Promise<Artifact>;
  /** Sends a line to the client, as an `output` event of stream `log`. */
  log(text: string): void;
}

/**
 * The code of a run: a module whose default export is this function. It runs on the worker, next to the session, and
 * returns JSON data. The session is closed when it returns.
 */
export type FleetModule<Input = unknown, Value = unknown> = (
  session: DebugSession,
  context: FleetContext<Input>,
) => Value | Promise<Value>;

/** A stored file of an item. */
export interface Artifact {
  /** The name it was stored under. */
  name: string;
  /** Where it is: a path of the folder store, or what another store returns. */
  location: string;
  /** Size in bytes. */
  size: number;
}

/** What every event says. */
export interface FleetEventOrigin {
  /** Index of the item in the run. */
  item: number;
  /** Name of the host that runs it. */
  host: string;
  /** 1 for the first attempt. */
  attempt: number;
}

/** One event of a run. */
export type FleetEvent<Value = unknown> = FleetEventOrigin &
  (
    | { kind: "started" }
    | { kind: "progress"; progress: ProgressEvent }
    | {
        kind: "output";
        stream: "stdout" | "stderr" | "log";
        text: string;
        /** Number of UTF-16 code units that were dropped before this text, because nobody read fast enough. */
        omitted?: number;
      }
    | { kind: "result"; result: FleetResult<Value> }
    /** The worker of an item is gone, or handed it back; it runs again if it may. */
    | { kind: "lost"; reason: string }
  );

/** What became of one item. */
export type FleetResult<Value = unknown> = {
  /** Index of the item in the run. */
  item: number;
  /** Name of the host that ran it last; empty when none did. */
  host: string;
  /** How often it was started. */
  attempts: number;
  /** Time of the last attempt, in milliseconds. */
  durationMs: number;
  /** What the module stored. */
  artifacts: Artifact[];
  /** Why the last script that failed did so. */
  findings: Finding[];
} & ({ ok: true; value: Value } | { ok: false; error: SidewinderError });

/** Settings of one run. */
export interface FleetRunOptions {
  /** Settings of all sessions. */
  session?: FleetSessionOptions;
  /** Input of the items that have none of their own. */
  input?: unknown;
  /** Stops an item after this many milliseconds, set-up included. Default: no limit. */
  timeoutMs?: number;
  /**
   * How often an item is run again after its worker was lost, or it failed with an error that says that trying again
   * helps. Default: 1.
   */
  retries?: number;
  /** Cancels the whole run. */
  signal?: AbortSignal;
  /** Runs items with equal variant and input once, and gives all of them the result. Default: false. */
  deduplicate?: boolean;
  /** Maximum size of a value that the module returns, in bytes of JSON. Default: 1 MiB. */
  maxValueBytes?: number;
  /** Name of the run. Default: a new one. Names are 1 to 64 letters, digits, `-`, `_`. */
  id?: string;
}
