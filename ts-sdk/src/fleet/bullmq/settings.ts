/** Times of the scheduler, in milliseconds. The simulation in benches/fleet-simulation.mjs uses the same. */

/** How long an item stays with a worker that is gone, unless `lockMs` says otherwise. */
export const DEFAULT_LOCK_MS = 30_000;

/** How often a worker renews the locks of its items. */
export const renewInterval = (lockMs: number): number => lockMs / 4;

/**
 * How often workers look for items without a lock. BullMQ marks an item at one look and returns it to the queue at the next,
 * so a lost item waits for its lock and up to two of these.
 */
export const stalledInterval = (lockMs: number): number => Math.max(500, lockMs / 3);

/** After this time without a renewal a worker stops an item; the rest of the lock's time is for stopping it. */
export const fenceAfter = (lockMs: number): number => lockMs * 0.7;
