/** `sidewinder debug add`: adds packages to an environment. */

import { command, given } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print } from "../output.js";
import { showing } from "../progress/progress.js";
import { UsageError } from "../usage-error.js";
import { changeText } from "./change-text.js";
import { ACCESS, WHERE, withSession } from "./where.js";

export default command({
  name: "debug add",
  usage: ["SPEC... [options]"],
  about:
    "Adds packages to the host environment, or with --build to the build environment. Installed packages stay as they " +
    "are; if that has no solution, the command fails and nothing changes. Specs are written as in a recipe.\n\n" +
    "The recipe does not change: add the package there once it turns out to be needed.",
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
      description: "Channels to use instead of the session's",
    },
    "dry-run": { type: "boolean", description: "Show what would change, and change nothing" },
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
                  ...given({ channels: values.channel, dryRun: values["dry-run"] }),
                  signal,
                  onProgress,
                }),
            ),
          values,
        ),
    );
    print(call, change, () => changeText(change, "Already installed"));
    return 0;
  },
});
