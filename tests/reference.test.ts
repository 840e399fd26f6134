/**
 * The same recipes set up by sidewinder and by the reference, which is run and not looked into: the variables of the
 * build, the script, the packages of both environments with all their files, the sources and the dependencies of the
 * package have to be the same, except for intended differences.
 *
 * `SIDEWINDER_REFERENCE` names a Python that has `py-rattler-build` 0.73.0; without it the comparison is skipped. With
 * `SIDEWINDER_FULL_CHANNEL` (see `real-builds.test.ts`) recipes of real software are compared as well.
 */

import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { both, python } from "./reference/both.js";
import { CASES, REAL_CASES } from "./reference/cases.js";
import { channelsFor } from "./reference/other-platform.js";
import { channel, root, scratch } from "./support/workbench.js";

const full = process.env["SIDEWINDER_FULL_CHANNEL"];
if (python === undefined) {
  process.stderr.write("Skipping the comparison with the reference: SIDEWINDER_REFERENCE names no Python\n");
}

describe.skipIf(python === undefined)("the same as the reference makes", { timeout: 300_000 }, () => {
  test.each(Object.entries(CASES))("of %s", async (name, given) => {
    const channels = [channel, ...(await channelsFor(given.platform, scratch))];
    const recipe = join(root, "tests/reference/recipes", name, "recipe.yaml");
    for (const { ours, theirs } of await both(recipe, given, channels)) {
      expect(ours).toEqual(given.better?.(theirs) ?? theirs);
    }
  });

  test.skipIf(full === undefined).each(Object.entries(REAL_CASES))(
    "of real software: %s",
    async (name, given) => {
      const recipe = join(root, "tests/real-builds/recipes", name, "recipe.yaml");
      for (const { ours, theirs } of await both(recipe, given, [full as string])) {
        expect(ours).toEqual(given.better?.(theirs) ?? theirs);
      }
    },
  );
});
