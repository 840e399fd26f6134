/** Ctrl-C, and other signals that ask to stop: what runs is aborted, and the process ends when that is cleaned up. */

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The user, or the system, wants it to stop. Not an error of the SDK. */
export class Interrupted extends Error {
  /** The signal, e.g. `SIGINT`. */
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`stopped by ${signalName}`);
    this.signalName = signalName;
  }

  /** As a shell tells it: 130 for Ctrl-C. */
  get exitStatus(): number {
    return 128 + constants.signals[this.signalName];
  }
}

/**
 * Does work that a signal aborts. A second Ctrl-C ends the process at once.
 *
 * @throws Interrupted when the work rejects because of the signal, or when whoever reads the output went away.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    // A terminal that closes says so several times: by the system, and by its shell.
    if (stop.signal.aborted && name !== "SIGHUP") process.exit(new Interrupted(name).exitStatus);
    stop.abort(new Interrupted(name));
  };
  // Whoever reads our output may go; then there is nobody to go on for.
  let broken: Interrupted | undefined;
  const onBroken = (): void => {
    broken ??= new Interrupted("SIGPIPE");
    stop.abort(broken);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  process.stdout.on("error", onBroken);
  try {
    const done = await work(stop.signal);
    // It may have ended before the abort reached it; what it gave was cut off all the same.
    if (broken !== undefined) throw broken;
    return done;
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
    process.stdout.off("error", onBroken);
  }
}
