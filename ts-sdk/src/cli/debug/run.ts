/** `sidewinder debug run | exec | shell`: what runs in the environment of the build. */

import type { ScriptResult } from "../../generated/types.js";
import type { RunOptions } from "../../session/options.js";
import { DebugSession } from "../../session/session.js";
import { define, given, type Options, type Outcome, type Values } from "../command.js";
import { UsageError } from "../usage.js";
import { findingsText } from "./findings.js";
import { runShell, shellStart } from "./terminal-shell.js";
import { sameSession, sessionDir, WHERE, withSession } from "./where.js";

const RUN = {
  timeout: { type: "string", value: "SECONDS", about: "stop it, and all that it started, after this time" },
  env: { type: "string", multiple: true, value: "NAME=VALUE", about: "a variable for it" },
} as const satisfies Options;

const RESULT = "{exitCode, success, stdout, stderr, diagnosis, logPath, ...}: a `ScriptResult`";

export const run = define({
  name: "debug run",
  summary: "Run the build script; say why it failed and what to type next",
  json: RESULT,
  options: { ...WHERE, trace: { type: "boolean", about: "print each command as it runs" }, ...RUN },
  examples: ["debug run", "debug run --trace --timeout 600 --env CFLAGS=-O0"],
  exits: "other     the script's own; 124 when its time was up",
  async run({ values, signal }) {
    const options = { ...runOptions(values, "debug run"), signal, trace: values.trace };
    return await withSession(values, async (session) => {
      const result = await session.runScript(options);
      if (!values.json) process.stderr.write(findingsText(result.diagnosis, sameSession(values)));
      return outcome(result);
    });
  },
});

export const exec = define({
  name: "debug exec",
  operands: "COMMAND...",
  summary: "Run a command in the work folder, in the environment of the build",
  details:
    "One word is a line for the shell (`debug exec 'make -n | head'`), several are a program and its arguments.\nOptions come before the command.",
  json: RESULT,
  options: { ...WHERE, ...RUN },
  examples: ["debug exec make -j4", "debug exec 'ls $PREFIX/lib'"],
  exits: "other     the command's own; 124 when its time was up",
  leading: true,
  async run({ values, operands, signal }) {
    const [only, ...others] = operands;
    if (only === undefined) throw new UsageError("`debug exec` needs a command", "debug exec");
    const options = { ...runOptions(values, "debug exec"), signal };
    return await withSession(values, async (session) =>
      outcome(await session.exec(others.length === 0 ? only : operands, options)),
    );
  },
});

export const shell = define({
  name: "debug shell",
  summary: "An interactive bash in the work folder, with the environment of the build",
  details:
    "Ctrl-C ends what runs in the shell, `exit` the shell. Without a terminal it reads commands from a pipe.",
  json: "none, but {exitCode} at the end",
  options: WHERE,
  examples: ["debug shell", "echo 'ls $PREFIX/lib' | sidewinder debug shell"],
  exits: "other     the shell's own",
  async run({ values, signal }) {
    const session = await DebugSession.attach(sessionDir(values));
    const { name, version } = session.variant;
    // The session is let go while the shell is open, so that another terminal can run the script or add packages.
    const start = await shellStart(session, signal).finally(() => session.close({ keep: true }));
    const exitCode = await runShell(start, `${name} ${version}`);
    return { data: { exitCode }, exitCode };
  },
});

function outcome(result: ScriptResult): Outcome {
  return { data: result, exitCode: result.timedOut ? 124 : result.exitCode };
}

function runOptions(values: Values<typeof RUN> & { json: boolean }, command: string): RunOptions {
  const seconds = values.timeout === undefined ? undefined : Number(values.timeout);
  if (seconds !== undefined && !(seconds > 0 && Number.isFinite(seconds))) {
    throw new UsageError(`\`--timeout ${values.timeout}\` is no number of seconds`, command);
  }
  const env = values.env?.map((entry): [string, string] => {
    const at = entry.indexOf("=");
    if (at < 1) throw new UsageError(`\`--env ${entry}\` is not NAME=VALUE`, command);
    return [entry.slice(0, at), entry.slice(at + 1)];
  });
  return {
    ...given({
      timeoutMs: seconds === undefined ? undefined : Math.ceil(seconds * 1000),
      env: env === undefined ? undefined : Object.fromEntries(env),
    }),
    ...(values.json
      ? {}
      : {
          onStdout: (text: string): void => void process.stdout.write(text),
          onStderr: (text: string): void => void process.stderr.write(text),
        }),
  };
}
