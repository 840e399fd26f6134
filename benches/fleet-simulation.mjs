// usage: node benches/fleet-simulation.mjs [--items N] [--hosts N] [--concurrency N] [--crashes PER-HOST-AND-DAY]
//                                         [--timeout SECONDS] [--seed N]
//
// How long a fleet takes, by events in simulated time, with the settings of the real scheduler: one queue, hosts that take
// items in order, a lock for each item, and lost items that return when their lock is over and two looks have passed.
// Scripts take times from a log-normal distribution (median 90 s, one in 20 over 12 min), as builds of feedstocks do; the
// first item on a host downloads its packages. Hosts crash at random, and come back with their cache after a minute.

import { parseArgs } from "node:util";
import { DEFAULT_LOCK_MS, stalledInterval } from "../ts-sdk/dist/fleet/bullmq/settings.js";

const { values } = parseArgs({
  options: {
    items: { type: "string", default: "10000" },
    hosts: { type: "string", default: "100" },
    concurrency: { type: "string", default: "4" },
    crashes: { type: "string", default: "1" },
    timeout: { type: "string", default: "3600" },
    retries: { type: "string", default: "1" },
    seed: { type: "string", default: "1" },
  },
});
const { items, hosts, concurrency, crashes, timeout, retries, seed } = Object.fromEntries(
  Object.entries(values).map(([name, value]) => [name, Number(value)]),
);

const SECOND = 1000;
const WARM_SETUP = 0.3 * SECOND;
const COLD_SETUP = 60 * SECOND;
const RESTART = 60 * SECOND;
const DAY = 86_400 * SECOND;

let state = seed >>> 0 || 1;
/** Uniform in (0, 1): xorshift, so that a run can be repeated. */
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return ((state >>> 0) + 1) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(random())) * Math.cos(2 * Math.PI * random());
const scriptTime = () => Math.min(timeout, 90 * Math.exp(1.26 * normal())) * SECOND;
const crashTime = () => (crashes === 0 ? Number.POSITIVE_INFINITY : (-Math.log(random()) * DAY) / crashes);

/** A binary heap of events by time. */
class Events {
  #heap = [];
  add(event) {
    const heap = this.#heap;
    heap.push(event);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (heap[parent].time <= heap[at].time) break;
      [heap[parent], heap[at]] = [heap[at], heap[parent]];
      at = parent;
    }
  }
  take() {
    const heap = this.#heap;
    const [first] = heap;
    const last = heap.pop();
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && heap[left].time < heap[least].time) least = left;
      if (right < heap.length && heap[right].time < heap[least].time) least = right;
      if (least === at) return first;
      [heap[least], heap[at]] = [heap[at], heap[least]];
      at = least;
    }
  }
}

const events = new Events();
const queue = Array.from({ length: items }, () => ({ script: scriptTime(), lost: 0, starts: 0 }));
const work = queue.reduce((sum, { script }) => sum + script, 0);
const all = Array.from({ length: hosts }, () => ({
  free: concurrency,
  isUp: true,
  isWarm: false,
  epoch: 0,
  running: new Set(),
}));
for (const host of all) events.add({ time: crashTime(), kind: "crash", host });

let now = 0;
let busy = 0;
let [done, failed, lost, crashed] = [0, 0, 0, 0];
/** The next item that is waiting, as an index: shifting a long list takes long. */
let next = 0;
const waits = [];

function start(host) {
  while (host.isUp && host.free > 0 && next < queue.length) {
    const item = queue[next++];
    host.free -= 1;
    const time = (host.isWarm ? WARM_SETUP : COLD_SETUP) + item.script;
    host.isWarm = true;
    host.running.add(item);
    item.starts += 1;
    item.began = now;
    waits.push(now);
    events.add({ time: now + time, kind: "end", host, item, epoch: host.epoch });
  }
}

for (const host of all) start(host);
while (done + failed < items) {
  const event = events.take();
  now = event.time;
  const { host, item } = event;
  if (event.kind === "end" && event.epoch === host.epoch) {
    host.running.delete(item);
    host.free += 1;
    busy += now - item.began;
    done += 1;
    start(host);
  } else if (event.kind === "crash") {
    crashed += 1;
    for (const gone of host.running) {
      busy += now - gone.began;
      gone.lost += 1;
      lost += 1;
      // The lock was renewed some time ago; then two looks have to pass.
      const found =
        DEFAULT_LOCK_MS * (0.75 + 0.25 * random()) + stalledInterval(DEFAULT_LOCK_MS) * (1 + random());
      if (gone.lost > retries) failed += 1;
      else events.add({ time: now + found, kind: "return", item: gone });
    }
    host.running.clear();
    Object.assign(host, { isUp: false, free: concurrency, epoch: host.epoch + 1 });
    events.add({ time: now + RESTART, kind: "up", host });
    events.add({ time: now + RESTART + crashTime(), kind: "crash", host });
  } else if (event.kind === "up") {
    host.isUp = true;
    start(host);
  } else if (event.kind === "return") {
    // To the front: BullMQ returns lost items before those that were never begun.
    queue.splice(next, 0, item);
    for (const idle of all) start(idle);
  }
}

const hours = (time) => (time / 3_600_000).toFixed(2);
const slots = hosts * concurrency;
console.log(
  `${items} items on ${hosts} hosts, ${concurrency} at a time, ${crashes} crashes per host and day, lock ${DEFAULT_LOCK_MS / 1000} s`,
);
console.log(
  `time ${hours(now)} h; at least ${hours(work / slots)} h of scripts; slots busy ${((100 * busy) / (now * slots)).toFixed(1)} %`,
);
console.log(
  `${done} done, ${failed} failed; ${crashed} crashes lost ${lost} items, ${lost - failed} ran again`,
);
