/** What programs read from the command line, and what people read when a run fails. */

import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { channel, root, scratch, scripted } from "./support/workbench.js";

const PROGRAM = join(root, "ts-sdk", "dist", "cli", "main.js");

let folder: string;
let setup: Ended;
beforeAll(async () => {
  folder = await scratch();
  await writeFile(join(folder, "recipe.yaml"), scripted(["true"]));
  setup = sidewinder("debug", "setup", "recipe.yaml", "-c", channel, "--json");
});

interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

function sidewinder(...args: string[]): Ended {
  const env = { ...process.env, PATH: "/usr/bin:/bin" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr };
}

function json(...args: string[]): unknown {
  return JSON.parse(sidewinder(...args, "--json").stdout);
}

describe("--json", () => {
  test("of debug setup says what and where", () => {
    expect(setup.status).toBe(0);
    expect(JSON.parse(setup.stdout)).toMatchObject({
      name: "probe",
      version: "1.0",
      paths: { workDir: expect.stringMatching(/work$/) },
    });
  });

  test("of debug workdir, packages and checkpoints is what the session has", () => {
    const { paths } = JSON.parse(setup.stdout);
    expect(json("debug", "workdir")).toEqual({ workDir: paths.workDir });
    expect(json("debug", "add", "libfoo")).toMatchObject({ added: [{ name: "libfoo", version: "2.0.0" }] });
    expect(json("debug", "packages")).toMatchObject([{ name: "libfoo", requested: true }]);
    expect(json("debug", "packages", "--build")).toEqual([]);
    expect(sidewinder("debug", "packages").stdout).toBe("* libfoo 2.0.0 h4616a5c_0\n");
  });

  test("of debug exec is the result, and prints nothing else", () => {
    const { status, stdout, stderr } = sidewinder(
      "debug",
      "exec",
      "--json",
      "--env",
      "A=b=c",
      "echo $A; exit 5",
    );
    expect({ status, stderr }).toEqual({ status: 5, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ exitCode: 5, stdout: "b=c\n" });
  });

  test("of an error is the error", () => {
    const { status, stdout, stderr } = sidewinder("debug", "restore", "nothing", "--json");
    expect({ status, stderr }).toEqual({ status: 1, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({ error: { name: "SidewinderError", code: "INVALID_OPTION" } });
  });

  test("of wrong usage is an error too", () => {
    const { status, stdout } = sidewinder("debug", "run", "--json", "--nonsense");
    expect(status).toBe(2);
    expect(JSON.parse(stdout)).toEqual({
      error: { name: "UsageError", code: "WRONG_USAGE", message: "there is no option `--nonsense`" },
    });
  });
});

test("a checkpoint brings back what was there", () => {
  expect(sidewinder("debug", "checkpoint", "before").status).toBe(0);
  sidewinder("debug", "exec", "touch new-file");
  expect(sidewinder("debug", "exec", "test -e new-file").status).toBe(0);
  expect(sidewinder("debug", "restore", "before").status).toBe(0);
  expect(sidewinder("debug", "exec", "test -e new-file").status).toBe(1);
  expect(sidewinder("debug", "checkpoints").stdout).toBe("before\n");
});

test("--quiet leaves the messages of a set-up out", () => {
  const made = sidewinder("debug", "setup", "recipe.yaml", "-c", channel, "--output-dir", "quiet", "--quiet");
  expect(made).toMatchObject({ status: 0, stderr: "" });
  expect(made.stdout).toContain("workDir: ");
});

test("a failed run names what is missing and the command that adds it", async () => {
  await writeFile(join(folder, "tool.yaml"), scripted(["toolx"]));
  sidewinder("debug", "setup", "tool.yaml", "-c", channel, "--output-dir", "tool");
  const { status, stderr } = sidewinder("debug", "run", "--output-dir", "tool");
  expect(status).toBe(127);
  expect(stderr).toContain("\nthe command `toolx` is not there\n  stderr:1: ");
  const [, command] = /\n {2}try: sidewinder (.*)\n$/.exec(stderr) ?? [];
  expect(command).toBe("debug add toolx --build --output-dir tool");
  expect(sidewinder(...String(command).split(" ")).stdout).toMatch(/^\+ toolx 3\.1 /);
});

test("debug close removes the build folder", () => {
  const { paths } = JSON.parse(setup.stdout);
  expect(sidewinder("debug", "close")).toMatchObject({ status: 0, stdout: `${paths.buildDir}\n` });
  expect(existsSync(paths.buildDir)).toBe(false);
  expect(json("debug", "run")).toMatchObject({ error: { code: "NOT_A_SESSION" } });
  expect(sidewinder("debug", "list").stdout).not.toContain(paths.buildDir);
});
