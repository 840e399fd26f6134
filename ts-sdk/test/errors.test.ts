import { expect, test, vi } from "vitest";
import { ChecksumError, SidewinderError, SolveError, SourceError } from "../src/index.js";

const checksum = (): ChecksumError =>
  new ChecksumError("CHECKSUM_MISMATCH", "no match", { url: "u", expected: "a", actual: "b", hint: "look" });

test("a class recognizes its own errors and those of its subclasses", () => {
  const error = checksum();
  expect([SidewinderError, SourceError, ChecksumError].every((Class) => Class.is(error))).toBe(true);
  expect(SolveError.is(error)).toBe(false);
  expect(SidewinderError.is(new Error("other"))).toBe(false);
  expect(SidewinderError.is(undefined)).toBe(false);
});

test("the guard works across two copies of the package", async () => {
  vi.resetModules();
  const copy = await import("../src/errors.js");
  expect(copy.SidewinderError).not.toBe(SidewinderError);
  const error = checksum();
  expect(error).not.toBeInstanceOf(copy.SidewinderError);
  expect(copy.SidewinderError.is(error)).toBe(true);
  expect(copy.ChecksumError.is(error)).toBe(true);
  expect(copy.SolveError.is(error)).toBe(false);
});

test("an error says its class, code and hint", () => {
  const error = checksum();
  expect(error.name).toBe("ChecksumError");
  expect(error).toMatchObject({
    code: "CHECKSUM_MISMATCH",
    hint: "look",
    url: "u",
    expected: "a",
    actual: "b",
  });
  expect(String(error)).toBe("ChecksumError: no match");
  expect("hint" in new SidewinderError("INTERNAL", "y")).toBe(false);
});
