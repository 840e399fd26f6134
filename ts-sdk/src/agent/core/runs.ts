/** Runs of scripts and commands that go on after the call that started them. */

import { invalidInput } from "./input.js";

/** Number of characters of output that are kept of a background run until it ends. */
const KEPT_OUTPUT = 32 * 1024;
/** Number of finished runs whose results are kept. */
const KEPT_RUNS = 20;

/** A run in the background. */
export class BackgroundRun<T = object> {
  readonly id: string;
  /** What runs, e.g. `run_script` or the command. */
  readonly what: string;
  readonly #started = performance.now();
  readonly #controller = new AbortController();
  #output = "";
  #ended: number | undefined;
  #outcome: { result: T } | { error: unknown } | undefined;
  /** Settles when the run has ended; never rejects. */
  readonly ended: Promise<void>;

  constructor(
    id: string,
    what: string,
    start: (signal: AbortSignal, onOutput: (text: string) => void) => Promise<T>,
  ) {
    this.id = id;
    this.what = what;
    const onOutput = (text: string): void => {
      this.#output = `${this.#output}${text}`.slice(-KEPT_OUTPUT);
    };
    this.ended = start(this.#controller.signal, onOutput).then(
      (result) => this.#end({ result }),
      (error: unknown) => this.#end({ error }),
    );
  }

  #end(outcome: { result: T } | { error: unknown }): void {
    this.#outcome = outcome;
    this.#ended = performance.now();
  }

  get isRunning(): boolean {
    return this.#outcome === undefined;
  }

  /** Whether {@link stop} was called. */
  get isStopped(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Time since the start, until the end, in whole seconds. */
  get seconds(): number {
    return Math.round(((this.#ended ?? performance.now()) - this.#started) / 1000);
  }

  /** The last lines of output so far. */
  lastLines(count: number): string {
    return this.#output
      .split("\n")
      .slice(-count - 1)
      .join("\n");
  }

  /** The result once the run has ended. Throws the error of a run that failed to start or was interrupted. */
  result(): T | undefined {
    if (this.#outcome === undefined) return undefined;
    if ("error" in this.#outcome) throw this.#outcome.error;
    return this.#outcome.result;
  }

  /** Stops the whole process tree. */
  stop(): void {
    this.#controller.abort(new Error(`run \`${this.id}\` was stopped`));
  }
}

/** The background runs of a session. */
export class Runs {
  readonly #runs: BackgroundRun[] = [];
  #count = 0;

  /** Starts a run. */
  start<T extends object>(
    what: string,
    work: (signal: AbortSignal, onOutput: (text: string) => void) => Promise<T>,
  ): BackgroundRun<T> {
    this.#count += 1;
    const run = new BackgroundRun(`run-${this.#count}`, what, work);
    this.#runs.push(run);
    const finished = this.#runs.filter(({ isRunning }) => !isRunning);
    if (finished.length > KEPT_RUNS && finished[0] !== undefined) {
      this.#runs.splice(this.#runs.indexOf(finished[0]), 1);
    }
    return run;
  }

  /** The run with an id, or the latest one. */
  get(tool: string, id: string | undefined): BackgroundRun {
    const run = id === undefined ? this.#runs.at(-1) : this.#runs.find((candidate) => candidate.id === id);
    if (run !== undefined) return run;
    const known = this.#runs.map((candidate) => candidate.id).join(", ");
    throw invalidInput(
      tool,
      id === undefined ? "no background run" : `unknown run \`${id}\``,
      known === "" ? "start one with run_script or exec and `background: true`" : `runs: ${known}`,
    );
  }

  /** All runs that have not ended. */
  get active(): BackgroundRun[] {
    return this.#runs.filter(({ isRunning }) => isRunning);
  }

  /** Stops all runs and waits for their ends. */
  async stopAll(): Promise<void> {
    for (const run of this.active) run.stop();
    await Promise.all(this.#runs.map(({ ended }) => ended));
  }
}
