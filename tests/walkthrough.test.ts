/** Holds the demo's output to the walkthrough. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { filtered } from "./support/walkthrough.js";
import { channel, root } from "./support/workbench.js";

test("the demo shows the walkthrough", async () => {
  const demo = join(root, "demo", "main.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [demo, "--embedded", channel], {
    cwd: root,
  });
  await expect(filtered(stdout)).toMatchFileSnapshot("snapshots/walkthrough.txt");
});
