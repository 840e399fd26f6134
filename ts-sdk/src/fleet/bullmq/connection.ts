/** Connections to the store behind BullMQ: Redis or PostgreSQL. */

import type { Job, Queue, QueueEvents, Worker, WorkerOptions } from "bullmq";
import { FleetError } from "../errors.js";

/** Where the queues are. */
export interface BullmqOptions {
  /**
   * URL of the store, `redis://`, `rediss://` or `postgres://`, or the options of a Redis client (`host`, `port`,
   * `password`, `tls` …).
   */
  connection: string | Record<string, unknown>;
  /** Prefix of the names of all queues: clients and workers of one fleet share it. Default: `sidewinder`. */
  queue?: string;
}

/** Does a job; what it returns is the job's value. */
type Process<Data> = (job: Job<Data>, token?: string) => Promise<unknown>;

/** Makes queues, workers and listeners over shared connections. */
export interface Store {
  readonly prefix: string;
  queue(name: string): Queue;
  worker<Data>(name: string, process: Process<Data>, options: Partial<WorkerOptions>): Worker;
  events(name: string): QueueEvents;
  close(): Promise<void>;
}

const PREFIX = /^[A-Za-z0-9_-]{1,64}$/;

/** Opens a store. BullMQ and its driver are loaded here, as only users of this engine need them. */
export async function openStore({ connection, queue = "sidewinder" }: BullmqOptions): Promise<Store> {
  if (!PREFIX.test(queue)) {
    throw new FleetError("FLEET_ENGINE_FAILED", `invalid queue name ${JSON.stringify(queue)}`, {
      hint: "use 1 to 64 letters, digits, `-` and `_`",
    });
  }
  const bullmq = await load("bullmq", () => import("bullmq"));
  const shared = isPostgres(connection) ? await postgres(bullmq, connection) : await redis(connection);
  const closable: { close(): Promise<void> }[] = [];
  const keep = <T extends { close(): Promise<void>; on(event: "error", listener: () => void): unknown }>(
    made: T,
  ): T => {
    // Connections come back by themselves; without a listener an outage would end the process.
    made.on("error", () => undefined);
    closable.push(made);
    return made;
  };
  const { options, factory } = shared;
  return {
    prefix: queue,
    queue: (name) => keep(new bullmq.Queue(name, options, factory as never)),
    worker: (name, process, more) =>
      keep(new bullmq.Worker(name, process as Process<unknown>, { ...options, ...more }, factory as never)),
    events: (name) => keep(new bullmq.QueueEvents(name, options, factory as never)),
    async close() {
      await Promise.allSettled(closable.map((made) => made.close()));
      await shared.close();
    },
  };
}

type BullMq = typeof import("bullmq");

interface Shared {
  options: { connection: never; prefix?: string };
  factory: unknown;
  close(): Promise<void>;
}

function isPostgres(connection: BullmqOptions["connection"]): connection is string {
  return typeof connection === "string" && /^postgres(ql)?:/.test(connection);
}

async function redis(connection: string | Record<string, unknown>): Promise<Shared> {
  const { Redis } = await load("ioredis", () => import("ioredis"));
  // BullMQ waits for jobs by blocking commands, which may not be limited in time.
  const settings = { maxRetriesPerRequest: null };
  const client =
    typeof connection === "string"
      ? new Redis(connection, settings)
      : new Redis({ ...connection, ...settings });
  client.on("error", () => undefined);
  return {
    options: { connection: client as never },
    factory: undefined,
    close: async () => {
      client.disconnect();
    },
  };
}

async function postgres(bullmq: BullMq, connection: string): Promise<Shared> {
  const { default: pg } = await load("pg", () => import("pg"));
  const pool = new pg.Pool({
    connectionString: connection,
    max: 64,
    keepAlive: true,
    // BullMQ names its tables without their schema, and sets the path only for pools that it makes itself.
    options: `-c search_path=${bullmq.DEFAULT_SCHEMA}`,
  });
  pool.on("error", () => undefined);
  // Clients and workers may start at once; an advisory lock lets one of them make the tables.
  const client = await pool.connect();
  try {
    await bullmq.runMigrations(client as never);
  } finally {
    client.release();
  }
  return {
    options: { connection: pool as never },
    factory: bullmq.createPostgresBackend,
    close: () => pool.end(),
  };
}

async function load<T>(name: string, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new FleetError("FLEET_ENGINE_FAILED", `could not load the package \`${name}\``, {
      hint: `npm install bullmq ${name === "pg" ? "pg" : "ioredis"}`,
      cause,
    });
  }
}
