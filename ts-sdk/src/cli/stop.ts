/** Ctrl-C and the wish of the system that the process ends. */

import { constants } from "node:os";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Turns the first signal into an abort; a second one ends the process at once. */
export class Stop {
  readonly #controller = new AbortController();
  #by: (typeof SIGNALS)[number] | undefined;

  constructor() {
    for (const name of SIGNALS) process.on(name, this.#stop);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** 130 for Ctrl-C, 143 for the wish to end, as a shell says it. Undefined while nothing stopped. */
  get exitCode(): number | undefined {
    return this.#by === undefined ? undefined : 128 + constants.signals[this.#by];
  }

  /** Leaves signals to others: to a shell that has the terminal. */
  release(): void {
    for (const name of SIGNALS) process.off(name, this.#stop);
  }

  readonly #stop = (name: NodeJS.Signals): void => {
    this.#by = name as (typeof SIGNALS)[number];
    this.release();
    this.#controller.abort(new Error(`stopped by ${name}`));
  };
}
