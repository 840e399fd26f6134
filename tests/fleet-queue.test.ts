/** Fleets over BullMQ: worker processes, real stores, and what goes wrong with them. */

import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Queue, QueueEvents } from "bullmq";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { bullmq } from "../ts-sdk/src/fleet/bullmq/index.js";
import { Fleet, type FleetEvent, type FleetResult } from "../ts-sdk/src/fleet/index.js";
import { endWorkers, startWorker, type WorkerProcess } from "./support/fleet-worker.js";
import {
  hasRedis,
  postgresPrograms,
  type QueueStore,
  startPostgres,
  startRedis,
} from "./support/queue-store.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

/**
 * How many items the large runs have. With `SIDEWINDER_FLEET_ITEMS=200` they have their full size, and what takes several
 * lock times is tried over each store, not only over the first.
 */
const { SIDEWINDER_FLEET_ITEMS } = process.env;
const ITEMS = Number(SIDEWINDER_FLEET_ITEMS ?? 24);

/** An outage of the store: what is tried is its length. */
const outage = (): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, SIDEWINDER_FLEET_ITEMS ? 10_000 : 1_000));

const modules = fileURLToPath(new URL("./fleet/modules.mjs", import.meta.url));
const session = { channels: [channel] };
const variant = variantOf(scripted(["echo hello"]));
const postgres = await postgresPrograms();

const stores: [string, boolean, () => Promise<QueueStore>][] = [
  ["Redis", hasRedis, startRedis],
  ["PostgreSQL", postgres !== undefined, () => startPostgres(postgres ?? "")],
];

for (const [index, [name, isInstalled, startStore]] of stores.entries()) {
  const isSlowSkipped = index > 0 && SIDEWINDER_FLEET_ITEMS === undefined;
  if (!isInstalled) console.warn(`${name} is not installed: fleets over it are not tested`);
  describe.skipIf(!isInstalled)(`over ${name}`, () => {
    let store: QueueStore;
    const workers: WorkerProcess[] = [];
    const fleets: Fleet[] = [];
    let fleetCount = 0;

    beforeAll(async () => {
      store = await startStore();
    });
    afterEach(async () => {
      await endWorkers(workers.splice(0));
      await Promise.all(fleets.splice(0).map((fleet) => fleet.close()));
    });
    afterAll(() => store.remove());

    /** A client with a queue name of its own, so that tests do not see each other's items. */
    const client = (queue = `t${fleetCount++}`): { fleet: Fleet; queue: string } => {
      const fleet = new Fleet({ engine: bullmq({ connection: store.url, queue }) });
      fleets.push(fleet);
      return { fleet, queue };
    };
    const worker = async (host: string, queue: string, ...args: string[]): Promise<WorkerProcess> => {
      const cache = await scratch();
      const all = [
        "--queue",
        queue,
        "--cache-dir",
        cache,
        "--artifacts",
        join(cache, "artifacts"),
        "--lock",
        "3",
      ];
      const allow = args.includes("--allow") ? [] : ["--allow", dirname(modules)];
      const started = await startWorker(host, store.url, [...all, ...allow, ...args]);
      workers.push(started);
      return started;
    };

    test("items run on a worker, with their events, artifacts and errors", async () => {
      const { fleet, queue } = client();
      await worker("one", queue, "--concurrency", "2");
      const items = [
        { variant, input: { do: "build", script: "echo first\n" } },
        { variant, input: { do: "throw" } },
        { variant, input: { do: "build", script: "greet --version\n" } },
      ];
      const run = fleet.run<{ stdout: string }>(modules, items, { session });
      const events: FleetEvent[] = [];
      for await (const event of run) events.push(event);
      const [first, second, third] = await run.results;
      expect(first?.ok && first.value.stdout).toBe("first");
      expect(first).toMatchObject({ host: "one", attempts: 1, item: 0 });
      expect(await readFile(first?.artifacts[0]?.location ?? "", "utf8")).toContain("first");
      expect(second?.ok === false && second.error.code).toBe("FLEET_MODULE_FAILED");
      expect(third?.findings[0]).toMatchObject({ kind: "missing-command", subject: "greet" });
      const output = events.flatMap((event) =>
        event.kind === "output" && event.item === 0 ? event.text.trim() : [],
      );
      expect(output).toEqual(["first", "exit 0"]);
      expect(events.filter(({ kind }) => kind === "result")).toHaveLength(3);
    });

    test("modules and session options that the worker does not allow are refused", async () => {
      const { fleet, queue } = client();
      const folder = await scratch();
      await writeFile(join(folder, "other.mjs"), "export default () => 1;\n");
      await worker("strict", queue);
      const [refused] = await fleet.run(join(folder, "other.mjs"), [variant], { session }).results;
      expect(refused?.ok === false && refused.error).toMatchObject({
        code: "FLEET_MODULE_NOT_ALLOWED",
        message: `module not allowed on this worker: \`${join(folder, "other.mjs")}\``,
      });
      const run = fleet.run(
        modules,
        [
          { variant, input: { do: "build" }, session: { outputDir: folder } },
          { variant, input: { do: "build" }, session: { isolation: "none" } },
        ],
        { session },
      );
      const codes = (await run.results).map((result) => result.ok || result.error.code);
      expect(codes).toEqual(["FLEET_SESSION_OPTION", "FLEET_SESSION_OPTION"]);
    });

    test.skipIf(index > 0)("an item of a client of another version is refused", async () => {
      const { queue } = client();
      await worker("newer", queue);
      const connection = { url: store.url };
      const items = new Queue(`${queue}-items`, { connection });
      const results = new QueueEvents(`${queue}-items`, { connection });
      try {
        // Announcements from before it listens are lost.
        await results.waitUntilReady();
        const job = await items.add("item", {
          kind: "item",
          protocol: 1,
          version: "0.0.1",
          task: {},
          index: 0,
        });
        const { outcome } = await job.waitUntilFinished(results);
        expect(outcome.error).toMatchObject({
          code: "FLEET_VERSION_MISMATCH",
          message: expect.stringMatching(/^worker `newer` has sidewinder .*, the client has 0\.0\.1$/),
        });
      } finally {
        await Promise.all([items.close(), results.close()]);
      }
    });

    test.skipIf(isSlowSkipped)(
      "a worker that is killed loses its items to another one, and no item runs twice at a time",
      async () => {
        const { fleet, queue } = client();
        const pair = [await worker("first", queue), await worker("second", queue)];
        // Held until its worker is killed, or the file is there.
        const marker = join(await scratch(), "go");
        const script = `until [ -e ${marker} ]; do sleep 0.05; done\n`;
        const items = Array.from({ length: 6 }, () => ({ variant, input: { do: "script", script } }));
        const run = fleet.run(modules, items, { session });
        const lost: FleetEvent[] = [];
        const running = new Set<number>();
        let victim: WorkerProcess | undefined;
        for await (const event of run) {
          if (event.kind === "started") {
            expect(running.has(event.item)).toBe(false);
            running.add(event.item);
          } else if (event.kind === "lost" || event.kind === "result") running.delete(event.item);
          if (event.kind === "lost") lost.push(event);
          if (event.kind === "started" && victim === undefined) {
            victim = pair.find(({ name }) => name === event.host);
            victim?.child.kill("SIGKILL");
            await writeFile(marker, "");
          }
        }
        const results = await run.results;
        expect(results.map((result) => (result.ok ? result.value : result.error.message))).toEqual([
          0, 0, 0, 0, 0, 0,
        ]);
        expect(lost.map(({ host }) => host)).toEqual([victim?.name]);
        expect(results[lost[0]?.item ?? -1]?.attempts).toBe(2);
      },
    );

    test.skipIf(isSlowSkipped)("an item that ends every worker that takes it becomes an error", async () => {
      const { fleet, queue } = client();
      const folder = await scratch();
      await writeFile(
        join(folder, "poison.mjs"),
        'export default () => process.kill(process.pid, "SIGKILL");\n',
      );
      for (const host of ["a", "b", "c"]) await worker(host, queue, "--allow", folder);
      const [result] = await fleet.run(join(folder, "poison.mjs"), [variant], { session }).results;
      expect(result?.ok === false && result.error).toMatchObject({
        code: "FLEET_ITEM_LOST",
        message: expect.stringContaining("the item was lost 2 times"),
      });
    });

    test("a cancelled run ends its scripts, on all workers, within a second", async () => {
      const { fleet, queue } = client();
      await worker("one", queue, "--concurrency", "2");
      const folder = await scratch();
      const script = (item: number): string => `echo $$ > ${folder}/${item}\nwhile :; do sleep 1; done\n`;
      const items = Array.from({ length: 8 }, (_, item) => ({
        variant,
        input: { do: "script", script: script(item) },
      }));
      const run = fleet.run(modules, items, { session });
      let started = 0;
      let cancelled = 0;
      for await (const event of run) {
        if (
          event.kind === "progress" &&
          event.progress.kind === "phase" &&
          event.progress.phase === "script"
        ) {
          if (event.progress.state === "finished") started += 1;
        }
        if (started === 2 && cancelled === 0) {
          while (!(existsSync(`${folder}/0`) && existsSync(`${folder}/1`))) await new Promise(setImmediate);
          cancelled = performance.now();
          run.cancel();
        }
      }
      const results = await run.results;
      console.info(`cancelled in ${Math.round(performance.now() - cancelled)} ms over ${name}`);
      expect(results.every((result) => !result.ok && result.error.code === "FLEET_CANCELLED")).toBe(true);
      expect(results.map(({ attempts }) => attempts).sort()).toEqual([0, 0, 0, 0, 0, 0, 1, 1]);
      for (const item of [0, 1]) {
        const pid = Number(await readFile(`${folder}/${item}`, "utf8"));
        expect(() => process.kill(pid, 0)).toThrow("ESRCH");
      }
    });

    test("a run whose client is gone is resumed by its id", async () => {
      const { fleet, queue } = client();
      const items = Array.from({ length: 3 }, (_, item) => ({
        variant,
        input: { do: "build", script: `echo ${item}\n` },
      }));
      const first = fleet.run(modules, items, { session, id: "nightly" });
      await first.submitted;
      await expect(fleet.run(modules, items, { id: "nightly" }).results).rejects.toMatchObject({
        code: "FLEET_RUN_EXISTS",
      });
      await fleet.close();
      await expect(first.results).rejects.toMatchObject({ code: "FLEET_CLOSED" });
      await worker("one", queue);
      const { fleet: other } = client(queue);
      const run = other.resume<{ stdout: string }>("nightly");
      expect((await run.results).map((result) => result.ok && result.value.stdout)).toEqual(["0", "1", "2"]);
      expect((await run.report()).items.map(({ state }) => state)).toEqual(["done", "done", "done"]);
      await expect(other.resume("unknown").results).rejects.toMatchObject({ code: "FLEET_RUN_NOT_FOUND" });
    });

    test("a worker that is told to end hands back what it cannot finish", async () => {
      const { fleet, queue } = client();
      const leaving = await worker("leaving", queue, "--drain", "1");
      const marker = join(await scratch(), "again");
      const script = `[ -e ${marker} ] && exit 0\ntouch ${marker}\necho waiting\nwhile :; do sleep 1; done\n`;
      const run = fleet.run(modules, [{ variant, input: { do: "script", script } }], { session });
      const lost: string[] = [];
      for await (const event of run) {
        if (event.kind === "output" && event.text.includes("waiting")) {
          leaving.child.kill("SIGTERM");
          expect(await leaving.ended).toBe(0);
          await worker("staying", queue);
        }
        if (event.kind === "lost") lost.push(event.host);
      }
      expect(lost).toEqual(["leaving"]);
      expect((await run.results)[0]).toMatchObject({ ok: true, value: 0, host: "staying", attempts: 2 });
    });

    test("a session is opened on a worker, with its output, files and errors", async () => {
      const { fleet, queue } = client();
      await worker("remote", queue);
      const opened = await fleet.open(variant, session);
      expect(opened.host).toBe("remote");
      expect(await opened.readBuildScript()).toContain("echo hello");
      await opened.writeFile("data/input.txt", "from the client\n");
      await opened.writeBuildScript("cat data/input.txt\necho done >&2\nexit 3\n");
      const pieces: string[] = [];
      const run = opened.streamScript();
      for await (const { stream, text } of run) pieces.push(`${stream}: ${text.trim()}`);
      expect(pieces.sort()).toEqual(["stderr: done", "stdout: from the client"]);
      expect((await run.result).exitCode).toBe(3);
      expect((await opened.exec(["cat", "data/input.txt"])).stdout).toBe("from the client\n");
      expect(Buffer.from(await opened.readFile("data/input.txt")).toString()).toBe("from the client\n");
      await expect(opened.readFile("/etc/passwd")).rejects.toMatchObject({ code: "INVALID_INPUT" });
      const { added } = await opened.addPackages(["libgreet"]);
      expect(added.map((record) => record.name)).toEqual(["libgreet"]);
      await expect(opened.addPackages(["no-such-package"])).rejects.toMatchObject({ code: "SOLVE_FAILED" });
      const stop = new AbortController();
      await opened.writeBuildScript("echo started\nwhile :; do sleep 1; done\n");
      const reason = new Error("stop");
      const stopped = opened.runScript({ signal: stop.signal, onStdout: () => stop.abort(reason) });
      await expect(stopped).rejects.toBe(reason);
      const { workDir } = opened;
      await opened.close();
      expect(existsSync(workDir)).toBe(false);
    });

    test.skipIf(isSlowSkipped)("items go on while the store is away for less than their lock", async () => {
      const { fleet, queue } = client();
      await worker("patient", queue, "--lock", "30");
      const marker = join(await scratch(), "go");
      const script = `echo started\nuntil [ -e ${marker} ]; do sleep 0.05; done\n`;
      const run = fleet.run(modules, [{ variant, input: { do: "script", script } }], { session });
      for await (const event of run) {
        if (event.kind !== "output" || !event.text.includes("started")) continue;
        await store.kill();
        // The script ends while there is nothing to report it to.
        await writeFile(marker, "");
        await outage();
        await store.start();
      }
      expect((await run.results)[0]).toMatchObject({ ok: true, value: 0, attempts: 1 });
    });

    test(`${ITEMS} items survive a killed worker and a store that is killed and started again`, async () => {
      const { fleet, queue } = client();
      const four = await Promise.all(["a", "b", "c", "d"].map((host) => worker(host, queue)));
      const items = Array.from({ length: ITEMS }, (_, item) => ({
        variant,
        input: { do: "build", script: `echo ${item}\n` },
      }));
      const begun = performance.now();
      const run = fleet.run<{ stdout: string }>(modules, items, { session });
      const seen: FleetResult[] = [];
      let isKilled = false;
      let isRestarted = false;
      for await (const event of run) {
        if (event.kind === "result") seen.push(event.result);
        if (!isKilled && seen.length >= ITEMS / 4) {
          isKilled = true;
          four.find(({ name }) => name === event.host)?.child.kill("SIGKILL");
        }
        if (!isRestarted && seen.length >= ITEMS / 2) {
          isRestarted = true;
          await store.kill();
          await store.start();
        }
      }
      const results = await run.results;
      console.info(`${ITEMS} items over ${name}: ${Math.round(performance.now() - begun)} ms`);
      expect(results.map((result) => (result.ok ? result.value.stdout : result.error.message))).toEqual(
        items.map((_, item) => String(item)),
      );
      expect(new Set(seen.map(({ item }) => item)).size).toBe(seen.length);
      expect(seen).toHaveLength(ITEMS);
    });
  });
}
