/** Holds the demo's output to the walkthrough; what differs from run to run is written `<...>`. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { channel, root } from "./support/workbench.js";

function filtered(output: string): string {
  return output
    .replace(
      /\/\S*?\/bld\/rattler-build_([\w-]+)\/host_env(?:_placehold)*_?[a-z]*/g,
      "<build folder>/host_env…",
    )
    .replace(/\/\S*?\/output\/bld\/rattler-build_/g, "<output folder>/bld/rattler-build_")
    .replace(/cc_\w+-\w+/g, "cc_<platform>");
}

test("the demo shows the walkthrough", async () => {
  const demo = join(root, "demo", "main.mjs");
  const { stdout } = await promisify(execFile)(process.execPath, [demo, "--embedded", channel], {
    cwd: root,
  });
  await expect(filtered(stdout)).toMatchFileSnapshot("snapshots/walkthrough.txt");
});
