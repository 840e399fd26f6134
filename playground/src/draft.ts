/** What was written last in this browser, so that a page that is closed by mistake loses nothing. */

import type { Task } from "./core/messages.js";
import { taskFrom, toData } from "./link.js";

const KEY = "sidewinder-draft";

/** Keeps what is written. */
export function keepDraft(task: Task): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(toData(task)));
  } catch {
    // Storage may be full or forbidden: then nothing is kept.
  }
}

/** What was kept, if it can be read. */
export function draft(): Task | undefined {
  try {
    return taskFrom(JSON.parse(localStorage.getItem(KEY) ?? ""));
  } catch {
    return undefined;
  }
}
