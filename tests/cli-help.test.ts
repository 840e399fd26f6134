/** Help texts and usage errors of the command line. */

import { describe, expect, test } from "vitest";
import { COMMANDS } from "../ts-sdk/src/cli/commands.js";
import { desk } from "./support/command-line.js";

const { call } = await desk();

describe("--help", () => {
  test("prints the overview", () => {
    expect(call("--help")).toMatchObject({ status: 0, stderr: "" });
    expect(call("--help").stdout).toMatchSnapshot();
    expect(call("debug", "--help").stdout).toMatchSnapshot();
  });

  test.each(Object.keys(COMMANDS))("prints the usage of `%s`", (name) => {
    const { status, stdout, stderr } = call(...name.split(" "), "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("is the same as `help COMMAND`", () => {
    const help = call("debug", "run", "-h").stdout;
    expect(call("help", "debug", "run").stdout).toBe(help);
    expect(call("debug", "help", "run").stdout).toBe(help);
  });

  test("is printed on standard error if the command is missing", () => {
    expect(call()).toEqual({ status: 2, stdout: "", stderr: call("--help").stdout });
  });
});

test("--version prints the version", () => {
  expect(call("--version").stdout).toMatch(/^sidewinder \d+\.\d+\.\d+\n$/);
});

describe("a misspelled word", () => {
  test.each([
    [["rendr"], "did you mean `sidewinder render`?"],
    [["run"], "did you mean `sidewinder debug run`?"],
    [["debug", "setpu"], "did you mean `sidewinder debug setup`?"],
    [["debug", "run", "--tarce"], "did you mean `--trace`?"],
    [["check", "--jsno", "x"], "did you mean `--json`?"],
  ])("%j is rejected with a suggestion", (args, hint) => {
    const { status, stdout, stderr } = call(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`hint: ${hint}`);
  });
});

describe("wrong usage", () => {
  test.each([
    [["debug", "run", "--timeout"], "missing value for `--timeout`: --timeout TIME"],
    [["debug", "run", "--timeout", "--trace"], "`--trace` looks like an option"],
    [["debug", "run", "--timeout", "soon"], "takes a time such as 90, 90s, 5m or 1h, not `soon`"],
    [["debug", "run", "--trace=yes"], "unexpected value for `--trace`"],
    [["debug", "run", "fast"], "unexpected argument `fast`"],
    [["debug", "run", "--env", "=x"], "invalid value `=x` for `--env`; expected KEY=VALUE"],
    [["debug", "setup"], "missing argument: the recipe"],
    [["debug", "setup", "a", "b"], "unexpected argument `b`"],
    [
      ["debug", "setup", "a", "--isolation", "some"],
      "invalid value `some` for `--isolation`; expected strict or none",
    ],
    [["debug", "setup", "a", "--exclude-newer", "never"], "takes a date such as 2024-05-01, not `never`"],
    [["debug", "add", "x", "--build", "--host"], "`--build` cannot be combined with `--host`"],
    [["debug", "exec"], "`debug exec` needs a command"],
    [["debug", "exec", "-x", "ls"], "unknown option `-x` for `debug exec`"],
    [["render", "x", "--build-number", "-1"], "looks like an option"],
    [["render", "x", "--__proto__", "1"], "unknown option `--__proto__`"],
    [["constructor"], "unknown command `constructor`"],
  ])("%j exits with status 2 and names the problem", (args, message) => {
    const { status, stdout, stderr } = call(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/See `sidewinder .*--help`\.\n$/);
  });

  test("is reported as JSON with --json", () => {
    const { status, stdout, stderr } = call("debug", "run", "--json", "--tarce");
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "USAGE",
        message: "unknown option `--tarce` for `debug run`",
        hint: "did you mean `--trace`?",
      },
    });
  });
});
