/** Messages of the SDK in the words of the command line. */

import { expect, test } from "vitest";
import { asTyped } from "../src/cli/option-names.js";

const option = { type: "string", description: "" } as const;
const options = { channel: option, "output-dir": option, overwrite: option, name: option };

test.each([
  ["invalid option `channels[1]`: expected a string, got 1", "`--channel`: expected a string, got 1"],
  ["invalid option `specs[0]`: expected a string, got 1", "expected a string, got 1"],
  ["give an `outputDir` with a shorter path", "give an `--output-dir` with a shorter path"],
  [
    "`x` already exists; set `overwrite` to replace it",
    "`x` already exists; set `--overwrite` to replace it",
  ],
  ["no package `name` in `channel`", "no package `name` in `channel`"],
  ["`hostPlatform` is not a platform", "`hostPlatform` is not a platform"],
])("%s", (message, expected) => {
  expect(asTyped(message, options)).toBe(expected);
});
