/** The README and the documentation are true: every piece of code in them runs, and prints what the page says. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { agrees, runPage, snippetsOf, tidy } from "./support/snippets.js";
import { root } from "./support/workbench.js";

const DOCS = readdirSync(join(root, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const PAGES = ["README.md", ...DOCS];

describe.each(PAGES)("%s", (name) => {
  const page = snippetsOf(readFileSync(join(root, name), "utf8"));

  test.skipIf(page.snippets.length === 0)("prints what it says", async () => {
    const printed = await runPage(name, page);
    for (const snippet of page.snippets) {
      const output = printed.get(snippet) ?? "";
      // A block without text after it may print what it likes.
      if (snippet.expected === undefined || agrees(snippet.expected, output)) continue;
      expect(tidy(output), `the output of ${name}:${snippet.line}`).toBe(tidy(snippet.expected));
    }
  });
});

test("samples parse on the oldest supported Node.js, which has no `using` declarations", () => {
  // Those of agent frameworks run in tests/adapters.
  const frameworks = readdirSync(join(root, "docs/agents")).map((name) => `docs/agents/${name}`);
  const markdown = [...PAGES, ...frameworks].map(
    (name) => [name, readFileSync(join(root, name), "utf8")] as const,
  );
  const blocks = markdown.flatMap(([name, text]) =>
    [...text.matchAll(/^```(?:ts|js|typescript)\b[^\n]*\n([\s\S]*?)^```/gm)].map(
      ([, code = ""]) => [name, code] as const,
    ),
  );
  const sources = readdirSync(join(root, "ts-sdk/src"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => [name, readFileSync(join(root, "ts-sdk/src", name), "utf8")] as const);
  const examples = sources.flatMap(([name, text]) =>
    [...text.matchAll(/^ *\* @example\n([\s\S]*?)\*\//gm)].map(([, code = ""]) => [name, code] as const),
  );
  expect(blocks.length).toBeGreaterThan(20);
  expect(examples.length).toBeGreaterThan(20);
  const newer = [...blocks, ...examples].filter(([, code]) => /^[ *]*(?:await )?using \w+ =/m.test(code));
  expect(newer.map(([name]) => name)).toEqual([]);
});
