/** Calls of the addon: signals stop them, callbacks that throw stop them, what they reject with becomes the SDK's errors. */

import { fromNative, isCancelled } from "./failure.js";
import { type CancelToken, native } from "./native.js";

/** What a call hands to the addon beside its own arguments. */
export interface CallContext {
  /** Stops the call. */
  cancel: CancelToken;
  /** A callback that is safe to hand over: what it throws stops the call, and the call rejects with it. */
  guard<Arguments extends unknown[]>(
    callback: ((...args: Arguments) => void) | undefined,
  ): ((...args: Arguments) => void) | undefined;
}

/**
 * Calls the addon.
 *
 * @param signal Stops the call, which then rejects with the signal's own reason, as `fetch` does.
 * @param start Begins the work.
 */
export async function call<T>(
  signal: AbortSignal | undefined,
  start: (context: CallContext) => Promise<T>,
): Promise<T> {
  signal?.throwIfAborted();
  const cancel = new (native().CancelToken)();
  let thrown: { error: unknown } | undefined;
  const guard: CallContext["guard"] = (callback) =>
    callback &&
    ((...args) => {
      if (thrown !== undefined) return;
      try {
        callback(...args);
      } catch (error) {
        thrown = { error };
        cancel.cancel();
      }
    });
  const abort = (): void => cancel.cancel();
  signal?.addEventListener("abort", abort, { once: true });
  try {
    const value = await start({ cancel, guard });
    if (thrown !== undefined) throw (thrown as { error: unknown }).error;
    return value;
  } catch (error) {
    if (thrown !== undefined) throw (thrown as { error: unknown }).error;
    if (signal?.aborted === true && isCancelled(error)) throw signal.reason;
    throw fromNative(error);
  } finally {
    signal?.removeEventListener("abort", abort);
  }
}
