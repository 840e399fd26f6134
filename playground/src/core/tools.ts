/** The worker with completions and hover texts, as the editor sees it. It starts with the first question. */

import type { Completion, Hover } from "sidewinder/recipe";
import type { Task, ToolsReply, ToolsRequest } from "./messages.js";

let worker: Worker | undefined;
let count = 0;
const waiting = new Map<number, (reply: ToolsReply) => void>();

function ask(kind: ToolsRequest["kind"], task: Task, offset: number): Promise<ToolsReply> {
  worker ??= start();
  count += 1;
  const id = count;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    worker?.postMessage({ ...task, id, kind, offset } satisfies ToolsRequest);
  });
}

function start(): Worker {
  const started = new Worker(new URL("./tools-worker.ts", import.meta.url), {
    type: "module",
    name: "sidewinder-tools",
  });
  started.onmessage = ({ data }: MessageEvent<ToolsReply>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  started.onerror = (event) => {
    // Without the module the page works as before: there are just no completions.
    event.preventDefault();
    for (const [id, done] of waiting) done({ id, failed: event.message });
    waiting.clear();
  };
  return started;
}

/** What can be written at a place of the recipe. */
export async function completions(task: Task, offset: number): Promise<Completion[]> {
  const { answer } = await ask("complete", task, offset);
  return Array.isArray(answer) ? answer : [];
}

/** What is at a place of the recipe. */
export async function hoverAt(task: Task, offset: number): Promise<Hover | undefined> {
  const { answer } = await ask("hover", task, offset);
  return Array.isArray(answer) ? undefined : answer;
}
