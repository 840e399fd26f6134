/** The command line in a real terminal, as a person types. */

import { existsSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { type Desk, desk } from "./support/command-line.js";
import { holdPackages } from "./support/held-channel.js";
import { hasTmux, Terminal } from "./support/terminal.js";
import { channel, scratch, scripted } from "./support/workbench.js";

const HOST = "requirements:\n  host: [libfoo, libgreet]\n";
const BAR = /[━─]{5}/;
const DOWNLOADING = /Downloading packages[^\n]*\n {2}(lib|toolx)\S+ +━+─+ /;

let work: Desk;
beforeEach(async () => {
  work = await desk();
  await writeFile(join(work.folder, "recipe.yaml"), scripted(["echo started; sleep 600"], HOST));
});

const open = (size: { columns?: number; rows?: number; env?: NodeJS.ProcessEnv } = {}): Promise<Terminal> =>
  Terminal.open({ ...size, cwd: work.folder, env: { ...work.env, ...size.env } });

test.skipIf(!hasTmux)("`debug run` says so where a script succeeds without a word", async () => {
  await writeFile(join(work.folder, "quiet.yaml"), scripted(["true"]));
  await using terminal = await open();
  await terminal.type(`sidewinder debug setup quiet.yaml -q -c ${channel} > paths; sidewinder debug run`);
  await terminal.until(/The build script succeeded in \d.*\n%$/);
});

test.skipIf(!hasTmux)("`mcp` says what it waits for, where a person started it", async () => {
  await using terminal = await open();
  await terminal.type("sidewinder mcp");
  await terminal.until(/Waiting for a client of the Model Context Protocol/);
  await terminal.key("C-c");
  await terminal.until(/stopped\n%$/);
});

describe.skipIf(!hasTmux)("progress", () => {
  test("is drawn at the bottom while it lasts, and leaves only what was done", async () => {
    await using held = await holdPackages();
    await using terminal = await open();
    await terminal.type(`sidewinder debug setup recipe.yaml -c ${held.url}`);
    const during = await terminal.until(
      /Downloading packages \d.*\n(.*\n)? {2}libfoo\S+ +━+─+ \d+ B\/1\.5 KiB/,
    );
    expect(during.isCursorShown).toBe(false);
    expect(during.text).toContain("✓ Solved the host environment");
    expect(during.colored).toContain("\u001b[32m✓");

    held.release();
    const after = await terminal.until(/Next: sidewinder debug run/);
    expect(after.isCursorShown).toBe(true);
    expect(after.text).toMatch(/✓ Downloaded 2 packages \(.*KiB\)/);
    expect(after.text).not.toMatch(BAR);
    expect(after.text).not.toContain("Downloading");
  });

  test("fits a narrow terminal, and one that becomes narrow", async () => {
    await using held = await holdPackages();
    await using terminal = await open({ columns: 80, rows: 24 });
    await terminal.type(`clear; sidewinder debug setup . -c ${held.url}`);
    await terminal.until(DOWNLOADING);
    await terminal.resize(24, 24);
    const narrow = await terminal.until(/Downl\S+ \d.*\n {2}lib\S+ [\d.]+ K?i?B\/[\d.]+ KiB$/m);
    expect(narrow.text.match(/Downl/g)).toHaveLength(1);
    expect(narrow.text).not.toMatch(BAR);
    await terminal.key("C-c");
    const after = await terminal.until(/stopped\n%$/);
    expect(after.text).not.toContain("Downloading");
  });

  test("has no colors where NO_COLOR is set, and no drawing where the terminal is dumb", async () => {
    await using terminal = await open({ env: { NO_COLOR: "1" } });
    await terminal.type(`sidewinder debug setup . -c ${channel}`);
    const plain = await terminal.until(/Next:/);
    expect(plain.colored).not.toContain("\u001b[32m");
    await terminal.type(`clear; TERM=dumb sidewinder debug setup . -c ${channel} 2>&1 | cat -v`);
    const piped = await terminal.until(/Next:/);
    expect(piped.text).not.toContain("^[");
    await terminal.type(`clear; TERM=dumb sidewinder debug setup . -c ${channel} > /dev/null`);
    const dumb = await terminal.until(/Next:/);
    expect(dumb.text).toContain("Build script created at");
    expect(dumb.text).not.toContain("✓");
  });

  test("is nothing with --quiet", async () => {
    await using terminal = await open();
    await terminal.type(`clear; sidewinder debug setup . -q -c ${channel} > /dev/null; echo status $?`);
    const { text } = await terminal.until(/status 0/);
    expect(text).toMatch(/^status 0\n/);
  });
});

describe.skipIf(!hasTmux)("Ctrl-C", () => {
  test("stops a set-up and leaves nothing behind", async () => {
    await using held = await holdPackages();
    await using terminal = await open();
    await terminal.type(`sidewinder debug setup recipe.yaml -c ${held.url}; echo status $?`);
    await terminal.until(DOWNLOADING);
    await terminal.key("C-c");
    const { text, isCursorShown } = await terminal.until(/status \d/);
    expect(text).toMatch(/stopped\nstatus 130/);
    expect(isCursorShown).toBe(true);
    expect(text).not.toMatch(BAR);
    expect(existsSync(join(work.folder, "output", "bld", "rattler-build_probe"))).toBe(false);
    expect(work.call("debug", "list").stdout).toBe("");
    expect(work.call("debug", "workdir").status).toBe(1);
  });

  test("ends a script and all that it started, and the session stays", async () => {
    await using terminal = await open();
    await terminal.type(
      `sidewinder debug setup . -q -c ${channel} > /dev/null; sidewinder debug run; echo status $?`,
    );
    await terminal.until(/^started$/m);
    await terminal.key("C-c");
    await terminal.until(/stopped\nstatus 130/);
    expect(work.bash("pgrep -f '^sleep 600$' || echo none").stdout).toBe("none\n");
    expect(work.call("debug", "exec", "echo still there").stdout).toBe("still there\n");
  });

  test("stops adding packages, and the environment is as it was", async () => {
    await using held = await holdPackages();
    expect(work.call("debug", "setup", ".", "-c", channel).status).toBe(0);
    await using terminal = await open();
    await terminal.type(`clear; sidewinder debug add toolx --build -c ${held.url}; echo status $?`);
    await terminal.until(DOWNLOADING);
    await terminal.key("C-c");
    await terminal.until(/stopped\nstatus 130/);
    expect(JSON.parse(work.call("debug", "packages", "--build", "--json").stdout)).toEqual({ build: [] });
  });
});

describe.skipIf(!hasTmux)("debug shell", () => {
  test("has the build's environment, job control, and hands its status on", async () => {
    expect(work.call("debug", "setup", ".", "-c", channel).status).toBe(0);
    await using terminal = await open({ columns: 100, rows: 40 });
    await terminal.type("FROM_OUTSIDE=1 EDITOR=my-editor sidewinder debug shell; echo status $?");
    await terminal.until(/^\(probe 1\.0\) ~[#$]$/m);
    await terminal.type(
      'cat "$PREFIX/share/libfoo.txt"; echo "$PKG_NAME ${FROM_OUTSIDE-unset} $EDITOR $TERM"; pwd',
    );
    const there = await terminal.until(/^\/.*\/rattler-build_probe\/work$/m);
    expect(there.text).toMatch(/^2\.0\.0$/m);
    expect(there.text).toMatch(/^probe unset my-editor (screen|tmux)\S*$/m);

    // Ctrl-C is for what runs in the shell, Ctrl-Z puts it into the background.
    await terminal.type("echo waiting; sleep 601");
    await terminal.until(/^waiting$/m);
    await terminal.key("C-c");
    await terminal.type("echo after $?; sleep 602");
    await terminal.until(/^after 130$/m);
    await terminal.key("C-z");
    await terminal.until(/Stopped +sleep 602/);
    await terminal.type("kill -KILL %1; fg; cd /; exit 7");
    const { text } = await terminal.until(/^status \d+$/m);
    expect(text).toMatch(/^status 7$/m);
    // The history is saved next to the work folder, not in it.
    const workDir = work.call("debug", "workdir").stdout.trimEnd();
    expect(readdirSync(workDir).sort()).toEqual(["build_env.sh", "conda_build.sh"]);
  });

  test("ends with its terminal, and leaves nothing behind", async () => {
    expect(work.call("debug", "setup", ".", "-c", channel).status).toBe(0);
    const temporary = await scratch();
    const terminal = await open({ env: { TMPDIR: temporary } });
    await terminal.type("sidewinder debug shell");
    await terminal.until(/^\(probe 1\.0\)/m);
    expect(readdirSync(temporary)).not.toEqual([]);
    await terminal[Symbol.asyncDispose]();
    await vi.waitFor(() => expect(readdirSync(temporary)).toEqual([]), { timeout: 15_000 });
  });

  test("leaves the session to other commands, and sees what they add", async () => {
    expect(work.call("debug", "setup", ".", "-c", channel).status).toBe(0);
    await using terminal = await open();
    await terminal.type("sidewinder debug shell");
    await terminal.until(/^\(probe 1\.0\)/m);
    await terminal.type("command -v toolx || echo none");
    await terminal.until(/^none$/m);
    expect(work.call("debug", "add", "toolx", "--build").status).toBe(0);
    await terminal.type("command -v toolx");
    await terminal.until(/build_env\/bin\/toolx/);
  });
});
