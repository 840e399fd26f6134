// `npm test`: builds what is stale, runs all tests and prints how many passed and failed.

import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { root, say, script, watch } from "./run.mjs";
import { hasCargo, setUp, writeChannel } from "./setup.mjs";

// The wasm binding is tested through the SDK: its crate only builds for wasm32.
const RUST = ["--locked", "--workspace", "--exclude", "sidewinder_recipe_wasm"];

await script(async () => {
  const started = Date.now();
  await setUp("dev");
  writeChannel();
  const counts = [await rustTests(), await docTests(), await typescriptTests()];
  const passed = sum(counts.map((count) => count.passed));
  const failed = sum(counts.map((count) => count.failed));
  say(`Tests took ${Math.round((Date.now() - started) / 1000)} s, including builds`);
  process.stdout.write(`${passed} passed, ${failed} failed\n`);
  return failed === 0 ? 0 : 1;
});

async function rustTests() {
  say("Rust tests");
  if (!hasCargo("nextest"))
    return cargoTest(["test", ...RUST, "--lib", "--bins", "--tests", "--no-fail-fast"]);
  const { status, output } = await watch("cargo", ["nextest", "run", ...RUST, "--no-fail-fast"]);
  const [, summary = ""] = /Summary \[.*?\]\s+(.*)/.exec(plain(output)) ?? [];
  return counted(status, number(/(\d+) passed/, summary), number(/(\d+) (?:failed|timed out)/, summary));
}

async function docTests() {
  say("Examples in the Rust documentation");
  return cargoTest(["test", ...RUST, "--doc", "--no-fail-fast"]);
}

async function cargoTest(args) {
  const { status, output } = await watch("cargo", args);
  const results = [...plain(output).matchAll(/test result: \w+\. (\d+) passed; (\d+) failed/g)];
  return counted(status, sum(results.map((r) => Number(r[1]))), sum(results.map((r) => Number(r[2]))));
}

async function typescriptTests() {
  say("TypeScript tests");
  const report = join(root, ".sidewinder", "vitest.json");
  mkdirSync(join(root, ".sidewinder"), { recursive: true });
  rmSync(report, { force: true });
  const args = ["run", "--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const { status } = await watch(process.execPath, [join(root, "node_modules/vitest/vitest.mjs"), ...args]);
  try {
    const { numPassedTests, numFailedTests, numFailedTestSuites } = JSON.parse(readFileSync(report, "utf8"));
    return counted(
      status,
      numPassedTests,
      Math.max(numFailedTests, status === 0 ? 0 : Math.min(1, numFailedTestSuites)),
    );
  } catch {
    return counted(status, 0, 0);
  }
}

// A runner that fails without a failed test, for example because a test does not compile, counts as one failure.
function counted(status, passed, failed) {
  return { passed, failed: status !== 0 && failed === 0 ? 1 : failed };
}

function number(pattern, text) {
  return Number(pattern.exec(text)?.[1] ?? 0);
}

function sum(numbers) {
  return numbers.reduce((a, b) => a + b, 0);
}

function plain(text) {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: color codes begin with the escape character
  return text.replace(/\u001b\[[0-9;]*m/g, "");
}
