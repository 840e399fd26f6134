// Finds the Rust toolchain: the pinned one, downloaded if missing; otherwise stable, if it is not older.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, environment, root, run, StepFailed, say } from "./run.mjs";

const WASM = "wasm32-unknown-unknown";
const HINT = "see https://rustup.rs, and the README for other requirements";

/**
 * Checks for a Rust toolchain and a C compiler, and selects the toolchain for later steps.
 *
 * Throws {@link StepFailed} if there is no C compiler, no Rust, or only an older Rust that rustup could not update.
 */
export function ensureToolchain() {
  const pinned = /channel = "([^"]+)"/.exec(readFileSync(join(root, "rust-toolchain.toml"), "utf8"))[1];
  if (ask("cc", ["--version"]) === undefined && process.platform !== "win32") {
    throw new StepFailed("command not found: cc; install a C compiler, e.g. the package gcc or clang");
  }
  if (ask("rustup", ["--version"]) === undefined) {
    const version = releaseOf(ask("rustc", ["--version"]));
    if (version === undefined) throw new StepFailed(`command not found: rustc; ${HINT}`);
    if (!atLeast(version, pinned)) throw new StepFailed(`Rust ${version} is older than ${pinned}; ${HINT}`);
    return; // Without rustup the wasm target must be installed already; cargo reports it if it is not.
  }
  environment.RUSTUP_TOOLCHAIN ??= choose(pinned);
  const toolchain = environment.RUSTUP_TOOLCHAIN;
  const targets = ask("rustup", ["target", "list", "--installed", "--toolchain", toolchain]) ?? "";
  if (!targets.split("\n").includes(WASM)) {
    say(`Adding the ${WASM} target`);
    run("rustup", ["target", "add", "--toolchain", toolchain, WASM]);
  }
}

function choose(pinned) {
  if (releaseOf(ask("rustup", ["run", pinned, "rustc", "--version"]))) return pinned;
  say(`Downloading Rust ${pinned}`);
  try {
    const parts = ["--component", "clippy", "--component", "rustfmt", "--target", WASM];
    run("rustup", ["toolchain", "install", pinned, "--profile", "minimal", "--no-self-update", ...parts]);
    return pinned;
  } catch (error) {
    const stable = releaseOf(ask("rustup", ["run", "stable", "rustc", "--version"]));
    if (stable === undefined || !atLeast(stable, pinned)) throw error;
    say(`failed to download Rust ${pinned}; using stable, which is ${stable}`);
    return "stable";
  }
}

function releaseOf(text) {
  return /^rustc (\d+\.\d+\.\d+)/.exec(text ?? "")?.[1];
}

function atLeast(version, wanted) {
  const [a, b] = [version, wanted].map((text) => text.split(".").map(Number));
  for (let i = 0; i < b.length; i += 1) if (a[i] !== b[i]) return a[i] > b[i];
  return true;
}
