// `npm run check`: lints, formatting, types, and whether generated files are up to date. Runs all of them, fails if one does.

import { join } from "node:path";
import { root, run, StepFailed, say, script } from "./run.mjs";
import { buildCore, buildNative, installPackages, xtask } from "./setup.mjs";
import { ensureToolchain } from "./toolchain.mjs";

const bin = (name) => [join(root, "node_modules", name)];
const CLIPPY = ["clippy", "--locked", "--workspace", "--all-targets", "--exclude", "sidewinder_recipe_wasm"];

const CHECKS = {
  rustfmt: () => run("cargo", ["fmt", "--all", "--check"]),
  clippy: () => run("cargo", [...CLIPPY, "--", "-D", "warnings"]),
  "clippy of the wasm face": () =>
    run("cargo", [
      ...["clippy", "--locked", "-p", "sidewinder_recipe_wasm", "--target", "wasm32-unknown-unknown"],
      ...["--profile", "wasm-dev", "--", "-D", "warnings"],
    ]),
  "generated types": () => xtask("dev", "types", "--check"),
  "catalogue of diagnostics": () => xtask("dev", "catalogue", "--check"),
  biome: () => run(process.execPath, [...bin("@biomejs/biome/bin/biome"), "ci", "--error-on-warnings", "."]),
  tsc: () => run(process.execPath, [...bin("typescript/bin/tsc"), "-p", "."]),
};

await script(() => {
  ensureToolchain();
  installPackages();
  buildNative("dev");
  buildCore("dev");
  const failed = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    say(`Checking: ${name}`);
    try {
      check();
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new StepFailed(failed.join(", "));
  say("All checks passed");
});
