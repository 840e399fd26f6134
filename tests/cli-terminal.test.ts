/** The command line in a real terminal. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { noTerminal, Terminal } from "./support/terminal.js";
import { channel, root, scratch, scripted } from "./support/workbench.js";

const PROGRAM = join(root, "ts-sdk", "dist", "cli", "main.js");
const SIDEWINDER = `'${process.execPath}' '${PROGRAM}'`;

let folder: string;
let terminal: Terminal | undefined;

beforeAll(async () => {
  folder = await scratch();
  await writeFile(join(folder, "recipe.yaml"), scripted(["sleep 86399"]));
  const setup = [PROGRAM, "debug", "setup", "recipe.yaml", "-c", channel];
  const { status, stderr } = spawnSync(process.execPath, setup, { cwd: folder, encoding: "utf8" });
  if (status !== 0) throw new Error(stderr);
});

afterAll(() => terminal?.close());

/** The terminal of this file, opened by the first who asks. */
function open(skip: (reason: string) => void): Terminal {
  if (noTerminal !== undefined) skip(noTerminal);
  terminal ??= new Terminal(folder, { OUTSIDE: "seen" });
  return terminal;
}

test("debug shell is a shell with the build's environment, and ends with its status", async ({ skip }) => {
  const term = open(skip);
  term.line(`${SIDEWINDER} debug shell`);
  await term.shows(/^\[probe 1\.0\] .*[#$] *$/m);
  term.line(
    'echo "pkg=$PKG_NAME-$PKG_VERSION outside=[$OUTSIDE] term=[$TERM]"; pwd -P; test -t 0 && echo typed',
  );
  const screen = await term.shows(/^typed$/m);
  expect(screen).toMatch(/^pkg=probe-1\.0 outside=\[\] term=\[(tmux|screen)/m);
  expect(screen).toMatch(/rattler-build_probe\/work$/m);
  // Ctrl-C ends what runs in the shell, not the shell.
  term.line("echo wait''ing; cat; echo never''theless");
  await term.shows(/^waiting$/m);
  term.key("C-c");
  await term.shows(/\^C/);
  term.line("echo still''here $?");
  await term.shows(/^stillhere 130$/m);
  term.line("exit 9");
  await term.shows(/outer>\s*$/);
  term.line("echo status=$?");
  await term.shows(/^status=9$/m);
});

test("debug shell reads commands from a pipe where there is no terminal", () => {
  const { status, stdout } = spawnSync(process.execPath, [PROGRAM, "debug", "shell"], {
    cwd: folder,
    encoding: "utf8",
    input: 'echo "$PKG_NAME"\nexit 3\n',
  });
  expect({ status, stdout }).toEqual({ status: 3, stdout: "probe\n" });
});

test("a set-up shows what it does in place, and Ctrl-C leaves the terminal as it was", async ({ skip }) => {
  const term = open(skip);
  await writeFile(join(folder, "slow.yaml"), scripted(["true"], "requirements: {host: [hangs]}\n"));
  term.line("clear");
  term.line(`${SIDEWINDER} debug setup slow.yaml -c '${channel}' --output-dir slow`);
  // The package's link script does not end.
  await term.shows(/^Installing packages \(host\)/m);
  expect(term.state("cursor_flag")).toBe("0");
  term.key("C-c");
  const screen = await term.shows(/^stopped$/m);
  expect(screen).not.toContain("Installing packages (host)");
  term.line("echo status=$?");
  await term.shows(/status=130$/m);
  expect(term.state("cursor_flag")).toBe("1");
  expect(existsSync(join(folder, "slow", "bld", "rattler-build_probe"))).toBe(false);
});

test("on a dumb terminal, and with --quiet, nothing is drawn", async ({ skip }) => {
  const term = open(skip);
  term.line("clear");
  term.line(
    `TERM=dumb ${SIDEWINDER} debug setup recipe.yaml -c '${channel}' --output-dir dumb; echo dumb''=$?`,
  );
  expect(await term.shows(/dumb=0$/m)).toContain("Setting up probe 1.0");
  term.line("clear");
  term.line(
    `${SIDEWINDER} debug setup recipe.yaml -c '${channel}' --output-dir calm -q >/dev/null; echo calm''=$?`,
  );
  expect(await term.shows(/calm=0$/m)).not.toContain("Setting up");
});
