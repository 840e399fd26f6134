/** `sidewinder debug`: set up a build without running it, then run, look, change, run again, each in a process of its own. */

import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { SidewinderError } from "../errors.js";
import type { EnvironmentChange, RenderedVariant, ScriptResult, SessionInfo } from "../generated/types.js";
import { DebugSession } from "../session/session.js";
import { RENDER_OPTIONS, renderFile } from "./render.js";
import { runShell, shellStart } from "./shell.js";
import { UsageError } from "./usage.js";

export const debugUsage = `\
  sidewinder debug setup RECIPE [-m CONFIG]... [-c CHANNEL]... [--output-dir DIR] [--output-name NAME] [--staging] [--offline]
      resolves, fetches, installs, writes the script; prints where things are (default DIR: ./output);
      --staging takes the staging output that the output builds on
  sidewinder debug run [--trace]
  sidewinder debug exec COMMAND...
  sidewinder debug shell
      an interactive bash in the work folder, with the build environment active; ends with its exit status
  sidewinder debug add SPEC... [--build] [-c CHANNEL]...
  sidewinder debug patch [--name NAME] [--patch-dir DIR] [--overwrite] [--dry-run] [--update-recipe]
                         [--add GLOB]... [--include GLOB]... [--exclude GLOB]...
  sidewinder debug workdir
      on the latest session of --output-dir DIR (default: ./output), or on the session in --dir DIR
  sidewinder debug list
      all sessions of this machine: live, kept or dead
  sidewinder debug prune [--kept]
      removes what dead sessions left, and with --kept the folders of those that were left on purpose
`;

/** Options that say which session. */
const WHERE = { "output-dir": { type: "string", default: "output" }, dir: { type: "string" } } as const;

export async function debug([command, ...args]: string[]): Promise<number> {
  switch (command) {
    case "setup":
      return await setup(args);
    case "run":
      return await run(args);
    case "exec":
      return await exec(args);
    case "shell":
      return await shell(args);
    case "add":
      return await add(args);
    case "patch":
      return await patch(args);
    case "workdir":
      return workdir(args);
    case "list":
      return await list(args);
    case "prune":
      return await prune(args);
    default:
      throw new UsageError(
        command === undefined ? "`debug` what?" : `there is no command \`debug ${command}\``,
      );
  }
}

async function setup(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...RENDER_OPTIONS,
      "output-dir": WHERE["output-dir"],
      "output-name": { type: "string" },
      channel: { type: "string", short: "c", multiple: true },
      staging: { type: "boolean" },
      offline: { type: "boolean" },
    },
  });
  const [path, ...others] = positionals;
  if (path === undefined || others.length > 0) throw new UsageError("`debug setup` takes one recipe");
  const variant = choose(await renderFile(path, values), values["output-name"]);
  process.stderr.write(`Setting up ${variant.name} ${variant.version} ${variant.buildString}\n`);
  const session = await DebugSession.create(variant, {
    outputDir: resolve(values["output-dir"]),
    offline: values.offline ?? false,
    staging: values.staging === true ? "debug" : "build",
    ...(values.channel === undefined ? {} : { channels: values.channel }),
    onProgress: (event) => {
      if (event.kind === "log") process.stderr.write(`${event.message}\n`);
    },
  });
  for (const [name, place] of Object.entries(session.paths)) process.stdout.write(`${name}: ${place}\n`);
  await session.close({ keep: true });
  return 0;
}

function choose(variants: RenderedVariant[], name: string | undefined): RenderedVariant {
  const built = variants.filter((variant) => !variant.skip && (name === undefined || variant.name === name));
  const [first, ...others] = built;
  if (first === undefined) {
    throw new SidewinderError(
      "NOTHING_TO_BUILD",
      "the recipe gives no package to build for this platform and variants",
    );
  }
  if (others.length > 0) {
    const names = built.map((variant) => `${variant.name} ${variant.buildString}`).join(", ");
    process.stderr.write(`The recipe gives ${built.length} packages (${names}); taking the first\n`);
  }
  return first;
}

async function run(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { ...WHERE, trace: { type: "boolean" } } });
  return await withSession(values, async (session) =>
    exitCode(await session.runScript({ trace: values.trace ?? false, ...passThrough })),
  );
}

async function exec(args: string[]): Promise<number> {
  const { values, rest } = leadingOptions(args);
  if (rest.length === 0) throw new UsageError("`debug exec` needs a command");
  const command = rest.length === 1 ? (rest[0] as string) : rest;
  return await withSession(values, async (session) => exitCode(await session.exec(command, passThrough)));
}

async function shell(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: WHERE });
  const session = await DebugSession.attach(sessionDir(values));
  const { name, version } = session.variant;
  // The session is let go while the shell is open, so that another terminal can run the script or add packages.
  const start = await shellStart(session).finally(() => session.close({ keep: true }));
  return await runShell(start, `${name} ${version}`);
}

async function add(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      ...WHERE,
      build: { type: "boolean" },
      channel: { type: "string", short: "c", multiple: true },
    },
  });
  if (positionals.length === 0) throw new UsageError("`debug add` needs a package");
  return await withSession(values, async (session) => {
    const change = await session.addPackages(positionals, {
      environment: values.build === true ? "build" : "host",
      ...(values.channel === undefined ? {} : { channels: values.channel }),
    });
    process.stdout.write(changeText(change));
    return 0;
  });
}

function changeText({ added, removed, changed }: EnvironmentChange): string {
  return [
    ...added.map(({ name, version, build }) => `+ ${name} ${version} ${build}`),
    ...removed.map(({ name, version, build }) => `- ${name} ${version} ${build}`),
    ...changed.map(
      ({ from, to }) => `~ ${from.name} ${from.version} ${from.build} -> ${to.version} ${to.build}`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

async function patch(args: string[]): Promise<number> {
  const { values } = parseArgs({
    args,
    options: {
      ...WHERE,
      name: { type: "string" },
      "patch-dir": { type: "string" },
      overwrite: { type: "boolean" },
      "dry-run": { type: "boolean" },
      "update-recipe": { type: "boolean" },
      add: { type: "string", multiple: true },
      include: { type: "string", multiple: true },
      exclude: { type: "string", multiple: true },
    },
  });
  return await withSession(values, async (session) => {
    const made = await session.createPatch({
      overwrite: values.overwrite ?? false,
      dryRun: values["dry-run"] ?? false,
      updateRecipe: values["update-recipe"] ?? false,
      ...(values.name === undefined ? {} : { name: values.name }),
      ...(values["patch-dir"] === undefined ? {} : { outputDir: resolve(values["patch-dir"]) }),
      ...(values.add === undefined ? {} : { add: values.add }),
      ...(values.include === undefined ? {} : { include: values.include }),
      ...(values.exclude === undefined ? {} : { exclude: values.exclude }),
    });
    process.stdout.write(made.path === null ? made.text : `${made.path}\n`);
    return 0;
  });
}

function workdir(args: string[]): number {
  const { values } = parseArgs({ args, options: WHERE });
  process.stdout.write(`${sessionDir(values)}\n`);
  return 0;
}

async function list(args: string[]): Promise<number> {
  parseArgs({ args, options: {} });
  process.stdout.write((await DebugSession.list()).map(sessionLine).join(""));
  return 0;
}

async function prune(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { kept: { type: "boolean" } } });
  process.stdout.write((await DebugSession.prune({ kept: values.kept ?? false })).map(sessionLine).join(""));
  return 0;
}

function sessionLine({ state, name, version, buildString, dir }: SessionInfo): string {
  return `${state} ${name} ${version} ${buildString} ${dir}\n`;
}

/** Takes up the session, does something with it, and leaves it where it is. */
async function withSession(values: Where, use: (session: DebugSession) => Promise<number>): Promise<number> {
  const session = await DebugSession.attach(sessionDir(values));
  try {
    return await use(session);
  } finally {
    await session.close({ keep: true });
  }
}

interface Where {
  "output-dir": string;
  dir?: string | undefined;
}

/** The work folder: the one given, or the one that the last line of the output folder's log names. */
function sessionDir(values: Where): string {
  if (values.dir !== undefined) return resolve(values.dir);
  const log = join(resolve(values["output-dir"]), "rattler-build-log.txt");
  if (!existsSync(log)) {
    throw new SidewinderError(
      "NOT_A_SESSION",
      `there is no session in \`${resolve(values["output-dir"])}\``,
      {
        hint: "make one with `sidewinder debug setup`, or name its folder with --dir",
      },
    );
  }
  const last = readFileSync(log, "utf8").trimEnd().split("\n").at(-1) ?? "";
  try {
    return (JSON.parse(last) as { work_dir: string }).work_dir;
  } catch {
    // The oldest form of the log: the bare path.
    return last;
  }
}

/** Options before the command are ours, everything from its first word on is the command's. */
function leadingOptions(args: string[]): { values: Where; rest: string[] } {
  let at = 0;
  while (at < args.length && args[at]?.startsWith("--")) {
    if (args[at] === "--") {
      at += 1;
      break;
    }
    at += args[at]?.includes("=") ? 1 : 2;
  }
  const { values } = parseArgs({ args: args.slice(0, at).filter((arg) => arg !== "--"), options: WHERE });
  return { values, rest: args.slice(at) };
}

const passThrough = {
  onStdout: (text: string): void => void process.stdout.write(text),
  onStderr: (text: string): void => void process.stderr.write(text),
};

function exitCode(result: ScriptResult): number {
  return result.exitCode;
}
