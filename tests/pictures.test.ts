/** Pictures show what they are made from. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "./support/workbench.js";

test("the picture of the walkthrough is drawn from its output", async () => {
  const { terminalPicture } = (await import(join(root, "scripts/terminal-picture.mjs"))) as {
    terminalPicture: (text: string) => string;
  };
  const text = await readFile(join(root, "tests/snapshots/walkthrough.txt"), "utf8");
  expect(await readFile(join(root, "docs/pictures/walkthrough.svg"), "utf8")).toBe(terminalPicture(text));
});
