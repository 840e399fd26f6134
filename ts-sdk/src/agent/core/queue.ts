/** Orders the calls on one session: readers run concurrently, everything else runs alone, first come, first served. */

/**
 * How a call uses a session.
 *
 * - `read`: changes nothing; runs next to other readers and background runs.
 * - `edit`: changes files; runs alone, but next to background runs.
 * - `run`: runs programs or changes environments; runs alone.
 * - `background`: holds the session like `run`, but lets readers and edits pass.
 */
export type Access = "read" | "edit" | "run" | "background";

interface Waiting {
  access: Access;
  start(): void;
}

/** A first-in, first-out queue with shared access for readers. */
export class CallQueue {
  readonly #active: Access[] = [];
  readonly #waiting: Waiting[] = [];

  /**
   * Waits for its turn, does the work and lets the next calls start.
   *
   * @throws The signal's reason if it is aborted while the call waits.
   */
  async run<T>(access: Access, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
    await this.#enter(access, signal);
    try {
      return await work();
    } finally {
      this.#active.splice(this.#active.indexOf(access), 1);
      this.#startNext();
    }
  }

  #enter(access: Access, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted();
    return new Promise((resolve, reject) => {
      const waiting: Waiting = {
        access,
        start: () => {
          signal?.removeEventListener("abort", leave);
          resolve();
        },
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        reject(signal?.reason);
        this.#startNext();
      };
      signal?.addEventListener("abort", leave, { once: true });
      this.#waiting.push(waiting);
      this.#startNext();
    });
  }

  #startNext(): void {
    const before: Access[] = [];
    // While a background run holds the session, calls that it does not block pass those that wait for its end.
    const isBackground = this.#active.includes("background");
    for (const waiting of [...this.#waiting]) {
      const { access } = waiting;
      const isBehind = before.some(
        (earlier) => conflicts(earlier, access) && !(isBackground && isLong(earlier)),
      );
      if (isBehind || this.#active.some((active) => conflicts(active, access))) {
        before.push(access);
        continue;
      }
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      this.#active.push(access);
      waiting.start();
    }
  }
}

function isLong(access: Access): boolean {
  return access === "run" || access === "background";
}

function conflicts(one: Access, other: Access): boolean {
  if (one === "read" && other === "read") return false;
  if (one === "background") return isLong(other);
  if (other === "background") return isLong(one);
  return true;
}

const fileQueues = new Map<string, { queue: CallQueue; users: number }>();

/** Does work on a file alone, among all tools of this process: reading, changing and writing it is one step. */
export async function withFile<T>(
  file: string,
  signal: AbortSignal | undefined,
  work: () => Promise<T>,
): Promise<T> {
  const entry = fileQueues.get(file) ?? { queue: new CallQueue(), users: 0 };
  entry.users += 1;
  fileQueues.set(file, entry);
  try {
    return await entry.queue.run("edit", signal, work);
  } finally {
    entry.users -= 1;
    if (entry.users === 0) fileQueues.delete(file);
  }
}
