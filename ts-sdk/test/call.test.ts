import { beforeEach, expect, test, vi } from "vitest";

/** Stands for the addon: a call rejects as soon as its token is used. */
class Token {
  static last: Token | undefined;
  cancelled = false;
  wake: (() => void) | undefined;
  constructor() {
    Token.last = this;
  }
  cancel(): void {
    this.cancelled = true;
    this.wake?.();
  }
}

vi.mock("../src/session/native.js", () => ({ native: () => ({ CancelToken: Token }) }));

const { call } = await import("../src/session/call.js");

const CANCELLED = new Error(JSON.stringify({ code: "CANCELLED", message: "the operation was cancelled" }));

function untilCancelled(cancel: unknown): Promise<never> {
  const token = cancel as Token;
  return new Promise((_resolve, reject) => {
    token.wake = () => reject(CANCELLED);
    if (token.cancelled) reject(CANCELLED);
  });
}

beforeEach(() => {
  Token.last = undefined;
});

test("a call that is aborted rejects with the signal's own reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  const pending = call(controller.signal, ({ cancel }) => untilCancelled(cancel));
  controller.abort(reason);
  await expect(pending).rejects.toBe(reason);
});

test("a signal that is already aborted starts nothing", async () => {
  const start = vi.fn();
  await expect(call(AbortSignal.abort("no"), start)).rejects.toBe("no");
  expect(start).not.toHaveBeenCalled();
  expect(Token.last).toBeUndefined();
});

test("a failure for another reason keeps its own error although the signal was aborted", async () => {
  const controller = new AbortController();
  const pending = call(controller.signal, async () => {
    controller.abort();
    throw new Error(
      JSON.stringify({ code: "SOLVE_FAILED", message: "no", environment: "host", explanation: "x" }),
    );
  });
  await expect(pending).rejects.toMatchObject({ code: "SOLVE_FAILED" });
});

test("calls with the same signal share one listener, and finished calls are not cancelled", async () => {
  const controller = new AbortController();
  const added = vi.spyOn(controller.signal, "addEventListener");
  for (let count = 0; count < 20; count += 1) await call(controller.signal, async () => 1);
  expect(added).toHaveBeenCalledTimes(1);
  const token = Token.last;
  controller.abort();
  expect(token?.cancelled).toBe(false);
});

test("a callback that throws stops the call, which rejects with what was thrown", async () => {
  const mistake = new Error("in the callback");
  const pending = call(undefined, ({ cancel, guard }) => {
    const callback = guard(() => {
      throw mistake;
    });
    expect(() => callback?.()).not.toThrow();
    return untilCancelled(cancel);
  });
  await expect(pending).rejects.toBe(mistake);
  expect(Token.last?.cancelled).toBe(true);
});
