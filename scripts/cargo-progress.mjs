// A progress bar for long cargo builds: crates done out of the total.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { environment, root, StepFailed } from "./run.mjs";

const WIDTH = 30;

/**
 * Runs `cargo build` and shows a progress bar on a terminal, and a line every 10 % elsewhere.
 *
 * cargo draws its own bar only on a terminal; this one also works in a log, and says what it counts. Returns the output
 * folders of build scripts by the name of their crate.
 */
export async function cargoBuild(args) {
  const total = await countCrates(args);
  const child = spawn("cargo", ["build", ...args, "--message-format=json-render-diagnostics"], {
    cwd: root,
    env: { ...environment, CARGO_TERM_PROGRESS_WHEN: "never", CARGO_TERM_QUIET: "true" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const failed = new Promise((_, reject) =>
    child.on("error", (error) => reject(new StepFailed(`failed to start cargo: ${error.message}`))),
  );
  const bar = new Bar(total);
  const finished = (async () => {
    const done = new Set();
    const folders = new Map();
    for await (const line of createInterface({ input: child.stdout })) {
      const message = parse(line);
      if (message?.reason === "build-script-executed")
        folders.set(crateOf(message.package_id), message.out_dir);
      if (message?.reason !== "compiler-artifact" || message.target.kind.includes("custom-build")) continue;
      done.add(message.package_id);
      bar.show(done.size, message.target.name, message.fresh);
    }
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once("close", resolve));
    bar.end();
    if (child.exitCode !== 0)
      throw new StepFailed(`cargo build ${args.join(" ")} exited with ${ending(child)}`);
    return folders;
  })();
  return await Promise.race([failed, finished]);
}

function ending({ exitCode, signalCode }) {
  return exitCode === null ? signalCode : `status ${exitCode}`;
}

/** The number of crates of a build: those of its dependency tree. */
async function countCrates(args) {
  const packages = args.flatMap((arg, index) => (arg === "-p" ? ["-p", args[index + 1]] : []));
  const tree = ["tree", "--locked", ...packages, "-e", "normal,build", "--prefix", "none", "-f", "{p}"];
  const child = spawn("cargo", tree, { cwd: root, env: environment, stdio: ["ignore", "pipe", "ignore"] });
  const crates = new Set();
  child.on("error", () => undefined);
  for await (const line of createInterface({ input: child.stdout }))
    if (line !== "") crates.add(line.replace(/ \(\*\)$/, ""));
  return crates.size;
}

/** The name in a package id: `…/folder#name@version`, or `…/name#version` where the folder has the same name. */
function crateOf(packageId) {
  const [place, name] = packageId.split("#");
  return name?.includes("@") ? name.split("@")[0] : place.split("/").at(-1);
}

function parse(line) {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

class Bar {
  #total;
  #isTerminal = process.stderr.isTTY === true;
  #drawn = false;
  #tenths = 0;

  constructor(total) {
    this.#total = total;
  }

  /** Crates that were up to date move the bar, but are not worth a line. */
  show(done, name, isFresh) {
    const total = Math.max(this.#total, done);
    if (this.#isTerminal) {
      const full = Math.round((done / total) * WIDTH);
      const bar = "━".repeat(full) + "─".repeat(WIDTH - full);
      process.stderr.write(`\r\u001b[K  ${bar} ${done}/${total} crates  ${name}`);
      this.#drawn = true;
      return;
    }
    const tenths = Math.floor((done / total) * 10);
    if (isFresh || tenths === this.#tenths) return;
    this.#tenths = tenths;
    process.stderr.write(`  ${done}/${total} crates\n`);
  }

  end() {
    if (this.#drawn) process.stderr.write("\r\u001b[K");
  }
}
