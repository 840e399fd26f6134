/** Streams of events: bounded, in order, with back-pressure. */

import { expect, test } from "vitest";
import { EventStream } from "../src/fleet/event-stream.js";

const isPending = async (promise: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol("pending");
  return (await Promise.race([promise, Promise.resolve(pending)])) === pending;
};

test("nobody waits before there is a reader, and the latest 1,024 events are kept", async () => {
  const stream = new EventStream<number>();
  for (let event = 0; event < 2000; event += 1) await stream.push(event);
  stream.end();
  const events = [];
  for await (const event of stream) events.push(event);
  expect(events).toHaveLength(1024);
  expect(events.at(-1)).toBe(1999);
});

test("a writer waits while the reader is 64 events behind", async () => {
  const stream = new EventStream<number>();
  const events = stream[Symbol.asyncIterator]();
  const first = events.next();
  await stream.push(0);
  await first;
  for (let event = 1; event < 64; event += 1) expect(await isPending(stream.push(event))).toBe(false);
  const waiting = stream.push(64);
  expect(await isPending(waiting)).toBe(true);
  await events.next();
  await waiting;
});

test("a reader that leaves lets writers go on", async () => {
  const stream = new EventStream<number>();
  const events = stream[Symbol.asyncIterator]();
  const first = events.next();
  stream.add(0);
  await first;
  const writes = Array.from({ length: 100 }, (_, event) => stream.push(event));
  await events.return();
  await Promise.all(writes);
  expect((await events.next()).done).toBe(true);
});

test("a failure comes after the last event, and there is one reader only", async () => {
  const stream = new EventStream<number>();
  stream.add(1);
  stream.end({ error: new Error("broken") });
  const events = stream[Symbol.asyncIterator]();
  expect(await events.next()).toEqual({ done: false, value: 1 });
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("one loop only");
  await expect(events.next()).rejects.toThrow("broken");
});
