// `npm run check`: lints, formatting, types, and whether generated files are up to date. Runs all of them, fails if one does.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMPANIONS } from "./companions.mjs";
import { nativeTypes } from "./native-types.mjs";
import { packCompanion, packSdk } from "./pack.mjs";
import { outOfStep } from "./platforms.mjs";
import { root, run, StepFailed, say, script } from "./run.mjs";
import { buildCore, buildNative, buildSdk, installPackages, triple, xtask } from "./setup.mjs";
import { ensureToolchain } from "./toolchain.mjs";

const bin = (name) => [join(root, "node_modules", name)];
/** Bindings that only compile to WebAssembly. */
const WASM = ["sidewinder_recipe_wasm", "sidewinder_recipe_tools_wasm"];
const CLIPPY = [
  ...["clippy", "--locked", "--workspace", "--all-targets"],
  ...WASM.flatMap((name) => ["--exclude", name]),
];

const CHECKS = {
  wording: () => run(process.execPath, [join(root, "scripts/wording.mjs")]),
  rustfmt: () => run("cargo", ["fmt", "--all", "--check"]),
  clippy: () => run("cargo", [...CLIPPY, "--", "-D", "warnings"]),
  "clippy of the wasm bindings": () =>
    run("cargo", [
      ...[
        "clippy",
        "--locked",
        ...WASM.flatMap((name) => ["-p", name]),
        "--target",
        "wasm32-unknown-unknown",
      ],
      ...["--profile", "wasm-dev", "--", "-D", "warnings"],
    ]),
  "generated types": () => xtask("dev", "types", "--check"),
  "declarations of the addon": () => nativeTypes({ isCheck: true }),
  "catalogue of diagnostics": () => xtask("dev", "catalogue", "--check"),
  "reference of lint rules": () => xtask("dev", "lint-rules", "--check"),
  "reference of error codes": () => xtask("dev", "error-codes", "--check"),
  biome: () => run(process.execPath, [...bin("@biomejs/biome/bin/biome"), "ci", "--error-on-warnings", "."]),
  tsc: () => run(process.execPath, [...bin("typescript/bin/tsc"), "-p", "."]),
  "tsc of the playground": () => run(process.execPath, [...bin("typescript/bin/tsc"), "-p", "playground"]),
  "manifests of the platforms' packages": () => {
    const wrong = outOfStep();
    if (wrong.length > 0) throw new StepFailed(wrong.join("\n"));
  },
  "what npm gets": async () => {
    const folder = mkdtempSync(join(tmpdir(), "sidewinder-check-"));
    try {
      await buildSdk();
      const sdk = packSdk(folder);
      const publint = [...bin("publint/src/cli.js"), "run", "--strict"];
      run(process.execPath, [...publint, sdk]);
      run(process.execPath, [...publint, "--pack", "false", join(root, "npm", triple())]);
      // The package is ESM, which every supported Node.js can `require` as well; a test shows that it does.
      const attw = bin("@arethetypeswrong/cli/dist/index.js");
      run(process.execPath, [...attw, sdk, "--profile", "esm-only"]);
      for (const name of COMPANIONS) {
        const companion = packCompanion(name, folder);
        run(process.execPath, [...publint, companion]);
        run(process.execPath, [...attw, companion, "--profile", "esm-only"]);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
};

await script(async () => {
  ensureToolchain();
  installPackages();
  await buildNative("dev");
  await buildCore("dev");
  await buildSdk();
  const failed = [];
  for (const [name, check] of Object.entries(CHECKS)) {
    say(`Checking: ${name}`);
    try {
      await check();
    } catch (error) {
      if (!(error instanceof StepFailed)) throw error;
      process.stderr.write(`${error.message}\n`);
      failed.push(name);
    }
  }
  if (failed.length > 0) throw new StepFailed(failed.join(", "));
  say("All checks passed");
});
