/** Log events of the native addon. */

import { checkArgument, callback as isCallback, oneOf, takeOptions } from "../checks.js";
import { native } from "./native.js";

/** How important an event is. */
export type LogEventLevel = "error" | "warn" | "info" | "debug" | "trace";

/** One log event of the native addon. */
export interface LogEvent {
  /** How important it is. */
  level: LogEventLevel;
  /** The Rust module that it comes from, e.g. `sidewinder_session::progress`. */
  target: string;
  /** What happened, in words. */
  message: string;
  /** Further values; secrets in URLs are replaced. */
  fields: Record<string, string | number | boolean>;
}

/** What a listener gets. */
export interface LogOptions {
  /** Events of this level and more important ones. Default: `info`. */
  level?: LogEventLevel;
}

const LEVELS = oneOf("error", "warn", "info", "debug", "trace");

/**
 * Passes log events of the native addon to a function, for all sessions of this process. Off by default.
 *
 * Events wait in a queue of 1024; while it is full, further ones are dropped, and a warning says how many. What the listener
 * throws is ignored.
 *
 * @returns A function that stops it.
 *
 * @example
 * const stop = onLog(({ level, message }) => console.error(level, message), { level: "debug" });
 * stop();
 */
export function onLog(listener: (event: LogEvent) => void, options: LogOptions = {}): () => void {
  checkArgument("listener", listener, isCallback);
  const { level = "info" } = takeOptions(options, { level: LEVELS });
  const take = (json: string): void => {
    try {
      listener(JSON.parse(json) as LogEvent);
    } catch {
      // A log must not stop what it logs.
    }
  };
  const id = native().addLogListener(level, take);
  return () => native().removeLogListener(id);
}
