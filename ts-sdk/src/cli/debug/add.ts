/** `sidewinder debug add`: further packages for an environment that stands. */

import type { EnvironmentChange } from "../../generated/types.js";
import { command, given } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print } from "../output.js";
import { showing } from "../progress/progress.js";
import { hasColors, styleOf } from "../terminal.js";
import { UsageError } from "../usage-error.js";
import { ACCESS, WHERE, withSession } from "./where.js";

export default command({
  name: "debug add",
  usage: ["SPEC... [options]"],
  about:
    "Adds packages to the host environment, or with --build to the build environment, and changes as little as it can " +
    "beside. Specs are written as in a recipe. What does not fit is refused, and the environment is as it was.\n\n" +
    "The recipe does not change: write there what turns out to be needed.",
  options: {
    build: { type: "boolean", description: "To the build environment: tools that run while building" },
    host: {
      type: "boolean",
      description: "To the host environment: libraries and interpreters (the default)",
    },
    channel: {
      type: "string",
      short: "c",
      multiple: true,
      value: "CHANNEL",
      description: "Channels in place of the session's",
    },
    verbose: {
      type: "boolean",
      short: "v",
      description: "On a terminal too, show everything that is logged",
    },
    ...WHERE,
    ...ACCESS,
  },
  examples: [
    { description: "a tool that the build calls", line: "sidewinder debug add make --build" },
    { description: "a library of a certain version", line: "sidewinder debug add 'zlib >=1.3'" },
  ],
  async run(call) {
    const { values, operands } = call;
    if (operands.length === 0) throw new UsageError("`debug add` needs a package");
    if (values.build === true && values.host === true) {
      throw new UsageError("`--build` cannot be combined with `--host`");
    }
    const environment = values.build === true ? "build" : "host";
    const change = await interruptible(
      async (signal) =>
        await withSession(
          values,
          async (session) =>
            await showing(
              { quiet: call.quiet, verbose: values.verbose ?? false },
              async (onProgress) =>
                await session.addPackages(operands, {
                  environment,
                  ...given({ channels: values.channel }),
                  signal,
                  onProgress,
                }),
            ),
          values,
        ),
    );
    print(call, change, () => changeText(change));
    return 0;
  },
});

function changeText({ added, removed, changed }: EnvironmentChange): string {
  const style = styleOf(hasColors(process.stdout));
  const lines = [
    ...added.map(({ name, version, build }) => style.green(`+ ${name} ${version} ${build}`)),
    ...removed.map(({ name, version, build }) => style.red(`- ${name} ${version} ${build}`)),
    ...changed.map(({ from, to }) =>
      style.yellow(`~ ${from.name} ${from.version} ${from.build} -> ${to.version} ${to.build}`),
    ),
  ];
  return lines.length === 0 ? "Nothing to add: it is there\n" : lines.map((line) => `${line}\n`).join("");
}
