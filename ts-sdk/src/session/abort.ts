/** Listening to abort signals that many calls share. */

/** What each signal calls. */
const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/**
 * Calls back once a signal is aborted. All callers together add one listener: Node.js warns of a leak at eleven.
 *
 * @returns A function that stops listening.
 */
export function onAbort(signal: AbortSignal, act: () => void): () => void {
  const acts = waiting.get(signal) ?? listenTo(signal);
  // Each call is its own entry, even if two pass the same function.
  const entry = (): void => act();
  acts.add(entry);
  return () => {
    acts.delete(entry);
  };
}

function listenTo(signal: AbortSignal): Set<() => void> {
  const acts = new Set<() => void>();
  waiting.set(signal, acts);
  // A listener that has nothing to call keeps nothing alive: the set belongs to the signal.
  signal.addEventListener(
    "abort",
    () => {
      for (const act of acts) act();
    },
    { once: true },
  );
  return acts;
}
