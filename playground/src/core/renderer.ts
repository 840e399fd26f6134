/** The worker as the page sees it: the latest task wins, and one that never ends is given up. */

import type { Outcome, Reply, Request, Task } from "./messages.js";

/** After so many milliseconds a task is given up. Limits in the core make that unlikely. */
const TIMEOUT_MS = 20_000;

/** Renders one task at a time; a task that is overtaken by a newer one is dropped. */
export class Renderer {
  readonly #done: (outcome: Outcome) => void;
  readonly #failed: (message: string) => void;
  #worker = start();
  #running: { id: number; timer: ReturnType<typeof setTimeout> } | undefined;
  #next: Task | undefined;
  #count = 0;

  constructor(done: (outcome: Outcome) => void, failed: (message: string) => void) {
    this.#done = done;
    this.#failed = failed;
    this.#listen();
  }

  /** Renders; what waits behind a running task is replaced. */
  render(task: Task): void {
    this.#next = task;
    if (this.#running === undefined) this.#go();
  }

  #go(): void {
    const task = this.#next;
    if (task === undefined) return;
    this.#next = undefined;
    this.#count += 1;
    const id = this.#count;
    this.#running = { id, timer: setTimeout(() => this.#giveUp(), TIMEOUT_MS) };
    this.#worker.postMessage({ id, ...task } satisfies Request);
  }

  #listen(): void {
    this.#worker.onmessage = ({ data }: MessageEvent<Reply>) => {
      if (data.id !== this.#running?.id) return;
      this.#settle();
      if (data.kind === "failed") this.#failed(data.message);
      // An outcome that a newer task waits behind is already old, but shows that something happens.
      else this.#done(data.outcome);
      this.#go();
    };
    this.#worker.onerror = (event) => {
      event.preventDefault();
      this.#restart(event.message || "the part of the page that renders could not be loaded");
    };
  }

  #giveUp(): void {
    this.#restart(`rendering timed out after ${TIMEOUT_MS / 1000} s`);
  }

  #restart(message: string): void {
    this.#settle();
    this.#worker.terminate();
    this.#worker = start();
    this.#listen();
    this.#failed(message);
    this.#go();
  }

  #settle(): void {
    clearTimeout(this.#running?.timer);
    this.#running = undefined;
  }
}

function start(): Worker {
  return new Worker(new URL("./worker.ts", import.meta.url), { type: "module", name: "sidewinder" });
}
