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

const { benchmarkPicture } = (await import(join(root, "scripts/benchmark-picture.mjs"))) as {
  benchmarkPicture: (measured: unknown) => string;
};

test("the picture of the benchmark has a bar for each figure with a ratio", async () => {
  const measured: unknown = JSON.parse(await readFile(join(root, "tests/fixtures/benchmark.json"), "utf8"));
  await expect(benchmarkPicture(measured)).toMatchFileSnapshot("snapshots/benchmark.svg");
});

test("a benchmark without the reference gives no picture, and says how to get one", () => {
  const figures = { sessions: [{ name: "run", unit: "ms", value: 4 }] };
  const machine = { processor: "one", cores: 2, node: "v22" };
  expect(() => benchmarkPicture({ machine, figures })).toThrow("--reference");
});
