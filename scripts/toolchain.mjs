// The Rust toolchain: the pinned one, fetched where it is missing; else stable, if it is at least that.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ask, environment, root, run, StepFailed, say } from "./run.mjs";

const WASM = "wasm32-unknown-unknown";
const HINT = "see https://rustup.rs, and the README for what else is needed";

/** Makes sure that the Rust toolchain and a C compiler are there; names the toolchain in the environment of later steps. */
export function ensureToolchain() {
  const pinned = /channel = "([^"]+)"/.exec(readFileSync(join(root, "rust-toolchain.toml"), "utf8"))[1];
  if (ask("cc", ["--version"]) === undefined && process.platform !== "win32") {
    throw new StepFailed("there is no C compiler (cc); install one, e.g. the package gcc or clang");
  }
  if (ask("rustup", ["--version"]) === undefined) {
    const version = releaseOf(ask("rustc", ["--version"]));
    if (version === undefined) throw new StepFailed(`there is no Rust; ${HINT}`);
    if (!atLeast(version, pinned)) throw new StepFailed(`Rust ${version} is older than ${pinned}; ${HINT}`);
    return; // A Rust without rustup has to bring the wasm target itself; cargo says so where it does not.
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
  say(`Fetching Rust ${pinned}`);
  try {
    const parts = ["--component", "clippy", "--component", "rustfmt", "--target", WASM];
    run("rustup", ["toolchain", "install", pinned, "--profile", "minimal", "--no-self-update", ...parts]);
    return pinned;
  } catch (error) {
    const stable = releaseOf(ask("rustup", ["run", "stable", "rustc", "--version"]));
    if (stable === undefined || !atLeast(stable, pinned)) throw error;
    say(`Rust ${pinned} cannot be fetched; using stable, which is ${stable}`);
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
