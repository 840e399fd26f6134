/** Versions and specs in JavaScript. */

import { expect, test } from "vitest";
import { MatchSpec, SidewinderError, Version, VersionSpec } from "../src/recipe/index.js";

function codeOf(call: () => unknown): string | undefined {
  try {
    call();
  } catch (error) {
    if (SidewinderError.is(error)) return error.code;
    throw error;
  }
  return undefined;
}

test("a version keeps its text, and has conda's order", () => {
  const version = new Version("1!2.0RC1");
  expect([version.source, version.toString(), version.epoch, version.isPrerelease]).toEqual([
    "1!2.0RC1",
    "1!2.0rc1",
    1,
    true,
  ]);
  expect(version.segments).toEqual([["2"], ["0", "rc", "1"]]);
  expect(new Version("1.0").compare("1.0.0")).toBe(0);
  expect(["2.0", "1.10", "1.9post1", "1.9"].sort(Version.compare)).toEqual([
    "1.9",
    "1.9post1",
    "1.10",
    "2.0",
  ]);
  expect(Version.sort(["2.0", "1.10", "1.9"])).toEqual(["1.9", "1.10", "2.0"]);
  expect(new Version("1.2.3").startsWith("1.2")).toBe(true);
  expect(JSON.stringify({ version })).toBe('{"version":"1!2.0RC1"}');
});

test("parts are counted up", () => {
  const version = new Version("1.2.3");
  expect(["major", "minor", "patch", "last"].map((part) => String(version.bump(part as "major")))).toEqual([
    "2.0.0",
    "1.3.0",
    "1.2.4",
    "1.2.4",
  ]);
});

test("specs match versions and packages", () => {
  expect(new VersionSpec(">=1.2,<2").matches("1.10")).toBe(true);
  expect(new VersionSpec("1.2.*").matches(new Version("1.3"))).toBe(false);
  const spec = new MatchSpec("conda-forge/linux-64::numpy >=1.26 py312*");
  expect([spec.name, String(spec.version), spec.build, spec.channel, spec.subdir]).toEqual([
    "numpy",
    ">=1.26",
    "py312*",
    "conda-forge",
    "linux-64",
  ]);
  const records = [
    { name: "numpy", version: "2.0", build: "py312h0_0", build_number: 0, subdir: "linux-64" },
    { name: "numpy", version: "2.0", build: "py311h0_0", build_number: 0, subdir: "linux-64" },
    { name: "numpy", version: "1.25", build: "py312h0_0", build_number: 0, subdir: "linux-64" },
  ];
  expect(spec.filter(records)).toEqual([records[0]]);
  expect(new MatchSpec("numpy * ^py3.*h.*$").filter(records)).toHaveLength(3);
});

test("what is invalid is named, with a code", () => {
  expect(codeOf(() => new Version("1..2"))).toBe("INVALID_VERSION");
  expect(codeOf(() => new VersionSpec(">="))).toBe("INVALID_SPEC");
  expect(codeOf(() => new MatchSpec("numpy >="))).toBe("INVALID_SPEC");
  expect(codeOf(() => new MatchSpec("numpy").matches({ name: "numpy", version: "1..2" }))).toBe(
    "INVALID_VERSION",
  );
  expect(codeOf(() => new Version(3 as never))).toBe("INVALID_OPTION");
  expect(() => new Version("1..2")).toThrow("invalid version `1..2`: ");
});
