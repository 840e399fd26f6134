/** The worker's side of a session that a client opened. */

import type { Job } from "bullmq";
import { DebugSession } from "../../session/session.js";
import { errorToData, FleetError } from "../errors.js";
import { PLAIN_CALLS, readSessionFile, writeSessionFile } from "../session.js";
import type { FleetSessionOptions } from "../types.js";
import type { Store } from "./connection.js";
import { EventSender } from "./event-sender.js";
import { type OpenJob, queueNames } from "./protocol.js";
import { LEASE_MS, type SessionCall, type SessionReturn, sessionEvents } from "./session-calls.js";

/**
 * Serves a session until its client closes it, says nothing for too long, or the worker shuts down.
 *
 * @param watch Called with what stops the session when the worker loses the job; returns what ends that.
 */
export async function serveSession(
  store: Store,
  { session: id, task }: OpenJob,
  options: FleetSessionOptions,
  host: string,
  shutDown: AbortSignal,
  watch: (stop: AbortController) => () => void,
): Promise<null> {
  const names = queueNames(store.prefix);
  const stop = new AbortController();
  const events = store.queue(names.events(sessionEvents(id)));
  const sender = new EventSender(events);
  const opened = DebugSession.create(task.variant, { ...options, signal: stop.signal });
  opened.catch(() => undefined);
  const running = new Map<number, AbortController>();
  let end: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const lease = setTimeout(() => end(), LEASE_MS);

  const perform = async ({ call, method, args, isStreamed }: SessionCall): Promise<unknown> => {
    if (method === "ping") return null;
    if (method === "abort") {
      running.get(Number(args[0]))?.abort();
      return null;
    }
    const session = await opened;
    if (method === "open") {
      const { paths, variant, setupLog } = session;
      return { host, paths, variant, setupLog };
    }
    if (method === "readFile") return (await readSessionFile(session, String(args[0]))).toString("base64");
    if (method === "writeFile") {
      await writeSessionFile(session, String(args[0]), Buffer.from(String(args[1]), "base64"));
      return null;
    }
    const name = PLAIN_CALLS.find((known) => known === method);
    if (name === undefined) throw new FleetError("FLEET_ENGINE_FAILED", `unknown call \`${method}\``);
    const stopCall = new AbortController();
    running.set(call, stopCall);
    try {
      const { signal } = stopCall;
      if (name === "runScript" && isStreamed) {
        const run = session.streamScript({ ...(args[0] as object), signal });
        for await (const { stream, text } of run) {
          await sender.send({ task: call, host, attempt: 1, kind: "output", stream, text });
        }
        return await run.result;
      }
      const output = (stream: "stdout" | "stderr") => (text: string) =>
        void sender.send({ task: call, host, attempt: 1, kind: "output", stream, text });
      const callbacks = isStreamed ? { onStdout: output("stdout"), onStderr: output("stderr") } : {};
      const isRun = name === "runScript" || name === "exec";
      const given = isRun
        ? [...args.slice(0, -1), { ...(args.at(-1) as object), ...callbacks, signal }]
        : args;
      return (await (session[name] as (...given: unknown[]) => Promise<unknown>)(...given)) ?? null;
    } finally {
      running.delete(call);
      if (isStreamed) {
        // After the output: the client waits for it.
        await sender.send({ task: call, host, attempt: 1, kind: "started" });
        await sender.flush();
      }
    }
  };

  const calls = store.worker(
    names.calls(id),
    async ({ data }: Job<SessionCall>): Promise<SessionReturn> => {
      lease.refresh();
      try {
        if (data.method !== "close") return { value: await perform(data) };
        await opened.then((session) => session.close());
        end();
        return { value: null };
      } catch (error) {
        if (data.method === "close" || data.method === "open") end();
        return { error: errorToData(error) };
      }
    },
    { concurrency: 16 },
  );
  const unwatch = watch(stop);
  for (const signal of [stop.signal, shutDown]) signal.addEventListener("abort", () => end(), { once: true });
  if (shutDown.aborted) end();
  try {
    await ended;
  } finally {
    unwatch();
    clearTimeout(lease);
    stop.abort(new FleetError("FLEET_CLOSED", "the session was closed"));
    await opened.then((session) => session.close()).catch(() => undefined);
    // Answers of calls that are still under way, the one to close among them.
    await calls.close();
    await events.close();
  }
  return null;
}
