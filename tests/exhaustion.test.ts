/** A process that runs into a limit of the system gets an error that says so, and works again once the limit is gone. */

import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, test } from "vitest";
import { channel, scratch } from "./support/workbench.js";

const root = new URL("..", import.meta.url).pathname;
/** Limits of another process, and another user: root is exempt from the limit of processes. */
const works =
  process.getuid?.() === 0 &&
  ["prlimit", "setpriv"].every((tool) => spawnSync(tool, ["--version"]).status === 0);
const user = ["--reuid=65534", "--regid=65534", "--clear-groups"];

/** Creates a session each time it gets a line, and answers with the code of the error, or `ok`. */
const program = (cacheDir: string) => `
  import { createInterface } from "node:readline";
  import { DebugSession, Stage0Recipe, VariantConfig } from ${JSON.stringify(join(root, "ts-sdk/dist/index.js"))};
  const recipe = "package: {name: probe, version: '1'}\\nbuild: {script: ['true']}\\nrequirements: {host: [libweak]}\\n";
  const [variant] = Stage0Recipe.fromYaml(recipe).render(new VariantConfig({}));
  const options = { channels: [${JSON.stringify(channel)}], cacheDir: ${JSON.stringify(cacheDir)} };
  await DebugSession.list({ cacheDir: options.cacheDir });
  console.log("ready");
  for await (const _ of createInterface({ input: process.stdin })) {
    try {
      const session = await DebugSession.create(variant, options);
      await session.close();
      console.log("ok");
    } catch (error) {
      console.log(error.code ?? String(error));
    }
  }
`;

/** Changes a soft limit as the user of the process, which needs no privilege. */
function setLimit(child: ChildProcess, limit: string) {
  execFileSync("setpriv", [...user, "prlimit", "--pid", String(child.pid), limit]);
}

async function withChild(work: (child: ChildProcess, answer: () => Promise<string>) => Promise<void>) {
  const [cacheDir, temporary] = [await scratch(), await scratch()];
  for (const folder of [cacheDir, temporary]) chmodSync(folder, 0o777);
  const args = [...user, process.execPath, "--input-type=module", "-e", program(cacheDir)];
  const child = spawn("setpriv", args, {
    env: { ...process.env, TMPDIR: temporary, HOME: temporary },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    return done ? "the process ended" : String(value);
  };
  try {
    await work(child, answer);
  } finally {
    child.kill("SIGKILL");
  }
}

describe.skipIf(!works)("a process that is out of", () => {
  for (const [resource, limit, lifted] of [
    ["file descriptors", "--nofile=26:", "--nofile=1024:"],
    ["processes and threads", "--nproc=1:", "--nproc=1024:"],
  ] as const) {
    test(`${resource} gets RESOURCE_EXHAUSTED, and works again later`, async () => {
      await withChild(async (child, answer) => {
        expect(await answer()).toBe("ready");
        const ask = () => child.stdin?.write("create\n");
        setLimit(child, limit);
        ask();
        expect(await answer()).toBe("RESOURCE_EXHAUSTED");
        setLimit(child, lifted);
        ask();
        expect(await answer()).toBe("ok");
      });
    });
  }
});
