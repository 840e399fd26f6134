/** Many sessions at once, in this process or on workers of other hosts. */

import { randomUUID } from "node:crypto";
import { availableParallelism } from "node:os";
import {
  checkArgument,
  count,
  duration,
  flag,
  invalidOption,
  json,
  listOf,
  record,
  signal,
  takeOptions,
  text,
} from "../checks.js";
import type { RenderedVariant } from "../generated/types.js";
import { type ArtifactStore, FolderStore } from "./artifacts.js";
import type { FleetEngine, RunPlan } from "./engine.js";
import { FleetError } from "./errors.js";
import { FleetRun } from "./fleet-run.js";
import { InProcessEngine } from "./in-process.js";
import { moduleName } from "./modules.js";
import type { ItemTask } from "./run-item.js";
import type { FleetSession } from "./session.js";
import type { FleetItem, FleetRunOptions, FleetSessionOptions } from "./types.js";

/** Settings of a fleet. */
export interface FleetOptions {
  /** Where items run, e.g. `bullmq({ connection })`. Default: this process. */
  engine?: FleetEngine;
  /** Items that run at the same time in this process. Default: the number of cores. */
  concurrency?: number;
  /** Where files of runs in this process go: a store, or a folder. Default: the folder `fleet-artifacts`. */
  artifacts?: ArtifactStore | string;
}

const RUN_ID = /^[A-Za-z0-9_-]{1,64}$/;
const DEFAULT_MAX_VALUE_BYTES = 1024 * 1024;

/**
 * Runs a module next to many sessions at once.
 *
 * @example
 * const fleet = new Fleet({ concurrency: 2 });
 * const module = new URL("./repair.mjs", import.meta.url);
 * const results = await fleet.run(module, [variant], { session: { channels: ["conda-forge"] } }).results;
 * console.log(results.map(({ ok }) => ok)); // → [ true ]
 * await fleet.close();
 */
export class Fleet implements AsyncDisposable {
  readonly #engine: FleetEngine;
  #isClosed = false;

  constructor(options: FleetOptions = {}) {
    const { engine, concurrency = availableParallelism(), artifacts = "fleet-artifacts" } = options;
    if (!Number.isInteger(concurrency) || concurrency < 1) {
      throw invalidOption("concurrency", `expected a positive integer, found ${concurrency}`);
    }
    const store = typeof artifacts === "string" ? new FolderStore(artifacts) : artifacts;
    this.#engine = engine ?? new InProcessEngine({ concurrency, artifacts: store });
  }

  /**
   * Starts a run: the module's default export is called once for each item, next to a session of its own.
   *
   * @param module A `file:` URL or path, or the export of a package. Workers must allow it.
   * @param items Variants, or variants with an input each.
   * @throws SidewinderError with code `INVALID_OPTION` when an argument is wrong. Everything later is in the results.
   *
   * @example
   * const module = new URL("./repair.mjs", import.meta.url);
   * const run = fleet.run(module, [{ variant, input: { flags: "-O0" } }], { timeoutMs: 600_000 });
   * const [result] = await run.results;
   * console.log(result.ok ? result.value : result.error.message);
   */
  run<Value = unknown>(
    module: string | URL,
    items: readonly (RenderedVariant | FleetItem)[],
    options: FleetRunOptions = {},
  ): FleetRun<Value> {
    this.#checkOpen();
    const plan = planOf(moduleName(module), items, options);
    const prepare = async () => ({ plan, begin: this.#engine.start.bind(this.#engine, plan) });
    return new FleetRun<Value>(plan.id, prepare, options.signal);
  }

  /**
   * Goes on with a run that a client began, for example one that was killed. Events of the time between are lost as far as
   * the engine did not keep them; results are not.
   *
   * @throws FleetError with code `FLEET_RUN_NOT_FOUND`, through `results`, when the engine does not know the run.
   */
  resume<Value = unknown>(id: string, options: { signal?: AbortSignal } = {}): FleetRun<Value> {
    this.#checkOpen();
    return new FleetRun<Value>(id, () => this.#engine.resume(id), options.signal);
  }

  /**
   * Sets up a session on one of the hosts.
   *
   * @throws As `DebugSession.create`.
   */
  open(
    variant: RenderedVariant,
    options: FleetSessionOptions & { signal?: AbortSignal } = {},
  ): Promise<FleetSession> {
    this.#checkOpen();
    const { signal, ...session } = options;
    return this.#engine.open(
      checkArgument("variant", variant, record) as unknown as RenderedVariant,
      session,
      signal,
    );
  }

  /** Ends the fleet. Runs in this process are cancelled; runs on workers go on and can be resumed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#engine.close();
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #checkOpen(): void {
    if (this.#isClosed) throw new FleetError("FLEET_CLOSED", "the fleet is closed");
  }
}

const RUN = {
  session: record,
  input: json,
  timeoutMs: duration,
  retries: count,
  signal,
  deduplicate: flag,
  maxValueBytes: count,
  id: text,
};

function planOf(
  module: string,
  items: readonly (RenderedVariant | FleetItem)[],
  options: FleetRunOptions,
): RunPlan {
  const taken = takeOptions(options, RUN);
  const { id = randomUUID(), session = {}, retries = 1, maxValueBytes = DEFAULT_MAX_VALUE_BYTES } = taken;
  if (!RUN_ID.test(id)) {
    throw invalidOption(
      "id",
      `expected 1 to 64 letters, digits, \`-\` and \`_\`, found ${JSON.stringify(id)}`,
    );
  }
  const given = checkArgument(
    "items",
    items,
    listOf("a list of variants or items", record),
  ) as unknown as typeof items;
  const tasks: ItemTask[] = [];
  const known = new Map<string, number>();
  const taskOf = given.map((item, index) => {
    const {
      variant,
      input,
      session: own,
    } = "variant" in item && "recipe" in item ? { variant: item } : asItem(item);
    const task: ItemTask = {
      run: id,
      item: index,
      module,
      variant: checkArgument(`items[${index}]`, variant, record) as unknown as RenderedVariant,
      input: checkArgument(
        `items[${index}].input`,
        input === undefined ? (taken.input ?? null) : input,
        json,
      ),
      session: { ...session, ...checkArgument(`items[${index}].session`, own ?? {}, record) },
      timeoutMs: taken.timeoutMs,
      maxValueBytes,
    };
    const key = taken.deduplicate ? keyOf(task) : undefined;
    const same = key === undefined ? undefined : known.get(key);
    if (same !== undefined) return same;
    if (key !== undefined) known.set(key, tasks.length);
    return tasks.push(task) - 1;
  });
  return { id, module, tasks, retries, taskOf, created: Date.now() };
}

/** A rendered variant has a `variant` of its own: its keys and values. */
function asItem(item: RenderedVariant | FleetItem): Partial<FleetItem> {
  return item as FleetItem;
}

/** Equal keys build the same package from the same input. */
function keyOf({ variant, input, session }: ItemTask): string {
  const { name, version, buildString, hash, subdir, buildPlatform, recipePath } = variant;
  return JSON.stringify([
    name,
    version,
    buildString,
    hash,
    subdir,
    buildPlatform,
    recipePath ?? null,
    input,
    session,
  ]);
}
