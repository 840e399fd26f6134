// Where a word of `words.mjs` is right, and files that have not been reworded yet.

/**
 * Lines that may contain a listed word. `text` is part of the line, `reason` says why the word is right there.
 *
 * @type {{ file: string, text: string, reason: string }[]}
 */
export const EXCEPTIONS = [
  {
    file: "playground/src/examples.ts",
    text: "licence: MIT",
    reason: "an example of a misspelled field",
  },
  {
    file: "crates/recipe-tools/src/lint/rules/licenses.rs",
    text: '"licence"',
    reason: "how some recipes spell the word",
  },
  {
    file: "crates/session/tests/patch_table.rs",
    text: "--patience",
    reason: "an option of git diff",
  },
  {
    file: "crates/diagnosis/src/rules/linker.rs",
    text: "recognise the format",
    reason: "a message of macOS tools",
  },
  {
    file: "crates/diagnosis/src/rules/r.rs",
    text: "there is no package called",
    reason: "a message of R",
  },
];

/**
 * Files and folders whose wording is still to be revised. Delete a line when its folder is done; a line that no longer
 * hides anything fails the check.
 */
export const PENDING = [
  "crates/package",
];

/** Files that hold foreign text, data, or the list itself. */
export const SKIPPED = [
  /^scripts\/wording\//,
  /^tests\/wording\.test\.ts$/,
  /(?:^|\/)(?:package-lock\.json|Cargo\.lock|LICENSE)$/,
  /\.(?:png|svg|jsonl|wasm|node|tgz|gz|bin|css)$/,
  // What tools print.
  /^crates\/diagnosis\/tests\/messages\//,
  // Recipes, indexes and records in the words of their authors.
  /^tests\/(?:hostile|fixtures|reference\/recipes|real-builds\/recipes)\//,
  /^crates\/recipe\/tests\/golden\//,
  /^crates\/recipe\/fuzz\/regressions\//,
  /^crates\/recipe\/tests\/robustness/,
];
