import { expect, test } from "vitest";
import type { ScriptResult } from "../src/index.js";
import { type OutputChunk, ScriptRun } from "../src/session/script-run.js";

const RESULT = { exitCode: 0, success: true } as ScriptResult;

test("output comes in order, then the iteration ends and the result is there", async () => {
  const run = new ScriptRun(async (_signal, onOutput) => {
    onOutput({ stream: "stdout", text: "one" });
    await Promise.resolve();
    onOutput({ stream: "stderr", text: "two" });
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
  const run = new ScriptRun(() => Promise.reject(new Error("no bash")));
  const iterate = async (): Promise<void> => {
    for await (const _ of run);
  };
  await expect(iterate()).rejects.toThrow("no bash");
  await expect(run.result).rejects.toThrow("no bash");
});

test("leaving the loop stops the script", async () => {
  let stopped = false;
  const run = new ScriptRun(
    (signal, onOutput) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener("abort", () => {
          stopped = true;
          reject(signal.reason);
        });
        onOutput({ stream: "stdout", text: "line" });
      }),
  );
  for await (const _ of run) break;
  expect(stopped).toBe(true);
  await expect(run.result).rejects.toMatchObject({ name: "AbortError" });
});
