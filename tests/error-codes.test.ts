/** Every documented error code is raised by the real thing failing, and every raised code is documented. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandLine } from "./error-codes/command-line.js";
import { raised } from "./error-codes/demonstration.js";
import { codesAssertedByFleetTests, fleet } from "./error-codes/fleet.js";
import { packages } from "./error-codes/packaging.js";
import { recipes } from "./error-codes/recipes.js";
import { sessions } from "./error-codes/sessions.js";
import { root } from "./support/workbench.js";

// The page is generated from the list of codes in Rust.
const page = readFileSync(join(root, "docs/error-codes.md"), "utf8");
const codes = [...page.matchAll(/^### `([A-Z_]+)`$/gm)].map(([, code]) => code as string);
const demonstrations = { ...recipes, ...sessions, ...packages, ...fleet, ...commandLine };
/** The first is raised only by a binary that is damaged in a way no linker produces; `exhaustion.test.ts` raises the second. */
const UNDEMONSTRATED = ["PACKAGE_RELINK_FAILED", "RESOURCE_EXHAUSTED"];

test("the page lists every code of the TypeScript union, with cause and fix", () => {
  const types = readFileSync(join(root, "ts-sdk/src/generated/types.ts"), "utf8");
  const union = /export type ErrorCode = ([^;]*);/.exec(types)?.[1] ?? "";
  expect([...union.matchAll(/"([A-Z_]+)"/g)].map(([, code]) => code).sort()).toEqual([...codes].sort());
  for (const section of page.split(/^### /m).slice(1))
    expect(section).toMatch(/^`[A-Z_]+`\n\n.+\.\n\n\*\*Fix:\*\* .+\.\n/);
});

test("every code has a demonstration", () => {
  const demonstrated = new Set([
    ...Object.keys(demonstrations),
    ...codesAssertedByFleetTests(),
    ...UNDEMONSTRATED,
  ]);
  expect([...demonstrated].sort()).toEqual([...codes].sort());
});

describe.skipIf(process.platform === "win32")("is raised", () => {
  test.each(Object.entries(demonstrations))("%s", async (code, demonstrate) => {
    const error = await raised(demonstrate);
    expect(error).toMatchObject({ code });
    expect(error.message).not.toBe("");
  });
});
