/** Pictures show what they are made from. */

import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { root, scratch } from "./support/workbench.js";

test("the picture of the walkthrough is drawn from its output", async () => {
  const { terminalPicture } = (await import(join(root, "scripts/terminal-picture.mjs"))) as {
    terminalPicture: (text: string) => string;
  };
  const text = await readFile(join(root, "tests/snapshots/walkthrough.txt"), "utf8");
  expect(await readFile(join(root, "docs/pictures/walkthrough.svg"), "utf8")).toBe(terminalPicture(text));
});

const { benchmarkPicture, LABELS } = (await import(join(root, "scripts/benchmark-picture.mjs"))) as {
  LABELS: { sessions: Record<string, string> };
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

test("a benchmark of sessions keeps every figure that the picture shows", async () => {
  const file = join(await scratch(), "sessions.json");
  const args = [join(root, "benches/sessions.mjs"), "--rounds", "1", "--json", file];
  await promisify(execFile)(process.execPath, args, { cwd: root });
  const figures = JSON.parse(await readFile(file, "utf8")) as { name: string; unit: string; value: number }[];
  expect(figures.map(({ name }) => name)).toEqual(expect.arrayContaining(Object.keys(LABELS.sessions)));
  for (const { unit, value } of figures) expect([unit, value > 0]).toEqual(["ms", true]);
});
