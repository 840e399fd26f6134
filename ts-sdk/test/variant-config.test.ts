import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Stage0Recipe, VariantConfig, VariantError } from "../src/index.js";

test("values keep their types and come in normal form", () => {
  const config = new VariantConfig({ "c-compiler": ["gcc"], flag: [true], number: [3] });
  expect(config.keys).toEqual(["c_compiler", "flag", "number"]);
  expect(config.get("flag")).toEqual([true]);
  expect(config.get("number")).toEqual([3]);
  expect(config.get("nothing")).toBeUndefined();
});

test("what is given out can be changed without changing the configuration", () => {
  const config = new VariantConfig({ python: ["3.12"] });
  config.get("python")?.push("3.13");
  config.toJSON().values.python = [];
  expect(config.get("python")).toEqual(["3.12"]);
});

test("zip keys walk index by index", () => {
  const config = new VariantConfig({ a: ["1", "2"], b: ["x", "y"] }, { zipKeys: [["a", "b"]] });
  expect(config.zipKeys).toEqual([["a", "b"]]);
  const recipe = Stage0Recipe.fromYaml('package: {name: d, version: "1"}\nrequirements: {host: [a, b]}\n');
  const variants = recipe.render(config, { targetPlatform: "linux-64", buildPlatform: "linux-64" });
  expect(variants.map(({ variant }) => [variant.a, variant.b])).toEqual([
    ["1", "x"],
    ["2", "y"],
  ]);
});

test("zip keys of different lengths are an error", () => {
  const make = (): VariantConfig => new VariantConfig({ a: ["1", "2"], b: ["x"] }, { zipKeys: [["a", "b"]] });
  expect(make).toThrow(VariantError);
});

test("what looks wrong in a variant file is told, with its place", () => {
  const text =
    'python:\n  - if: nope\n    then: "3.11"\n    else: "3.12"\n  - "3.13" # [win]\npin_run_as_build: {}\n';
  const config = VariantConfig.fromYaml(text, { path: "variants.yaml" });
  expect(config.get("python")).toEqual(["3.12", "3.13"]);
  const seen = config.warnings.map(({ severity, code, file, span }) => [
    severity,
    code,
    file,
    span?.line,
    span?.column,
  ]);
  expect(seen).toEqual([
    ["warning", "condition-ignored", "variants.yaml", 2, 9],
    ["warning", "key-ignored", "variants.yaml", 5, 12],
    ["warning", "key-ignored", "variants.yaml", 6, 1],
  ]);
  expect(VariantConfig.check(text, { path: "variants.yaml" })).toEqual(config.warnings);
});

test("warnings of both configurations stay when they are merged", () => {
  const old = VariantConfig.fromYaml("pin_run_as_build: {}\n", {
    format: "conda_build_config",
    path: "old.yaml",
  });
  const merged = new VariantConfig({ python: ["3.12"] }).merge(old);
  expect(merged.warnings.map(({ file }) => file)).toEqual(["old.yaml"]);
  expect(new VariantConfig().warnings).toEqual([]);
});

test("a variant file is checked without throwing", () => {
  const problems = VariantConfig.check("python: 3.12\nzip_keys: [a]\nnumpy: {a: 1}\n");
  expect(problems.map(({ severity, code, span }) => [severity, code, span?.line])).toEqual([
    ["error", "invalid-variant-config", 1],
    ["error", "invalid-zip-keys", 2],
    ["error", "invalid-variant-config", 3],
  ]);
  expect(VariantConfig.check("python:\n  - 3.12\n")).toEqual([]);
});

test("values without a list are named", () => {
  expect(() => new VariantConfig({ python: "3.12" } as never)).toThrow(
    'invalid option `values.python`: expected a list of strings, numbers and booleans, got "3.12"',
  );
});

describe("texts", () => {
  test("of variants.yaml", () => {
    const config = VariantConfig.fromYaml("python: ['3.11', '3.12']\nzip_keys: []\n");
    expect(config.toJSON()).toEqual({ values: { python: ["3.11", "3.12"] }, zipKeys: [] });
  });

  test("of conda_build_config.yaml, with selectors", () => {
    const text = "libc:\n  - glibc  # [linux]\n  - sdk    # [osx]\n";
    const format = "conda_build_config";
    const read = (targetPlatform: string): unknown =>
      VariantConfig.fromYaml(text, { format, config: { targetPlatform } }).get("libc");
    expect(read("linux-64")).toEqual(["glibc"]);
    expect(read("osx-arm64")).toEqual(["sdk"]);
  });

  test("with mistakes give all of them", () => {
    const error = (() => {
      try {
        return VariantConfig.fromYaml("python: {a: 1}\n", { path: "variants.yaml" });
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(VariantError.is(error)).toBe(true);
    expect((error as VariantError).diagnostics[0]).toMatchObject({
      file: "variants.yaml",
      span: { line: 1 },
    });
  });
});

describe("files", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sidewinder-test-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test("merge, later ones on top, each read by what its name says", async () => {
    await writeFile(
      join(folder, "conda_build_config.yaml"),
      "a:\n  - 1\nlibc:\n  - glibc  # [linux]\n  - sdk  # [osx]\n",
    );
    await writeFile(join(folder, "variants.yaml"), "a: [two]\nb: [three]\n");
    const files = ["conda_build_config.yaml", "variants.yaml"].map((name) => join(folder, name));
    const config = await VariantConfig.fromFiles(files, { targetPlatform: "linux-64" });
    expect(config.toJSON().values).toEqual({ a: ["two"], libc: ["glibc"], b: ["three"] });
  });
});
