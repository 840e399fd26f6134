/** What callers may hand in by mistake or on purpose: an error with a code that names the option, and never anything else. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkArgument, date, name, names, record, signal, takeOptions, variables } from "../src/checks.js";
import {
  DebugSession,
  formatDiagnostics,
  type RenderedVariant,
  SidewinderError,
  Stage0Recipe,
  VariantConfig,
} from "../src/index.js";
import { commandText, takeRun, takeSession } from "../src/session/options.js";

const RECIPE = "package: {name: demo, version: '1'}\n";
const variant = (): RenderedVariant => Stage0Recipe.fromYaml(RECIPE).render()[0] as RenderedVariant;

/** What a call throws or rejects with, in a line. */
async function told(call: () => unknown): Promise<string> {
  try {
    await call();
    return "nothing";
  } catch (error) {
    if (!SidewinderError.is(error)) throw error;
    return `${error.code}: ${error.message}${error.hint === undefined ? "" : ` (${error.hint})`}`;
  }
}

describe("a message names the option", () => {
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  const sparse = new Array(3);
  const options: Record<string, unknown> = {
    "a misspelt name": { chanels: [] },
    "a name of another language": { output_dir: "x" },
    "a name that is like no other": { color: 1 },
    "own __proto__": JSON.parse('{"__proto__": {"offline": true}}'),
    "inherited options": Object.create({ offline: true }),
    "a list": [],
    "null options": null,
    "a text in place of a list": { channels: "conda-forge" },
    "a list with a number": { channels: ["a", 1] },
    "mirrors without a list": { mirrors: { "https://a.org": "https://b.org" } },
    "a mirror with a number": { mirrors: { "https://a.org": ["https://b.org", 1] } },
    "a list with holes": { channels: sparse },
    "a list that was revoked": { channels: revoked.proxy },
    "a getter that throws": {
      get offline() {
        throw new Error("no");
      },
    },
    "a Date that is none": { excludeNewer: new Date(Number.NaN) },
    "a Date as text": { excludeNewer: "2024-01-01" },
    "a Date far away": { excludeNewer: new Date(8e15) },
    "a number for a flag": { offline: 1 },
    "a wrong word": { channelPriority: "srict" },
    "NUL in a path": { outputDir: "a\0b" },
    "an empty path": { cacheDir: "" },
    "half of a pair": { outputDir: "a\ud800" },
    "an assignment in place of a variable's name": { passEnv: ["A=B"] },
    "an empty name of a variable": { passEnv: ["HOME", ""] },
    "a pattern in place of a variable's name": { passEnv: ["*"] },
    "a number as name of a variable": { passEnv: [1] },
    "no signal": { signal: {} },
    "a text as auth": { auth: "file.json" },
    "an unknown way to auth": { auth: { token: "t" } },
    "a number as file of auth": { auth: { file: 5 } },
    "no function": { onProgress: "log" },
  };
  test.each(Object.entries(options))("%s", async (_what, given) => {
    expect(await told(() => DebugSession.create(variant(), given as object))).toMatchSnapshot();
  });

  const calls: Record<string, () => unknown> = {
    "create without a variant": () => DebugSession.create(undefined as never),
    "create with a class instance in it": () =>
      DebugSession.create({ ...variant(), name: new Map() } as never),
    "create with a cycle": () => DebugSession.create(cycle as never),
    "create with a bigint": () => DebugSession.create({ ...variant(), buildNumber: 1n } as never),
    "create with a list": () => DebugSession.create([variant()] as never),
    "create with something that was changed": () =>
      DebugSession.create({ ...variant(), recipe: "gone" } as never),
    "attach to nothing": () => DebugSession.attach(undefined as never),
    "attach with an option of create": () => DebugSession.attach("x", { channels: [] } as never),
    "fromYaml of a number": () => Stage0Recipe.fromYaml(5 as never),
    "fromYaml with null options": () => Stage0Recipe.fromYaml(RECIPE, null as never),
    "check of bytes": () => Stage0Recipe.check(new Uint8Array(3) as never),
    "fromFile with NUL": () => Stage0Recipe.fromFile("a\0b"),
    "values without a list": () => new VariantConfig({ a: 1 } as never),
    "values with a bigint": () => new VariantConfig({ a: [1n] } as never),
    "values with a symbol": () => new VariantConfig({ a: [Symbol("x")] } as never),
    "values with NaN": () => new VariantConfig({ a: [Number.NaN] }),
    "zip keys without a list": () => new VariantConfig({}, { zipKeys: ["a"] } as never),
    "merge with its JSON": () => new VariantConfig().merge(new VariantConfig().toJSON() as never),
    "render with what looks like variants": () =>
      Stage0Recipe.fromYaml(RECIPE).render(Object.create(VariantConfig.prototype)),
    "render with a date in extraContext": () =>
      Stage0Recipe.fromYaml(RECIPE).render(undefined, { extraContext: { a: [new Date()] } }),
    "render with a cycle in extraContext": () =>
      Stage0Recipe.fromYaml(RECIPE).render(undefined, { extraContext: cycle }),
    "render with a negative build number": () =>
      Stage0Recipe.fromYaml(RECIPE).render(undefined, { buildNumberOverride: -1 }),
    "formatDiagnostics of a text": () => formatDiagnostics("", "x" as never),
    "no time": () => takeRun({ timeoutMs: Number.NaN }),
    "time that runs backwards": () => takeRun({ timeoutMs: -5 }),
    "a variable with =": () => takeRun({ env: { "A=B": "1" } }),
    "a variable with NUL": () => takeRun({ env: { A: "\0" } }),
    "half of a pair as input": () => takeRun({ stdin: "\udc00" }),
    "an empty command": () => commandText([]),
    "a command with NUL": () => commandText(["a", "b\0"]),
  };
  test.each(Object.entries(calls))("%s", async (_what, call) => {
    expect(await told(call)).toMatchSnapshot();
  });
});

test("a getter is read once, and what it says is what counts", () => {
  let reads = 0;
  const taken = takeSession({
    get channels() {
      reads += 1;
      return reads === 1 ? ["first"] : (5 as never);
    },
  });
  expect(JSON.parse(taken.json)).toEqual({ channels: ["first"] });
  expect(reads).toBe(1);
});

test("properties of Object.prototype are ignored", () => {
  Object.defineProperty(Object.prototype, "offline", {
    value: true,
    configurable: true,
    enumerable: true,
    writable: true,
  });
  try {
    expect(takeSession({}).json).toBe("{}");
  } finally {
    Reflect.deleteProperty(Object.prototype, "offline");
  }
});

test("frozen objects, objects without prototype and signals of other libraries are fine", () => {
  const foreign = { aborted: false, addEventListener: () => undefined, removeEventListener: () => undefined };
  const options = Object.freeze(
    Object.assign(Object.create(null), { offline: true, signal: foreign, channels: Object.freeze(["a"]) }),
  );
  const taken = takeSession(options);
  expect(JSON.parse(taken.json)).toEqual({ offline: true, channels: ["a"] });
  expect(taken.signal).toBe(foreign);
});

test("a variant may come over JSON or structuredClone", async () => {
  for (const copy of [JSON.parse(JSON.stringify(variant())), structuredClone(variant())]) {
    await using session = await DebugSession.create(copy, { channels: [] });
    expect(session.variant).toEqual(variant());
  }
});

test("whatever is handed in, the answer is a copy that JSON can say, or an error that names the option", () => {
  const odd = fc.anything({
    withBigInt: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
    withObjectString: true,
  });
  const checks = { a: names, b: record, c: date, d: variables, e: name, f: signal };
  fc.assert(
    fc.property(odd, fc.constantFrom(...Object.keys(checks)), (value, option) => {
      const options = Object.defineProperty({}, option, { value, enumerable: true });
      try {
        const taken = takeOptions(options, checks);
        if (option !== "f") expect(() => JSON.stringify(taken)).not.toThrow();
        return value === undefined || option in taken;
      } catch (error) {
        return (
          SidewinderError.is(error) &&
          error.code === "INVALID_OPTION" &&
          error.message.includes(`\`${option}`)
        );
      }
    }),
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const wrapped = { value };
      // `-0` is `0` in JSON.
      expect(JSON.stringify(checkArgument("x", wrapped, record))).toBe(JSON.stringify(wrapped));
    }),
  );
});
