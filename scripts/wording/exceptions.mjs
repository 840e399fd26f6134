// Where a word of `words.mjs` is right, and files that have not been reworded yet.

/**
 * Lines that may contain a listed word. `text` is part of the line, `reason` says why the word is right there.
 *
 * @type {{ file: string, text: string, reason: string }[]}
 */
export const EXCEPTIONS = [];

/**
 * Files and folders whose wording is still to be revised. Delete a line when its folder is done; a line that no longer
 * hides anything fails the check.
 */
export const PENDING = [
  "crates/diagnosis",
  "crates/fancy-regex",
  "crates/installer",
  "crates/recipe/fuzz",
  "crates/recipe/src/diagnostic",
  "crates/recipe/src/edit",
  "crates/recipe/src/recipe.rs",
  "crates/recipe/src/render",
  "crates/recipe/src/stage0",
  "crates/recipe/src/stage1",
  "crates/recipe/src/template",
  "crates/recipe/src/variants",
  "crates/recipe/src/yaml",
  "crates/recipe/tests",
  "crates/recipe-wasm",
  "crates/session/benches",
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
  "crates/session-napi",
  "docs/agents.md",
  "docs/browser.md",
  "docs/channels.md",
  "docs/command-line.md",
  "docs/differences.md",
  "docs/errors.md",
  "docs/first-session.md",
  "docs/index.md",
  "docs/packages.md",
  "docs/patches.md",
  "docs/python.md",
  "docs/variants.md",
  "tests/__snapshots__",
  "tests/agent-hostile.test.ts",
  "tests/agent.test.ts",
  "tests/checkpoint.test.ts",
  "tests/cli-session.test.ts",
  "tests/cli-terminal.test.ts",
  "tests/cli.test.ts",
  "tests/diagnosis.test.ts",
  "tests/docs-site.test.ts",
  "tests/examples.test.ts",
  "tests/failures.test.ts",
  "tests/hostile.test.ts",
  "tests/life.test.ts",
  "tests/packed.test.ts",
  "tests/playground.test.ts",
  "tests/python-names.test.ts",
  "tests/reference.test.ts",
  "tests/reference",
  "tests/refresh.test.ts",
  "tests/running.test.ts",
  "tests/support",
  "ts-sdk/src/agent",
  "ts-sdk/src/mcp",
  "ts-sdk/src/session",
  "ts-sdk/src/recipe",
  "ts-sdk/src/cli/debug",
  "ts-sdk/src/cli/mcp.ts",
  "ts-sdk/src/generated",
  "ts-sdk/test",
  "playground/src",
  "scripts/docs",
  "README.md",
  "ARCHITECTURE.md",
  "CHANGELOG.md",
  "CONTRIBUTING.md",
  "SECURITY.md",
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
