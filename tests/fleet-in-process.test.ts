/** Fleets in this process, on real sessions. */

import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Fleet, FleetError, type FleetEvent } from "../ts-sdk/src/fleet/index.js";
import { SidewinderError, SolveError } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const module = new URL("./fleet/modules.mjs", import.meta.url);
const session = { channels: [channel] };
/** Whether a small file system can be mounted, which only an administrator can. */
const canMount = process.platform === "linux" && process.getuid?.() === 0;
if (!canMount)
  console.warn("skipped: a full artifact store needs an administrator, to mount a small file system");
const variant = variantOf(scripted(["echo hello"]));

async function collect<V>(events: AsyncIterable<FleetEvent<V>>): Promise<FleetEvent<V>[]> {
  const all: FleetEvent<V>[] = [];
  for await (const event of events) all.push(event);
  return all;
}

test("results come in the order of the items, with their events and artifacts", async () => {
  const artifacts = await scratch();
  const fleet = new Fleet({ artifacts, concurrency: 2 });
  const items = ["one", "two", "three", "four"].map((word) => ({
    variant,
    input: { do: "build", script: `echo ${word}\n` },
  }));
  const run = fleet.run<{ stdout: string }>(module, items, { session });
  const events = await collect(run);
  const results = await run.results;
  expect(results.map((result) => result.ok && result.value.stdout)).toEqual(["one", "two", "three", "four"]);
  expect(events.filter(({ kind }) => kind === "started")).toHaveLength(4);
  expect(events.filter(({ kind }) => kind === "result")).toHaveLength(4);
  expect(events.some((event) => event.kind === "progress" && event.progress.kind === "phase")).toBe(true);
  const output = events.flatMap((event) =>
    event.kind === "output" && event.item === 2 ? event.text.trim() : [],
  );
  expect(output).toEqual(["three", "exit 0"]);
  const [log] = results[1]?.artifacts ?? [];
  expect(log).toMatchObject({
    name: "logs/build.log",
    location: join(artifacts, run.id, "1/logs/build.log"),
  });
  expect(await readFile(log?.location ?? "", "utf8")).toContain("two");
  await fleet.close();
});

test("every kind of failure is a typed error of its item, and the others go on", async () => {
  const artifacts = await scratch();
  const link = join(await scratch(), "link");
  await writeFile(`${link}.txt`, "secret");
  await symlink(`${link}.txt`, link);
  const fleet = new Fleet({ artifacts, concurrency: 4 });
  const unsolvable = variantOf(scripted(["true"], "requirements: {host: [no-such-package]}\n"));
  const run = fleet.run(
    module,
    [
      { variant, input: { do: "throw" } },
      { variant, input: { do: "close" } },
      { variant, input: { do: "large" } },
      { variant, input: { do: "cycle" } },
      { variant, input: { do: "artifact", name: "../outside", content: "x" } },
      { variant, input: { do: "artifact", name: "link", content: { file: link } } },
      { variant: unsolvable, input: { do: "build" } },
      { variant, input: { do: "build" } },
    ],
    { session, maxValueBytes: 4096 },
  );
  const results = await run.results;
  expect(results.map((result) => (result.ok ? "ok" : result.error.code))).toEqual([
    "FLEET_MODULE_FAILED",
    "SESSION_CLOSED",
    "FLEET_VALUE_TOO_LARGE",
    "FLEET_VALUE_INVALID",
    "FLEET_ARTIFACT_FAILED",
    "FLEET_ARTIFACT_FAILED",
    "SOLVE_FAILED",
    "ok",
  ]);
  const errors = results.map((result) => (result.ok ? undefined : result.error));
  expect(FleetError.is(errors[0]) && errors[0].thrown).toMatchObject({
    name: "RangeError",
    message: "no repair found",
  });
  expect(errors[4]?.message).toBe('invalid artifact name "../outside"');
  expect(errors[5]?.message).toBe("could not store artifact `link`: it is a symbolic link");
  expect(SolveError.is(errors[6]) && errors[6].environment).toBe("host");
  expect(existsSync(join(artifacts, run.id, "outside"))).toBe(false);
  await fleet.close();
});

test.skipIf(!canMount)("a full artifact store is an error of the item that stores", async () => {
  const artifacts = await scratch();
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", artifacts]);
  // One at a time: the partial large file would leave no room for the small one.
  const fleet = new Fleet({ artifacts, concurrency: 1 });
  try {
    const items = [
      { variant, input: { do: "artifact", name: "large", content: "x".repeat(1_000_000) } },
      { variant, input: { do: "artifact", name: "small", content: "x" } },
    ];
    const [large, small] = await fleet.run(module, items, { session }).results;
    expect(large?.ok === false && large.error).toMatchObject({
      code: "FLEET_ARTIFACT_FAILED",
      message: "could not store artifact `large`: disk full",
    });
    expect(small?.ok).toBe(true);
  } finally {
    await fleet.close();
    execFileSync("umount", [artifacts]);
  }
});

test("a module that is missing or exports no function is named", async () => {
  const fleet = new Fleet({ artifacts: await scratch() });
  const [missing] = await fleet.run("./no-such-module.mjs", [variant], { session }).results;
  expect(missing?.ok === false && missing.error.code).toBe("FLEET_MODULE_INVALID");
  const folder = await scratch();
  await writeFile(join(folder, "empty.mjs"), "export const answer = 42;\n");
  const [empty] = await fleet.run(join(folder, "empty.mjs"), [variant], { session }).results;
  expect(empty?.ok === false && empty.error.message).toContain("has no default export that is a function");
  await fleet.close();
});

test("a time limit ends the scripts of an item, and a module that does not stop is left behind", async () => {
  const fleet = new Fleet({ concurrency: 2 });
  const marker = join(await scratch(), "pid");
  const script = `echo $$ > ${marker}\nwhile :; do sleep 1; done\n`;
  const items = [
    { variant, input: { do: "script", script } },
    { variant, input: { do: "stubborn" } },
  ];
  const results = await fleet.run(module, items, { session, timeoutMs: 1500 }).results;
  expect(results.map((result) => result.ok || result.error.message)).toEqual([
    "timed out after 1.5 s",
    "timed out after 1.5 s",
  ]);
  const pid = Number(await readFile(marker, "utf8"));
  expect(() => process.kill(pid, 0)).toThrow("ESRCH");
  await fleet.close();
});

test("an aborted signal ends scripts and rejects with its reason; cancel() gives results", async () => {
  const fleet = new Fleet({ concurrency: 1 });
  const items = Array.from({ length: 3 }, () => ({
    variant,
    input: { do: "script", script: "echo running\nwhile :; do sleep 1; done\n" },
  }));
  const stop = new AbortController();
  const aborted = fleet.run(module, items, { session, signal: stop.signal });
  const reason = new Error("enough");
  for await (const event of aborted) {
    if (event.kind === "output") {
      stop.abort(reason);
      break;
    }
  }
  await expect(aborted.results).rejects.toBe(reason);

  const cancelled = fleet.run(module, items, { session });
  for await (const event of cancelled) if (event.kind === "output") cancelled.cancel();
  const results = await cancelled.results;
  expect(results.map((result) => (result.ok ? "ok" : result.error.code))).toEqual([
    "FLEET_CANCELLED",
    "FLEET_CANCELLED",
    "FLEET_CANCELLED",
  ]);
  expect(results.map(({ attempts }) => attempts)).toEqual([1, 0, 0]);
  await fleet.close();
});

test("a failure that says so itself is tried again", async () => {
  const fleet = new Fleet({ artifacts: await scratch() });
  const [result] = await fleet.run(module, [{ variant, input: { do: "once" } }], { session }).results;
  expect(result?.ok === true && result.value).toBe(2);
  const [none] = await fleet.run(module, [{ variant, input: { do: "once" } }], { session, retries: 0 })
    .results;
  expect(none?.ok === false && none.error.code).toBe("FLEET_MODULE_FAILED");
  await fleet.close();
});

test("no output is lost to a reader that is slower than the script", async () => {
  const fleet = new Fleet({ artifacts: await scratch() });
  const script = "for i in $(seq 200); do head -c 100000 /dev/zero | tr '\\0' x; done\n";
  const run = fleet.run(module, [{ variant, input: { do: "script", script } }], { session });
  const events = run[Symbol.asyncIterator]();
  let first = await events.next();
  while (first.value?.kind !== "output") first = await events.next();
  let size = first.value.text.length;
  for await (const event of events) if (event.kind === "output") size += event.text.length;
  expect(size).toBe(200 * 100_000);
  expect((await run.results)[0]?.ok).toBe(true);
  await fleet.close();
});

test("equal items run once on request", async () => {
  const fleet = new Fleet({ artifacts: await scratch() });
  const items = [1, 2, 3].map(() => ({ variant, input: { do: "build" } }));
  const run = fleet.run(module, items, { session, deduplicate: true });
  const events = await collect(run);
  expect((await run.results).map(({ ok, item }) => [ok, item])).toEqual([
    [true, 0],
    [true, 1],
    [true, 2],
  ]);
  const commands = events.filter(
    (event) => event.kind === "output" && event.item === 0 && event.stream === "log",
  );
  expect(commands).toHaveLength(1);
  await fleet.close();
});

test("arguments are checked before anything runs", () => {
  const fleet = new Fleet();
  const codeOf = (call: () => unknown): unknown => {
    try {
      call();
    } catch (error) {
      return SidewinderError.is(error) ? error.message : error;
    }
    return undefined;
  };
  expect(codeOf(() => fleet.run(module, [variant], { id: "a b" }))).toContain("invalid option `id`");
  expect(codeOf(() => fleet.run(module, [{ variant, input: () => 1 }]))).toContain("items[0]");
  expect(codeOf(() => fleet.run(new URL("data:text/javascript,1"), [variant]))).toContain(
    "not a file of this machine",
  );
  expect(codeOf(() => new Fleet({ concurrency: 0 }))).toContain("concurrency");
});

test("a session of its own is opened next to the runs", async () => {
  const fleet = new Fleet({ artifacts: await scratch() });
  const opened = await fleet.open(variant, session);
  expect((await opened.runScript()).stdout.trim()).toBe("hello");
  await opened.close();
  await fleet.close();
  expect(() => fleet.open(variant)).toThrow("closed");
});
