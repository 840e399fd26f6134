import { expect, test } from "vitest";
import {
  ChannelError,
  ChecksumError,
  InstallError,
  PatchError,
  SessionBusyError,
  SessionClosedError,
  SidewinderError,
  SolveError,
  SourceError,
} from "../src/index.js";
import { fromNative } from "../src/session/failure.js";

const rejected = (record: object): SidewinderError => fromNative(new Error(JSON.stringify(record)));

test.each([
  ["CHANNEL_FAILED", ChannelError, { channel: "nowhere" }],
  ["SOLVE_FAILED", SolveError, { environment: "build", explanation: "because" }],
  ["SOURCE_FAILED", SourceError, { url: "https://host/x" }],
  ["CHECKSUM_MISMATCH", ChecksumError, { url: "https://host/x", expected: "aa", actual: "bb" }],
  ["PATCH_FAILED", PatchError, { patch: "fix.patch" }],
  ["INSTALL_FAILED", InstallError, { package: "zlib" }],
  ["SESSION_BUSY", SessionBusyError, {}],
  ["SESSION_CLOSED", SessionClosedError, {}],
  ["INVALID_SPEC", SidewinderError, {}],
] as const)("%s has its own class", (code, Class, fields) => {
  const error = rejected({ code, message: "what happened", hint: "what to do", ...fields });
  expect(Class.is(error)).toBe(true);
  expect(error.name).toBe(Class.className);
  expect(error).toMatchObject({ code, message: "what happened", hint: "what to do", ...fields });
});

test("a rejection without a record is an internal error that keeps its cause", () => {
  const cause = new Error("a panic");
  expect(fromNative(cause)).toMatchObject({ code: "INTERNAL", message: "internal error: a panic", cause });
});
