/** The command line as a program named `sidewinder`, in a folder and with a cache of its own. */

import { spawnSync } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { root, scratch } from "./workbench.js";

/** What a call gave. */
export interface Ended {
  status: number | null;
  stdout: string;
  stderr: string;
}

/** A folder to work in. */
export interface Desk {
  folder: string;
  env: NodeJS.ProcessEnv;
  /** Calls `sidewinder`, in a pipe. */
  call(...args: string[]): Ended;
  /** Runs a line of bash, which may call `sidewinder`. */
  bash(line: string, input?: string): Ended;
}

/** Makes one. */
export async function desk(): Promise<Desk> {
  const folder = await scratch();
  const bin = join(await scratch(), "bin");
  await mkdir(bin);
  const program = join(bin, "sidewinder");
  const main = join(root, "ts-sdk", "dist", "cli", "main.js");
  await writeFile(program, `#!/bin/sh\nexec "${process.execPath}" "${main}" "$@"\n`);
  await chmod(program, 0o755);
  const { NO_COLOR: _none, FORCE_COLOR: _force, ...rest } = process.env;
  const env = {
    ...rest,
    PATH: `${bin}${delimiter}${process.env.PATH ?? ""}`,
    RATTLER_CACHE_DIR: await scratch(),
    LANG: "C.UTF-8",
    LC_ALL: "C.UTF-8",
  };
  const run = (command: string, args: string[], input?: string): Ended => {
    const options = {
      cwd: folder,
      env,
      encoding: "utf8",
      ...(input === undefined ? {} : { input }),
    } as const;
    const { status, stdout, stderr } = spawnSync(command, args, options);
    return { status, stdout, stderr };
  };
  return {
    folder,
    env,
    call: (...args) => run(program, args),
    bash: (line, input) => run("bash", ["-c", line], input),
  };
}
