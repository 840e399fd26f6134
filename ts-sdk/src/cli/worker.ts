/** `sidewinder worker`: runs items of fleets on this host. */

import { createServer } from "node:http";
import type { FleetWorker } from "../fleet/bullmq/index.js";
import type { FleetSessionOptions } from "../fleet/index.js";
import { command, noOperands } from "./command.js";
import { EXIT } from "./exit-status.js";
import { remark } from "./output.js";
import { UsageError } from "./usage-error.js";

export default command({
  name: "worker",
  usage: ["--engine URL --allow MODULE... [options]"],
  about:
    "Takes items of fleets from a queue and runs them next to their sessions, on this host. SIGTERM drains it: what runs is " +
    "finished, or handed back to the queue once the time of --drain is over.",
  options: {
    engine: {
      type: "string",
      value: "URL",
      description: "The queue: redis://HOST, rediss://HOST or postgres://HOST/DB",
    },
    queue: { type: "string", value: "NAME", description: "Name of the fleet; default: sidewinder" },
    allow: {
      type: "string",
      multiple: true,
      value: "MODULE",
      description: "Module that may run here: a file, a folder of files, or the export of a package",
    },
    concurrency: { type: "string", value: "N", description: "Items at the same time; default: 1" },
    "cache-dir": { type: "string", value: "DIR", description: "Cache of packages, repodata and sources" },
    limits: {
      type: "string",
      multiple: true,
      value: "NAME=NUMBER",
      description: "Limit of every session: memoryBytes, cpuSeconds, processes, diskBytes or logBytes",
    },
    artifacts: {
      type: "string",
      value: "DIR",
      description: "Where files of items go; default: fleet-artifacts",
    },
    name: {
      type: "string",
      value: "NAME",
      description: "Name of this host in events; default: its host name",
    },
    drain: {
      type: "string",
      value: "SECONDS",
      description: "How long items may go on after SIGTERM; default: 60",
    },
    lock: {
      type: "string",
      value: "SECONDS",
      description: "How long an item stays with a worker that is gone; default: 30",
    },
    health: {
      type: "string",
      value: "PORT",
      description: "Serve the worker's state as JSON on this port of 127.0.0.1",
    },
  },
  examples: [
    {
      description: "four items at a time, from the modules in ./repairs",
      line: "sidewinder worker --engine redis://queue --allow ./repairs --concurrency 4",
    },
  ],
  async run(call) {
    noOperands(call);
    const { engine, queue, allow = [], artifacts, name } = call.values;
    if (engine === undefined)
      throw new UsageError("`--engine` is missing", "name the queue, e.g. redis://127.0.0.1");
    if (allow.length === 0)
      throw new UsageError("`--allow` is missing", "name the modules that may run here");
    const concurrency = positive("concurrency", call.values.concurrency, 1);
    const drainMs = positive("drain", call.values.drain, 60) * 1000;
    const lockMs = positive("lock", call.values.lock, 30) * 1000;
    const port = call.values.health === undefined ? undefined : positive("health", call.values.health, 0);
    const { FleetWorker } = await import("../fleet/bullmq/index.js");
    const session = {
      ...(call.values["cache-dir"] === undefined ? {} : { cacheDir: call.values["cache-dir"] }),
      ...limitsOf(call.values.limits ?? []),
    } as FleetSessionOptions;
    const worker = await FleetWorker.start({
      connection: engine,
      allow,
      concurrency,
      lockMs,
      session,
      ...(queue === undefined ? {} : { queue }),
      ...(artifacts === undefined ? {} : { artifacts }),
      ...(name === undefined ? {} : { host: name }),
    });
    const stopHealth = port === undefined ? undefined : serveHealth(worker, port);
    remark(
      call,
      `Worker ${worker.health().host} takes items, ${concurrency} at a time. SIGTERM or Ctrl-C drains it.`,
    );
    await new Promise<void>((resolve) => {
      for (const name of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(name, () => resolve());
    });
    remark(call, `Draining: ${worker.health().active} items run.`);
    // A second signal hands back at once.
    for (const name of ["SIGTERM", "SIGINT"] as const) process.once(name, () => void worker.handBack());
    await worker.drain(drainMs);
    stopHealth?.();
    return EXIT.done;
  },
});

function positive(option: string, text: string | undefined, fallback: number): number {
  const number = text === undefined ? fallback : Number(text);
  if (text === undefined || (Number.isInteger(number) && number > 0)) return number;
  throw new UsageError(`\`--${option}\` takes a positive integer, found \`${text}\``);
}

function limitsOf(texts: readonly string[]): { limits?: Record<string, number> } {
  if (texts.length === 0) return {};
  const limits = texts.map((text) => {
    const [name = "", number = ""] = text.split("=");
    if (!/^\d+$/.test(number)) throw new UsageError(`\`--limits\` takes NAME=NUMBER, found \`${text}\``);
    return [name, Number(number)] as const;
  });
  return { limits: Object.fromEntries(limits) };
}

/** Serves the state of a worker on the loopback interface; returns what ends that. */
function serveHealth(worker: FleetWorker, port: number): () => void {
  const server = createServer((_request, response) => {
    const health = worker.health();
    response.writeHead(health.state === "running" ? 200 : 503, { "content-type": "application/json" });
    response.end(`${JSON.stringify(health)}\n`);
  });
  server.listen(port, "127.0.0.1").unref();
  return () => server.close();
}
