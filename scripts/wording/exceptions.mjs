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
];

/**
 * Files and folders whose wording is still to be revised. Delete a line when its folder is done; a line that no longer
 * hides anything fails the check.
 */
export const PENDING = [
  "crates/diagnosis",
  "crates/installer",
  "crates/recipe/fuzz",
  "crates/session/src/checkpoint",
  "crates/session/src/environment",
  "crates/session/src/error.rs",
  "crates/session/src/layout",
  "crates/session/src/options.rs",
  "crates/session/src/patch",
  "crates/session/src/progress",
  "crates/session/src/session",
  "crates/session/src/session.rs",
  "crates/session/src/sources",
  "crates/session/tests",
  "docs/channels.md",
  "docs/command-line.md",
  "docs/first-session.md",
  "docs/patches.md",
  "tests/__snapshots__",
  "tests/cli.test.ts",
  "ts-sdk/src/session",
  "ts-sdk/src/cli/debug",
  "ts-sdk/src/generated",
];

/** Files that hold foreign text, data, or the list itself. */
export const SKIPPED = [
  /^scripts\/wording\//,
  /^tests\/wording\.test\.ts$/,
  /(?:^|\/)(?:package-lock\.json|Cargo\.lock|LICENSE)$/,
  /\.(?:png|svg|jsonl|wasm|node|tgz|gz|bin|css)$/,
  // Recipes, indexes and records in the words of their authors.
  /^tests\/(?:hostile|fixtures|reference\/recipes|real-builds\/recipes)\//,
  /^crates\/recipe\/tests\/golden\//,
  /^crates\/recipe\/fuzz\/regressions\//,
  /^crates\/recipe\/tests\/robustness/,
];
