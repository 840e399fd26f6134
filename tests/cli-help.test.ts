/** The help of the command line: all of it, as a person reads it. */

import { describe, expect, test } from "vitest";
import { COMMANDS } from "../ts-sdk/src/cli/commands.js";
import { desk } from "./support/command-line.js";

const { call } = await desk();

describe("--help", () => {
  test("gives the overview", () => {
    expect(call("--help")).toMatchObject({ status: 0, stderr: "" });
    expect(call("--help").stdout).toMatchSnapshot();
    expect(call("debug", "--help").stdout).toMatchSnapshot();
  });

  test.each(Object.keys(COMMANDS))("tells how `%s` is used", (name) => {
    const { status, stdout, stderr } = call(...name.split(" "), "--help");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatchSnapshot();
  });

  test("is the same as `help COMMAND`", () => {
    const asked = call("debug", "run", "-h").stdout;
    expect(call("help", "debug", "run").stdout).toBe(asked);
    expect(call("debug", "help", "run").stdout).toBe(asked);
  });

  test("is what a missing command gives, as an error", () => {
    expect(call()).toEqual({ status: 2, stdout: "", stderr: call("--help").stdout });
  });
});

test("--version tells the version", () => {
  expect(call("--version").stdout).toMatch(/^sidewinder \d+\.\d+\.\d+\n$/);
});

describe("a misspelt word", () => {
  test.each([
    [["rendr"], "did you mean `sidewinder render`?"],
    [["run"], "did you mean `sidewinder debug run`?"],
    [["debug", "setpu"], "did you mean `sidewinder debug setup`?"],
    [["debug", "run", "--tarce"], "did you mean `--trace`?"],
    [["check", "--jsno", "x"], "did you mean `--json`?"],
  ])("%j is understood, but not done", (args, hint) => {
    const { status, stdout, stderr } = call(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(`hint: ${hint}`);
  });
});

describe("wrong usage", () => {
  test.each([
    [["debug", "run", "--timeout"], "`--timeout` needs a value: --timeout TIME"],
    [["debug", "run", "--timeout", "--trace"], "`--trace` looks like an option"],
    [["debug", "run", "--timeout", "soon"], "takes a time such as 90, 90s, 5m or 1h, not `soon`"],
    [["debug", "run", "--trace=yes"], "`--trace` takes no value"],
    [["debug", "run", "fast"], "unexpected argument `fast`"],
    [["debug", "run", "--env", "=x"], "`--env` takes KEY=VALUE, not `=x`"],
    [["debug", "setup"], "the recipe is missing"],
    [["debug", "setup", "a", "b"], "unexpected argument `b`"],
    [["debug", "setup", "a", "--isolation", "some"], "`--isolation` takes strict or none, not `some`"],
    [["debug", "setup", "a", "--exclude-newer", "never"], "takes a date such as 2024-05-01, not `never`"],
    [["debug", "setup", "a", "--build-id", "--no-build-id"], "exclude each other"],
    [["debug", "add", "x", "--build", "--host"], "exclude each other"],
    [["debug", "exec"], "`debug exec` needs a command"],
    [["debug", "exec", "-x", "ls"], "`debug exec` has no option `-x`"],
    [["render", "x", "--build-number", "-1"], "looks like an option"],
    [["render", "x", "--__proto__", "1"], "has no option `--__proto__`"],
    [["constructor"], "there is no command `constructor`"],
  ])("%j ends with status 2 and names what is wrong", (args, message) => {
    const { status, stdout, stderr } = call(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/See `sidewinder .*--help`\.\n$/);
  });

  test("is JSON where that was asked for", () => {
    const { status, stdout, stderr } = call("debug", "run", "--json", "--tarce");
    expect({ status, stderr }).toEqual({ status: 2, stderr: "" });
    expect(JSON.parse(stdout)).toEqual({
      error: {
        code: "USAGE",
        message: "`debug run` has no option `--tarce`",
        hint: "did you mean `--trace`?",
      },
    });
  });
});
