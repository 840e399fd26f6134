// `npm run check:platforms [-- TARGET...]`: compiles the addon for the platforms that this machine is not.
//
// The compiler for C dependencies is zig (`ziglang` and `cargo-zigbuild` from PyPI). Tools and build output are kept in a
// cache folder of the machine, `SIDEWINDER_PLATFORMS_CACHE` or `~/.cache/sidewinder-platforms`, so that dependencies are
// compiled once. Targets that are not available are skipped with a message.

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { ask, environment, root, run, StepFailed, say, script } from "./run.mjs";
import { ensureToolchain } from "./toolchain.mjs";

const TARGETS = [
  "x86_64-pc-windows-gnu",
  "aarch64-apple-darwin",
  "aarch64-unknown-linux-gnu",
  "x86_64-unknown-linux-musl",
];
const TOOLS = ["ziglang~=0.17.0", "cargo-zigbuild~=0.24.0"];
const CRATE = "sidewinder_session_napi";

const cache = resolve(
  environment.SIDEWINDER_PLATFORMS_CACHE ??
    join(environment.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sidewinder-platforms"),
);

await script(() => {
  const names = process.argv.slice(2);
  const unknown = names.filter((name) => !TARGETS.includes(name));
  if (unknown.length > 0)
    throw new StepFailed(`unknown target ${unknown.join(", ")}; expected ${TARGETS.join(", ")}`);
  ensureToolchain();
  mkdirSync(cache, { recursive: true });
  const zigbuild = installTools();
  if (zigbuild === undefined) return 0;
  const results = (names.length > 0 ? names : TARGETS).map((target) => [target, check(target, zigbuild)]);
  for (const [target, result] of results) process.stdout.write(`${target.padEnd(28)} ${result}\n`);
  return results.some(([, result]) => result.startsWith("failed")) ? 1 : 0;
});

/** Compiles for one target, with warnings as errors; returns `ok`, `skipped` or `failed` with details. */
function check(target, { program, env }) {
  const added = spawnSync("rustup", ["target", "add", target], { cwd: root, env, stdio: "ignore" });
  if (added.status !== 0) return "skipped: rustup could not add the target";
  say(`Checking ${target}`);
  const started = Date.now();
  const args = ["check", "--locked", "-p", CRATE, "--target", target];
  try {
    run(program, args, {
      env: {
        ...env,
        CARGO_TARGET_DIR: join(cache, "target"),
        RUSTFLAGS: "-D warnings",
        ...(target.includes("windows") ? { LIBNODE_PATH: emptyNodeLibrary() } : {}),
      },
    });
  } catch (error) {
    if (!(error instanceof StepFailed)) throw error;
    return `failed: ${error.message}`;
  }
  return `ok in ${Math.round((Date.now() - started) / 1000)} s`;
}

/** napi-build links against `libnode.dll`. A check links nothing, so an empty file is enough. */
function emptyNodeLibrary() {
  const folder = join(cache, "libnode");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "libnode.dll"), "");
  return folder;
}

/** The cargo-zigbuild program with its environment: the one on PATH, or one installed into the cache. */
function installTools() {
  if (ask("cargo-zigbuild", ["--version"]) !== undefined && ask("zig", ["version"]) !== undefined)
    return { program: "cargo-zigbuild", env: environment };
  const venv = join(cache, "tools");
  const bin = join(venv, process.platform === "win32" ? "Scripts" : "bin");
  const python = join(bin, "python");
  if (!existsSync(join(bin, "cargo-zigbuild")) && !existsSync(join(bin, "cargo-zigbuild.exe"))) {
    say("Installing zig and cargo-zigbuild");
    const installed =
      ask("python3", ["-m", "venv", venv]) !== undefined &&
      ask(python, ["-m", "pip", "install", "--quiet", ...TOOLS]) !== undefined;
    if (!installed) {
      say("skipped: could not install ziglang and cargo-zigbuild with python3 and pip");
      return undefined;
    }
  }
  const path = `${bin}${delimiter}${environment.PATH ?? ""}`;
  return {
    program: join(bin, "cargo-zigbuild"),
    env: { ...environment, PATH: path, CARGO_ZIGBUILD_PYTHON_PATH: python },
  };
}
