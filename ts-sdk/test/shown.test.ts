/** What `console.log` and `JSON.stringify` make of the SDK's objects. */

import { inspect } from "node:util";
import { expect, test } from "vitest";
import {
  DebugSession,
  RecipeParseError,
  type RenderedVariant,
  SidewinderError,
  SolveError,
  SourceError,
  Stage0Recipe,
  VariantConfig,
} from "../src/index.js";
import { readable } from "../src/session/script-result.js";

const RECIPE = "package: {name: demo, version: '1'}\nrequirements: {host: [python]}\n";

/** Without the stack's own lines. */
const shown = (value: unknown): string => inspect(value).replaceAll(/\n {4}at .*/g, "");

test("recipes and variants", () => {
  expect(inspect(Stage0Recipe.fromYaml(RECIPE, { path: "recipe.yaml" }))).toMatchInlineSnapshot(
    `"Stage0Recipe { kind: 'single', path: 'recipe.yaml', usedVariables: [ 'python' ] }"`,
  );
  expect(inspect(new VariantConfig({ python: ["3.12.*"], n: [3] }))).toMatchInlineSnapshot(
    `"VariantConfig { values: { python: [ '3.12.*' ], n: [ 3 ] }, zipKeys: [] }"`,
  );
});

test("a session, open or closed", async () => {
  const [variant] = Stage0Recipe.fromYaml("package: {name: demo, version: '1'}\n").render();
  const session = await DebugSession.create(variant as RenderedVariant, { channels: [] });
  const plain = (): string => inspect(session).replaceAll(/workDir: '.*'/g, "workDir: '…'");
  const open = plain();
  const run = session.streamScript();
  expect(inspect(run)).toMatchInlineSnapshot(`"ScriptRun { running }"`);
  await run.result;
  expect(inspect(run)).toMatchInlineSnapshot(`"ScriptRun { ended }"`);
  await session.close();
  expect(open).toMatchInlineSnapshot(`
    "DebugSession {
      package: 'demo 1 hb0f4dca_0',
      workDir: '…'
    }"
  `);
  expect(plain()).toBe(open);
});

test("a result shows the ends of long outputs, and is plain data all the same", () => {
  const plain = { exitCode: 1, stdout: "x".repeat(5000), stderr: "bad\n" };
  const result = readable({ ...plain } as never);
  expect(inspect(result)).toMatch(
    /^ScriptResult \{\n {2}exitCode: 1,\n {2}stdout: '\[3000 characters before\] xxx/,
  );
  expect(JSON.parse(JSON.stringify(result))).toEqual(plain);
  expect(structuredClone(result)).toEqual(plain);
});

test("an error shows code, hint and its properties", () => {
  const conflict = { nodes: [{ kind: "request" }], edges: [] };
  const error = new SolveError("SOLVE_FAILED", "no packages fit", {
    environment: "host",
    explanation: "a needs b\n  b is missing",
    hint: "add a channel",
    conflict: conflict as never,
    cause: new Error("below"),
  });
  expect(shown(error)).toMatchInlineSnapshot(`
    "SolveError: no packages fit
      code: SOLVE_FAILED
      hint: add a channel
      environment: host
      explanation: a needs b
          b is missing
      nearest: []
      conflict: { nodes: [ { kind: 'request' } ], edges: [] }
      cause: Error: below"
  `);
  expect(JSON.parse(JSON.stringify(error))).toMatchInlineSnapshot(`
    {
      "cause": {
        "message": "below",
        "name": "Error",
      },
      "code": "SOLVE_FAILED",
      "conflict": {
        "edges": [],
        "nodes": [
          {
            "kind": "request",
          },
        ],
      },
      "environment": "host",
      "explanation": "a needs b
      b is missing",
      "hint": "add a channel",
      "message": "no packages fit",
      "name": "SolveError",
      "nearest": [],
    }
  `);
});

test("an error of a text has all its problems", () => {
  let error: unknown;
  try {
    Stage0Recipe.fromYaml("package: {name: a, version: 1}\nbuild: {nuber: 1}\n", { path: "recipe.yaml" });
  } catch (thrown) {
    error = thrown;
  }
  expect(RecipeParseError.is(error)).toBe(true);
  expect(shown(error)).toMatchInlineSnapshot(`
    "RecipeParseError: failed to parse the recipe
      recipe.yaml:2:9: unknown field \`nuber\` in build [unknown-field]
      code: RECIPE_INVALID
      hint: did you mean \`number\`?
      diagnostics: [
          {
            severity: 'error',
            code: 'unknown-field',
            message: 'unknown field \`nuber\` in build',
            file: 'recipe.yaml',
            span: { line: 2, column: 9, offset: 39, length: 5 },
            help: 'did you mean \`number\`?'
          }
        ]"
  `);
});

test("causes are told as they follow each other, and a circle of them ends", () => {
  const inner = new SourceError("SOURCE_FAILED", "cannot fetch", {
    url: "https://host/x",
    cause: "plain text",
  });
  const outer = new SidewinderError("INTERNAL", "outer", { cause: new Error("middle", { cause: inner }) });
  expect(outer.toJSON()).toMatchInlineSnapshot(`
    {
      "cause": {
        "cause": {
          "cause": {
            "message": "plain text",
            "name": "Error",
          },
          "code": "SOURCE_FAILED",
          "message": "cannot fetch",
          "name": "SourceError",
          "url": "https://host/x",
        },
        "message": "middle",
        "name": "Error",
      },
      "code": "INTERNAL",
      "message": "outer",
      "name": "SidewinderError",
    }
  `);
  (inner as { cause: unknown }).cause = outer;
  expect(inspect(outer).match(/cause: /g)).toHaveLength(8);
  expect(JSON.stringify(outer).length).toBeLessThan(2000);
});

test("what structuredClone makes of an error is a plain one; its JSON keeps the code", () => {
  const error = new SidewinderError("INTERNAL", "what happened", { hint: "look" });
  expect(SidewinderError.is(structuredClone(error))).toBe(false);
  expect(structuredClone(error.toJSON())).toEqual({
    name: "SidewinderError",
    code: "INTERNAL",
    message: "what happened",
    hint: "look",
  });
});
