import { describe, expect, test } from "vitest";
import { checkWording, findWords } from "../scripts/wording/check.mjs";

describe("wording", () => {
  test("messages, help, docs and names use the project's vocabulary", () => {
    const { findings, stale } = checkWording();
    expect(
      findings.map(({ file, line, found, write }) => `${file}:${line}: "${found}": write ${write}`),
    ).toEqual([]);
    expect(stale, "entries of scripts/wording/exceptions.mjs that are no longer needed").toEqual([]);
  });

  test.each([
    ["crates/x/src/lib.rs", '#[error("the command `{name}` is not there")]', "is not there"],
    ["crates/x/src/lib.rs", "const MOST_FINDINGS: usize = 20;", "MOST_FINDINGS"],
    ["ts-sdk/src/x.ts", "const told = await session.exec(command);", "const told"],
    ["docs/x.md", "Both options exclude each other.", "exclude each other"],
    ["docs/x.md", "A channel with this colour.", "colour"],
  ])("finds a listed word in %s: %s", (file, text, found) => {
    expect(findWords(file, text).map((finding) => finding.found)).toEqual([found]);
  });

  test.each([
    ["docs/x.md", "`c` stands for channel; besides, most of it is done by the way that you choose."],
    ["docs/x.md", "The option is no longer needed."],
    ["docs/x.md", "MOST_FINDINGS"],
  ])("accepts ordinary English in %s: %s", (file, text) => {
    expect(findWords(file, text)).toEqual([]);
  });
});
