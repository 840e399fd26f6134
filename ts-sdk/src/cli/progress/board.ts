/** Turns progress events into current activities, and a line for each stage that finished. */

import type { ProgressEvent } from "../../generated/types.js";
import { printable } from "../terminal.js";
import { bytesText, timeText } from "./units.js";

type PhaseEvent = Extract<ProgressEvent, { kind: "phase" }>;
type Phase = PhaseEvent["phase"];

/** A current activity. */
export interface Activity {
  label: string;
  /** From 0 to 1, if known. */
  fraction?: number;
  /** Text after the bar: how much is done. */
  amount: string;
  /** Whether it belongs to the line above. */
  isDetail?: boolean;
}

interface Transfer {
  bytes: number;
  total: number | undefined;
}

const NOW: Record<Phase, string> = {
  sources: "Fetching sources",
  repodata: "Reading channels",
  solve: "Solving",
  download: "Downloading packages",
  link: "Installing",
  script: "Writing the build script",
  package: "Packaging",
  test: "Testing the package",
};
const DONE: Partial<Record<Phase, string>> = {
  sources: "Fetched the sources",
  solve: "Solved",
  download: "Downloaded",
  link: "Installed",
  package: "Packaged",
};
/** Stages in which bytes are transferred. */
const TRANSFERRING: readonly Phase[] = ["sources", "repodata", "download", "package"];
/** Maximum number of transfers shown at a time. */
const MAX_TRANSFERS = 4;

/** Tracks current activities. */
export class Board {
  readonly #phases = new Map<string, { event: PhaseEvent; since: number }>();
  readonly #transfers = new Map<string, Transfer>();
  readonly #ended: string[] = [];
  #received = 0;
  #downloaded = { done: 0, total: 0 };
  /** Counts of linked or unlinked packages, one for each environment: they are changed in parallel. */
  #linked: { done: number; total: number }[] = [];

  /**
   * Takes an event and returns the lines of stages that finished before it. A stage also ends when it fails, so its line is
   * held until another event shows that work continues, or until {@link finish}.
   */
  take(event: ProgressEvent, now: number): string[] {
    const goesOn = event.kind !== "log" && !(event.kind === "phase" && event.state === "finished");
    const ended = goesOn ? this.finish() : [];
    if (event.kind === "phase") this.#phase(event, now);
    if (event.kind === "transfer") this.#transfer(event.name, { bytes: event.bytes, total: event.total });
    if (event.kind === "package") this.#package(event);
    return ended;
  }

  /** Returns the remaining lines, after everything succeeded. */
  finish(): string[] {
    return this.#ended.splice(0);
  }

  /** The activities at a time. */
  activities(now: number): Activity[] {
    return [...this.#phases.values()].flatMap(({ event, since }) => {
      const passed = now - since < 1000 ? "" : timeText(now - since);
      const activity = { label: this.#label(event), amount: passed, ...this.#count(event.phase, passed) };
      return [activity, ...(this.#shows(event) ? this.#open() : [])];
    });
  }

  #phase(event: PhaseEvent, now: number): void {
    const key = `${event.phase} ${event.environment ?? ""}`;
    if (event.state === "started") {
      this.#phases.set(key, { event, since: now });
      if (event.phase === "download") this.#downloaded = { done: 0, total: 0 };
      if (event.phase === "download") this.#received = 0;
      return;
    }
    const started = this.#phases.get(key);
    this.#phases.delete(key);
    const line = this.#line(event, event.durationMs ?? now - (started?.since ?? now));
    if (line !== undefined) this.#ended.push(line);
    if (!this.#runs("link")) this.#linked = [];
    if (!TRANSFERRING.some((phase) => this.#runs(phase))) this.#transfers.clear();
  }

  #line({ phase, environment }: PhaseEvent, durationMs: number): string | undefined {
    const what = DONE[phase];
    if (what === undefined) return undefined;
    const time = `in ${timeText(durationMs)}`;
    if (phase === "download") {
      const { total } = this.#downloaded;
      if (total === 0) return undefined;
      const size = this.#received > 0 ? ` (${bytesText(this.#received)})` : "";
      return `${what} ${packages(total)}${size} ${time}`;
    }
    if (phase === "link" && this.#linked.length === 0) return undefined;
    return environment === undefined ? `${what} ${time}` : `${what} the ${environment} environment ${time}`;
  }

  #transfer(name: string, { bytes, total }: Transfer): void {
    const before = this.#transfers.get(name)?.bytes ?? 0;
    this.#received += Math.max(0, bytes - before);
    this.#transfers.set(name, { bytes, total });
  }

  #package({ action, done, total }: Extract<ProgressEvent, { kind: "package" }>): void {
    if (action === "downloaded") {
      this.#downloaded = { done, total };
      return;
    }
    const previous = this.#linked.find((count) => count.total === total && count.done < done);
    if (previous === undefined) this.#linked.push({ done, total });
    else previous.done = done;
  }

  #label({ phase, environment }: PhaseEvent): string {
    return environment === undefined ? NOW[phase] : `${NOW[phase]} (${environment})`;
  }

  #count(phase: Phase, passed: string): Pick<Activity, "fraction" | "amount"> | undefined {
    const counts = phase === "download" ? [this.#downloaded] : phase === "link" ? this.#linked : [];
    const done = counts.reduce((sum, count) => sum + count.done, 0);
    const total = counts.reduce((sum, count) => sum + count.total, 0);
    const after = passed === "" ? "" : ` ${passed}`;
    // The total is unknown until the first package arrives.
    if (phase === "download" && total === 0) return { amount: `${bytesText(this.#received)}${after}` };
    if (total === 0) return undefined;
    return { fraction: done / total, amount: `${done}/${total}${after}` };
  }

  /** Transfers are shown below the last stage that they may belong to. */
  #shows({ phase, environment }: PhaseEvent): boolean {
    const last = [...this.#phases.values()].filter(({ event }) => TRANSFERRING.includes(event.phase)).at(-1);
    return last?.event.phase === phase && last.event.environment === environment;
  }

  #open(): Activity[] {
    const open = [...this.#transfers].filter(([, { bytes, total }]) => total === undefined || bytes < total);
    return open.slice(-MAX_TRANSFERS).map(([name, { bytes, total }]) => ({
      label: printable(name),
      isDetail: true,
      ...(total === undefined
        ? { amount: bytesText(bytes) }
        : { fraction: total === 0 ? 1 : bytes / total, amount: `${bytesText(bytes)}/${bytesText(total)}` }),
    }));
  }

  #runs(phase: Phase): boolean {
    return [...this.#phases.values()].some(({ event }) => event.phase === phase);
  }
}

function packages(count: number): string {
  return count === 1 ? "1 package" : `${count} packages`;
}
