import { expect, test } from "vitest";
import type { ScriptResult } from "../src/index.js";
import { type OutputChunk, ScriptRun } from "../src/session/script-run.js";

const RESULT = { exitCode: 0, success: true } as ScriptResult;

test("output comes in order, then the iteration ends and the result is there", async () => {
  const run = new ScriptRun(undefined, async (_signal, take) => {
    take({ stream: "stdout", text: "one" }, () => undefined);
    await Promise.resolve();
    take({ stream: "stderr", text: "two" }, () => undefined);
    return RESULT;
  });
  const chunks: OutputChunk[] = [];
  for await (const chunk of run) chunks.push(chunk);
  expect(chunks).toEqual([
    { stream: "stdout", text: "one" },
    { stream: "stderr", text: "two" },
  ]);
  expect(await run.result).toBe(RESULT);
});

test("a run that fails to start throws from the iteration and from the result", async () => {
  const run = new ScriptRun(undefined, () => Promise.reject(new Error("no bash")));
  const iterate = async (): Promise<void> => {
    for await (const _ of run);
  };
  await expect(iterate()).rejects.toThrow("no bash");
  await expect(run.result).rejects.toThrow("no bash");
});

test("leaving the loop stops the script", async () => {
  let stopped = false;
  const run = new ScriptRun(
    undefined,
    (signal, take) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          stopped = true;
          reject(signal.reason);
        });
        take({ stream: "stdout", text: "line" }, () => undefined);
      }),
  );
  for await (const _ of run) break;
  expect(stopped).toBe(true);
  await expect(run.result).rejects.toMatchObject({ name: "AbortError" });
});

test.each(["return", "throw"] as const)(
  "`%s` of the iterator waits until the run has ended",
  async (leave) => {
    let end: (() => void) | undefined;
    const run = new ScriptRun(
      undefined,
      (signal, take) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            end = () => reject(signal.reason);
          });
          take({ stream: "stdout", text: "line" }, () => undefined);
        }),
    );
    const chunks = run[Symbol.asyncIterator]();
    await chunks.next();
    let left = false;
    const leaving = (leave === "return" ? chunks.return() : chunks.throw(new Error("enough")))
      .catch((error: Error) => error.message)
      .finally(() => {
        left = true;
      });
    await new Promise(setImmediate);
    expect(left).toBe(false);
    end?.();
    expect(await leaving).toEqual(leave === "return" ? { done: true, value: undefined } : "enough");
  },
);

test("what comes before the loop begins is kept in bounded memory, and then only what is taken is let go", async () => {
  let released = 0;
  let send: ((text: string) => void) | undefined;
  let end: (() => void) | undefined;
  const run = new ScriptRun(100, (_signal, take) => {
    send = (text) => take({ stream: "stdout", text }, () => (released += 1));
    return new Promise((resolve) => {
      end = () => resolve(RESULT);
    });
  });
  for (let line = 0; line < 1000; line += 1) send?.(`${line}\n`);
  expect(released).toBe(1000);
  const chunks = run[Symbol.asyncIterator]();
  let text = (await chunks.next()).value?.text ?? "";
  send?.("last\n");
  send?.("very last\n");
  while (!text.endsWith("very last\n")) {
    text += (await chunks.next()).value?.text;
    expect(released).toBeLessThanOrEqual(1001);
  }
  end?.();
  expect((await chunks.next()).done).toBe(true);
  expect(released).toBe(1002);
  expect(text).toMatch(
    /^0\n1\n2\n[^x]*\[sidewinder: \d+ characters left out here; the log has them\]\n[^x]*999\nlast\n/,
  );
  expect(text.length).toBeLessThan(250);
});
