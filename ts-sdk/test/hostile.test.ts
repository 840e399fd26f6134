/**
 * Texts that only an attacker writes, given to the WebAssembly core: an error with a code each, and never a trap, after
 * which the core could not be used again.
 */

import { afterEach, describe, expect, test } from "vitest";
import { SidewinderError, Stage0Recipe, VariantConfig } from "../src/recipe/index.js";

const PACKAGE = "package:\n  name: demo\n  version: '1.0'\n";
const DEEP = [10, 100, 1_000, 10_000, 100_000];

/** The codes of the problems of a text, parsed and rendered; none where it renders. */
function problems(text: string, variants = new VariantConfig()): string[] {
  try {
    Stage0Recipe.check(text);
    Stage0Recipe.fromYaml(text).render(variants);
    return [];
  } catch (error) {
    if (!SidewinderError.is(error) || !("diagnostics" in error)) throw error;
    return (error.diagnostics as { code: string }[]).map(({ code }) => code);
  }
}

const expression = (text: string): string => `context:\n  x: '\${{ ${text} }}'\n${PACKAGE}`;
const condition = (text: string): string =>
  `${PACKAGE}requirements:\n  host:\n    - if: ${text}\n      then: a\n`;
const around =
  (open: string, close: string, inner = "1") =>
  (depth: number) =>
    open.repeat(depth) + inner + close.repeat(depth);

const NESTINGS: Record<string, (depth: number) => string> = {
  "flow lists": (depth) => `${PACKAGE}extra:\n  x: ${around("[", "]")(depth)}\n`,
  "flow mappings": (depth) => `${PACKAGE}extra:\n  x: ${around("{a: ", "}")(depth)}\n`,
  "block lists": (depth) => `${PACKAGE}extra:\n  x:\n    ${"- ".repeat(depth)}1\n`,
  "conditions in conditions": (depth) => {
    const levels = Array.from({ length: Math.min(depth, 400) }, (_, at) => {
      const indent = " ".repeat(4 + 4 * at);
      return `${indent}- if: unix\n${indent}  then:\n`;
    });
    return `${PACKAGE}requirements:\n  host:\n${levels.join("")}${" ".repeat(4 + 4 * levels.length)}- a\n`;
  },
  parentheses: (depth) => expression(around("(", ")")(depth)),
  "lists in expressions": (depth) => expression(around("[", "]")(depth)),
  "maps in expressions": (depth) => expression(around('{"a": ', "}")(depth)),
  negations: (depth) => expression(`${"not ".repeat(depth)}1`),
  signs: (depth) => expression(`${"-".repeat(depth)}1`),
  sums: (depth) => expression(`1${" + 1".repeat(depth)}`),
  powers: (depth) => expression(`1${" ** 1".repeat(depth)}`),
  "inline conditions": (depth) => expression(`1${" if 1 else 1".repeat(depth)}`),
  alternatives: (depth) => condition(`unix${" or unix".repeat(depth)}`),
  filters: (depth) => expression(`1${"|int".repeat(depth)}`),
  attributes: (depth) => expression(`env${".get".repeat(depth)}`),
  subscripts: (depth) => expression(`"a"${"[0]".repeat(depth)}`),
  calls: (depth) => expression(around("match(", ', "1")')(depth)),
  "blocks in blocks": (depth) =>
    `context:\n  x: "\${{ 1 }}${around("{% if true %}", "{% endif %}")(Math.min(depth, 10_000))}"\n${PACKAGE}`,
  "parentheses in conditions": (depth) => condition(`'${around("(", ")", "unix")(depth)}'`),
  "brackets in match specs": (depth) =>
    `${PACKAGE}requirements:\n  host:\n    - "a ${around("(", ")")(depth)}"\n`,
  "groups in expressions of post_process": (depth) =>
    `${PACKAGE}build:\n  post_process:\n    - {files: ["*"], regex: "${around("(", ")", "a")(depth)}", replacement: b}\n`,
  "alternatives in globs": (depth) => `${PACKAGE}build:\n  files:\n    - "${around("{", "}", "a")(depth)}"\n`,
};

// A trap leaves the core broken for everything that comes after it.
afterEach(() => {
  expect(problems(PACKAGE)).toEqual([]);
});

describe("nesting", () => {
  test.each(Object.entries(NESTINGS))("%s", (_, text) => {
    for (const depth of DEEP) expect(() => problems(text(depth))).not.toThrow();
  });
});

describe("what is too large is refused", () => {
  test("a text", () => {
    expect(problems(`${PACKAGE}#${"x".repeat(17 * 1024 * 1024)}`)).toContain("limit-exceeded");
  });
  test("nesting of lists", () => {
    expect(problems(NESTINGS["flow lists"]?.(1_000) ?? "")).toContain("limit-exceeded");
  });
  test("nesting of alternatives in globs", () => {
    expect(problems(NESTINGS["alternatives in globs"]?.(1_000) ?? "")).toContain("limit-exceeded");
  });
  test("combinations", () => {
    const values = Array.from({ length: 101 }, (_, at) => String(at));
    const text = `${PACKAGE}requirements:\n  host: [a, b]\n`;
    expect(problems(text, new VariantConfig({ a: values, b: values }))).toContain("limit-exceeded");
  });
  test("steps of a template", () => {
    const loops = "{% for a in [1] * 1000 %}{% for b in [1] * 1000 %}{{ b }}{% endfor %}{% endfor %}";
    expect(problems(`context:\n  x: "\${{ 1 }}${loops}"\n${PACKAGE}`)).toContain("limit-exceeded");
    expect(problems(expression('"ab" * 100000000'))).toContain("limit-exceeded");
  });
  test("anchors that multiply", () => {
    const lines = Array.from({ length: 30 }, (_, at) =>
      at === 0 ? "  a0: &a0 [x, x]" : `  a${at}: &a${at} [*a${at - 1}, *a${at - 1}]`,
    );
    expect(problems(`${PACKAGE}extra:\n${lines.join("\n")}\n`)).not.toEqual([]);
  });
});

describe("odd texts", () => {
  const LONE = "\ud800";
  test("half a surrogate pair counts as the replacement character", () => {
    expect(problems(`${PACKAGE}about:\n  summary: "a${LONE}b"\n`)).toEqual([]);
    expect(new VariantConfig({ a: [LONE, `\\${LONE}`, "\\ud800"] }).get("a")).toEqual([
      "\ufffd",
      "\\\ufffd",
      "\\ud800",
    ]);
    const [variant] = Stage0Recipe.fromYaml(PACKAGE, { path: LONE }).render(undefined, {
      env: { [LONE]: LONE },
      extraContext: { x: LONE },
    });
    expect(variant?.name).toBe("demo");
  });
  test("NUL", () => {
    expect(problems(`${PACKAGE}about:\n  summary: "a\0b"\n`)).not.toContain("internal");
    expect(new VariantConfig({ a: ["\0"] }).get("a")).toEqual(["\0"]);
  });
});
