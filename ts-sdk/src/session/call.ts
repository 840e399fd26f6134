/** Calls of the addon: signals stop them, callbacks that throw stop them, what they reject with becomes the SDK's errors. */

import { onAbort } from "./abort.js";
import { fromNative, isCancelled } from "./failure.js";
import { type CancelToken, native } from "./native.js";

/** What a call passes to the addon besides its own arguments. */
export interface CallContext {
  /** Stops the call. */
  cancel: CancelToken;
  /**
   * A callback that is safe to hand over: what it throws, or rejects with where it is asynchronous, stops the call, and the
   * call rejects with it.
   */
  guard<Arguments extends unknown[]>(
    callback: ((...args: Arguments) => void) | undefined,
  ): ((...args: Arguments) => void) | undefined;
}

/**
 * Calls the addon.
 *
 * @param signals Each of them stops the call, which then rejects with the signal's own reason, as `fetch` does.
 * @param start Begins the work.
 * @param discard Releases what the work made, if a callback that threw keeps the caller from having it.
 */
export async function call<T>(
  signals: AbortSignal | undefined | (AbortSignal | undefined)[],
  start: (context: CallContext) => Promise<T>,
  discard?: (value: T) => Promise<void>,
): Promise<T> {
  const given = [signals].flat().filter((signal) => signal !== undefined);
  const aborted = given.find((signal) => signal.aborted);
  if (aborted !== undefined) throw reasonOf(aborted);
  const cancel = new (native().CancelToken)();
  let thrown: { error: unknown } | undefined;
  const stop = (error: unknown): void => {
    thrown ??= { error };
    cancel.cancel();
  };
  const guard: CallContext["guard"] = (callback) =>
    callback &&
    ((...args) => {
      if (thrown !== undefined) return;
      try {
        const returned: unknown = callback(...args);
        if (typeof returned === "object" && returned !== null) Promise.resolve(returned).catch(stop);
      } catch (error) {
        stop(error);
      }
    });
  let first: AbortSignal | undefined;
  const listeners = given.map((signal) => {
    const abort = (): void => {
      first ??= signal;
      cancel.cancel();
    };
    return onAbort(signal, abort);
  });
  const failure = (): { error: unknown } | undefined => thrown;
  try {
    const value = await start({ cancel, guard });
    const late = failure();
    if (late === undefined) return value;
    // A failure to release it adds nothing to the error that is thrown anyway.
    await discard?.(value).catch(() => undefined);
    throw late.error;
  } catch (error) {
    const late = failure();
    if (late !== undefined) throw late.error;
    if (first !== undefined && isCancelled(error)) throw reasonOf(first);
    throw fromNative(error);
  } finally {
    for (const remove of listeners) remove();
  }
}

/** A signal's reason; those of other libraries may have none. */
function reasonOf(signal: AbortSignal): unknown {
  return signal.reason ?? new DOMException("This operation was aborted", "AbortError");
}
