/** The examples in doc comments run, and print what they say; whatever a program can call or throw has one. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as agent from "../ts-sdk/src/agent/index.js";
import * as fleet from "../ts-sdk/src/fleet/index.js";
import * as sdk from "../ts-sdk/src/index.js";
import { examplesOf, pageOf } from "./support/examples.js";
import { agrees, runPage, tidy } from "./support/snippets.js";
import { root } from "./support/workbench.js";

// The examples of `fleet/bullmq` need a queue, those of the adapters the agent frameworks; tests/fleet-queue.test.ts and
// tests/adapters run what they show.
const SOURCES = readdirSync(join(root, "ts-sdk/src"), { recursive: true, encoding: "utf8" })
  .filter(
    (name) => name.endsWith(".ts") && !/^(wasm|generated|cli|fleet\/bullmq|agent\/adapters)\b/.test(name),
  )
  .sort()
  .map((name) => ({ name, examples: examplesOf(readFileSync(join(root, "ts-sdk/src", name), "utf8")) }))
  .filter(({ examples }) => examples.length > 0);

test("every class and function of the package has an example", () => {
  const shown = new Set(SOURCES.flatMap(({ examples }) => examples.map(({ name }) => name)));
  expect(
    [sdk, agent, fleet].flatMap((entry) => Object.keys(entry)).filter((name) => !shown.has(name)),
  ).toEqual([]);
});

describe.each(SOURCES)("$name", ({ name, examples }) => {
  const page = pageOf(examples, {
    sidewinder: Object.keys(sdk),
    "sidewinder/fleet": Object.keys(fleet),
  });

  test("its examples print what they say", async () => {
    const printed = await runPage(`example-${name}`, page);
    for (const [index, snippet] of page.snippets.entries()) {
      const output = printed.get(snippet) ?? "";
      if (snippet.expected === undefined || agrees(snippet.expected, output)) continue;
      const place = `${examples[index]?.name}, ${name}:${snippet.line}`;
      expect(tidy(output), `the output of the example of ${place}`).toBe(snippet.expected);
    }
  });
});
