/** Changing a recipe's text in place. */

import { describe, expect, test } from "vitest";
import { RecipeEditError, Stage0Recipe } from "../src/index.js";

const TEXT = `# kept
context:
  version: "1.0"   # the version

package:
  name: probe
  version: \${{ version }}

source:
  url: https://example.org/probe-\${{ version }}.tar.gz
  sha256: ${"0".repeat(63)}1

requirements:
  host:
    - zlib >=1.2   # compression
    - if: linux
      then: [libgreet]
`;

describe("an edit", () => {
  test("changes what it names, and nothing else", () => {
    const recipe = Stage0Recipe.fromYaml(TEXT);
    const edited = recipe.edit([
      { kind: "addRequirement", section: "host", spec: "libpng" },
      { kind: "addPatch", source: 0, patch: "fix.patch" },
      { kind: "setVersion", version: "1.1" },
      { kind: "setBuildNumber", number: 3 },
    ]);
    const [before, after] = [TEXT, edited.text].map((text) => text.split("\n"));
    expect(before?.filter((line) => !after?.includes(line))).toEqual(['  version: "1.0"   # the version']);
    expect(after?.filter((line) => !before?.includes(line)).sort()).toMatchInlineSnapshot(`
      [
        "    - fix.patch",
        "    - libpng",
        "  number: 3",
        "  patches:",
        "  version: "1.1"   # the version",
        "build:",
      ]
    `);
    const [variant] = edited.render(undefined, { targetPlatform: "linux-64" });
    expect(variant).toMatchObject({ version: "1.1", buildNumber: 3 });
    expect(JSON.stringify(variant?.recipe.requirements)).toContain("libpng");
    expect(recipe.text).toBe(TEXT);
    // There and back again.
    const back = edited.edit([
      { kind: "removeRequirement", section: "host", name: "libpng" },
      { kind: "removePatch", source: 0, patch: "fix.patch" },
      { kind: "setVersion", version: "1.0" },
    ]);
    expect(back.render(undefined, { targetPlatform: "linux-64" })[0]?.version).toBe("1.0");
  });

  test("keeps the ends of lines", () => {
    const edited = Stage0Recipe.fromYaml(TEXT.replaceAll("\n", "\r\n")).edit([
      { kind: "addRequirement", section: "run", spec: "libpng" },
    ]);
    expect(
      edited.text
        .split("\n")
        .slice(0, -1)
        .every((line) => line.endsWith("\r")),
    ).toBe(true);
  });

  test("that cannot be made says why, and changes nothing", () => {
    const recipe = Stage0Recipe.fromYaml(TEXT);
    const fault = (edit: Parameters<Stage0Recipe["edit"]>[0][number]) => {
      try {
        recipe.edit([{ kind: "setBuildNumber", number: 1 }, edit]);
      } catch (error) {
        if (RecipeEditError.is(error)) return `${error.code} ${error.fault}`;
        throw error;
      }
      return "no fault";
    };
    expect(fault({ kind: "addPatch", source: 7, patch: "x" })).toBe("EDIT_FAILED nothing-there");
    expect(fault({ kind: "removeRequirement", section: "host", name: "nowhere" })).toBe(
      "EDIT_FAILED nothing-there",
    );
    expect(fault({ kind: "addRequirement", section: "host", spec: "a b c d e" })).toBe(
      "EDIT_FAILED breaks-recipe",
    );
    expect(recipe.text).toBe(TEXT);
  });

  test("changes lines of the script and tests", () => {
    const recipe = Stage0Recipe.fromYaml(
      `${TEXT}\nbuild:\n  script:\n    - if: unix\n      then: make -j4  # fast\n    - 'make install'\n`,
    );
    const { text } = recipe.edit([
      { kind: "replaceScript", find: "make -j4", replace: "make -j1" },
      { kind: "addScriptLine", line: "make check", before: "make install" },
      { kind: "removeScriptLine", line: "make install" },
      { kind: "addTest", commands: ["probe --version"], imports: [], requirements: [] },
      { kind: "addTestRequirement", test: 0, section: "run", spec: "bash" },
      { kind: "replaceTest", test: 0, find: "--version", replace: "--help" },
    ]);
    expect(text.slice(text.indexOf("build:"))).toMatchInlineSnapshot(`
      "build:
        script:
          - if: unix
            then: make -j1  # fast
          - make check

      tests:
        - script:
            - probe --help
          requirements:
            run:
              - bash
      "
    `);
  });

  test("of a wrong shape names the argument", () => {
    const recipe = Stage0Recipe.fromYaml(TEXT);
    for (const edits of [undefined, "x", [1], [{ kind: "nonsense" }], [{ kind: "setVersion" }]]) {
      // @ts-expect-error: what programs without types hand in
      expect(() => recipe.edit(edits)).toThrow(/`edits[`[]/);
    }
  });
});

test("rendering can tell what looks wrong", () => {
  const text = `${TEXT}  run_exports:\n    - \${{ pin_subpackage("probe", exact=False) }}\n`;
  const recipe = Stage0Recipe.fromYaml(text);
  const { variants, warnings } = recipe.renderWithWarnings(undefined, { targetPlatform: "linux-64" });
  expect(variants).toEqual(recipe.render(undefined, { targetPlatform: "linux-64" }));
  expect(warnings).toMatchObject([{ severity: "warning", code: "pin-without-bounds", span: { column: 7 } }]);
});
