/** A session on another host: calls cross a queue of their own, output comes back as events. */

import { randomUUID } from "node:crypto";
import type { Job, Queue, QueueEvents } from "bullmq";
import type { DebugPaths, RenderedVariant, ScriptResult } from "../../generated/types.js";
import type { RunOptions } from "../../session/options.js";
import type { OutputChunk } from "../../session/script-run.js";
import { errorFromData, FleetError } from "../errors.js";
import { EventStream } from "../event-stream.js";
import type { FleetScriptRun, FleetSession, PLAIN_CALLS } from "../session.js";
import type { FleetSessionOptions } from "../types.js";
import type { Store } from "./connection.js";
import { type EventBatch, type OpenJob, PROTOCOL, queueNames, VERSION } from "./protocol.js";
import { type SessionCall, type SessionFacts, type SessionReturn, sessionEvents } from "./session-calls.js";

/** Interval of the client's heartbeat, in milliseconds. */
const PING_MS = 5_000;

/** Sets a session up on one of the workers. */
export async function openRemote(
  store: Store,
  variant: RenderedVariant,
  session: FleetSessionOptions,
  signal?: AbortSignal,
): Promise<FleetSession> {
  signal?.throwIfAborted();
  const id = randomUUID();
  const names = queueNames(store.prefix);
  const job: OpenJob = {
    kind: "open",
    protocol: PROTOCOL,
    version: VERSION,
    session: id,
    task: { variant, session },
  };
  const link = new Link(store, id);
  const items = store.queue(names.items);
  const announcements = store.events(names.items);
  const jobId = `session-${id}`;
  try {
    const refused = new Promise<never>((_, reject) => {
      announcements.on("failed", (failed) => {
        if (failed.jobId === jobId) reject(new FleetError("FLEET_ITEM_LOST", failed.failedReason));
      });
      signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    await announcements.waitUntilReady();
    await items.add("open", job, { jobId, removeOnComplete: true, removeOnFail: true });
    const facts = (await Promise.race([link.call("open", []), refused])) as SessionFacts;
    return new RemoteSession(link, facts);
  } catch (error) {
    await items.remove(jobId).catch(() => 0);
    void link.call("close", []).catch(() => undefined);
    await link.close();
    throw error;
  } finally {
    await announcements.close();
  }
}

/** The calls of one session, and their output. */
class Link {
  readonly #queue: Queue;
  readonly #results: QueueEvents;
  readonly #events: { close(): Promise<void> };
  readonly #eventsQueue: Queue;
  readonly #outputs = new Map<number, (chunk: OutputChunk | undefined) => Promise<void> | void>();
  readonly #ping: NodeJS.Timeout;
  #calls = 0;

  constructor(store: Store, session: string) {
    const names = queueNames(store.prefix);
    this.#queue = store.queue(names.calls(session));
    this.#results = store.events(names.calls(session));
    this.#eventsQueue = store.queue(names.events(sessionEvents(session)));
    this.#events = store.worker(
      names.events(sessionEvents(session)),
      async ({ data }: Job<EventBatch>) => {
        for (const event of data.events) {
          if (event.kind === "output" && event.stream !== "log") {
            await this.#outputs.get(event.task)?.({ stream: event.stream, text: event.text });
          } else if (event.kind === "started") await this.#outputs.get(event.task)?.(undefined);
        }
      },
      { concurrency: 1 },
    );
    this.#ping = setInterval(() => void this.call("ping", []).catch(() => undefined), PING_MS).unref();
  }

  /** Calls a method on the other side. */
  async call(
    method: string,
    args: unknown[],
    output?: (chunk: OutputChunk) => Promise<void> | void,
    signal?: AbortSignal,
  ): Promise<unknown> {
    signal?.throwIfAborted();
    const call = this.#calls++;
    let allOutput: Promise<void> | undefined;
    if (output !== undefined) {
      allOutput = new Promise((resolve) => {
        this.#outputs.set(call, (chunk) => (chunk === undefined ? resolve() : output(chunk)));
      });
    }
    const abort = (): void => void this.call("abort", [call]).catch(() => undefined);
    try {
      await this.#results.waitUntilReady();
      const data: SessionCall = { call, method, args, ...(output === undefined ? {} : { isStreamed: true }) };
      const job = await this.#queue.add("call", data, {
        removeOnComplete: { age: 60 },
        removeOnFail: { age: 60 },
      });
      signal?.addEventListener("abort", abort, { once: true });
      const returned = (await job.waitUntilFinished(this.#results)) as SessionReturn;
      // The end of the output is announced after the output itself, and may come after the result.
      await allOutput;
      signal?.throwIfAborted();
      if ("error" in returned) throw errorFromData(returned.error);
      return returned.value;
    } finally {
      signal?.removeEventListener("abort", abort);
      this.#outputs.delete(call);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#ping);
    await Promise.allSettled([this.#events.close(), this.#results.close()]);
    for (const queue of [this.#queue, this.#eventsQueue]) {
      await queue.obliterate({ force: true }).catch(() => undefined);
      await queue.close();
    }
  }
}

/** The client's side of a session. */
class RemoteSession implements FleetSession {
  readonly host: string;
  readonly paths: DebugPaths;
  readonly variant: RenderedVariant;
  readonly setupLog: string[];
  readonly #link: Link;
  #closing: Promise<void> | undefined;

  constructor(link: Link, { host, paths, variant, setupLog }: SessionFacts) {
    this.#link = link;
    this.host = host;
    this.paths = paths;
    this.variant = variant;
    this.setupLog = setupLog;
  }

  get workDir(): string {
    return this.paths.workDir;
  }

  get hostPrefix(): string {
    return this.paths.hostPrefix;
  }

  get buildPrefix(): string {
    return this.paths.buildPrefix;
  }

  readonly readBuildScript = this.#plain("readBuildScript");
  readonly writeBuildScript = this.#plain("writeBuildScript");
  readonly packages = this.#plain("packages");
  readonly createPatch = this.#plain("createPatch");
  readonly checkpoint = this.#plain("checkpoint");
  readonly restore = this.#plain("restore");
  readonly addPackages = this.#plain("addPackages");

  runScript(options: RunOptions = {}): Promise<ScriptResult> {
    return this.#run("runScript", [], options);
  }

  exec(command: string | string[], options: RunOptions = {}): Promise<ScriptResult> {
    return this.#run("exec", [command], options);
  }

  streamScript({ signal, ...options }: RunOptions = {}): FleetScriptRun {
    const chunks = new EventStream<OutputChunk>();
    const stop = new AbortController();
    const signals = signal === undefined ? [stop.signal] : [stop.signal, signal];
    const take = (chunk: OutputChunk): Promise<void> => chunks.push(chunk);
    const result = this.#link.call(
      "runScript",
      [options],
      take,
      AbortSignal.any(signals),
    ) as Promise<ScriptResult>;
    result.then(
      () => chunks.end(),
      (error: unknown) => chunks.end({ error }),
    );
    return { result, kill: () => stop.abort(), [Symbol.asyncIterator]: () => chunks[Symbol.asyncIterator]() };
  }

  async readFile(path: string): Promise<Uint8Array> {
    return Buffer.from((await this.#link.call("readFile", [path])) as string, "base64");
  }

  async writeFile(path: string, content: string | Uint8Array): Promise<void> {
    await this.#link.call("writeFile", [path, Buffer.from(content as Uint8Array).toString("base64")]);
  }

  close(): Promise<void> {
    this.#closing ??= this.#link.call("close", []).then(
      () => this.#link.close(),
      async (error: unknown) => {
        await this.#link.close();
        throw error;
      },
    );
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #run(method: string, args: unknown[], options: RunOptions): Promise<ScriptResult> {
    const { onStdout, onStderr, signal, ...rest } = options;
    const output = (chunk: OutputChunk): void =>
      (chunk.stream === "stdout" ? onStdout : onStderr)?.(chunk.text);
    const wanted = onStdout === undefined && onStderr === undefined ? undefined : output;
    return this.#link.call(method, [...args, rest], wanted, signal) as Promise<ScriptResult>;
  }

  /** A call whose arguments and value are JSON; signals and callbacks in its options stay here. */
  #plain<Method extends (typeof PLAIN_CALLS)[number]>(method: Method): FleetSession[Method] {
    const call = (...args: unknown[]): Promise<unknown> => {
      let signal: AbortSignal | undefined;
      const data = args.map((argument) => {
        if (typeof argument !== "object" || argument === null || Array.isArray(argument)) return argument;
        const {
          signal: given,
          onProgress: _,
          ...rest
        } = argument as { signal?: AbortSignal; onProgress?: unknown };
        signal = given;
        return rest;
      });
      return this.#link.call(method, data, undefined, signal);
    };
    return call as unknown as FleetSession[Method];
  }
}
