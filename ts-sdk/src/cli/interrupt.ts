/** Ctrl-C and other termination signals: the work is aborted, and the process exits after cleanup. */

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The user or the system stopped the command. Not an error of the SDK. */
export class Interrupted extends Error {
  /** The signal, e.g. `SIGINT`. */
  readonly signalName: NodeJS.Signals;

  constructor(signalName: NodeJS.Signals) {
    super(`stopped by ${signalName}`);
    this.signalName = signalName;
  }

  /** 128 plus the number of the signal, as in a shell: 130 for Ctrl-C. */
  get exitStatus(): number {
    return 128 + constants.signals[this.signalName];
  }
}

/**
 * Runs work that a signal aborts. A second Ctrl-C exits immediately.
 *
 * @throws Interrupted if the work rejects because of a signal, or if the reader of standard output closed the pipe.
 */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onSignal = (name: NodeJS.Signals): void => {
    // A closing terminal sends SIGHUP several times: from the kernel and from the shell.
    if (stop.signal.aborted && name !== "SIGHUP") process.exit(new Interrupted(name).exitStatus);
    stop.abort(new Interrupted(name));
  };
  // Without a reader there is no reason to continue.
  let broken: Interrupted | undefined;
  const onBroken = (): void => {
    broken ??= new Interrupted("SIGPIPE");
    stop.abort(broken);
  };
  for (const name of SIGNALS) process.on(name, onSignal);
  process.stdout.on("error", onBroken);
  try {
    const done = await work(stop.signal);
    // The work may have finished before the abort reached it, but its output is truncated.
    if (broken !== undefined) throw broken;
    return done;
  } finally {
    for (const name of SIGNALS) process.off(name, onSignal);
    process.stdout.off("error", onBroken);
  }
}
