// The reference in a process of its own, that does one step after the other when it is asked to.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

/** Starts it; `step` gives how long a step took. */
export function reference(python, plan) {
  const script = new URL("reference_sessions.py", import.meta.url).pathname;
  const child = spawn(python, [script], { stdio: ["pipe", "pipe", "ignore"] });
  const ended = new Promise((_, reject) => {
    child.on("error", reject);
    child.on("close", (code) => reject(new Error(`the reference ended with ${code}`)));
  });
  ended.catch(() => {});
  const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const send = (value) => child.stdin.write(`${JSON.stringify(value)}\n`);
  send(plan);
  return {
    async step(step) {
      if (step.step === "bash") throw new Error("only bash itself runs bash");
      send(step);
      const { value, done } = await Promise.race([answers.next(), ended]);
      if (done) throw new Error("the reference ended");
      return JSON.parse(value);
    },
    end: () => child.stdin.end(),
  };
}
