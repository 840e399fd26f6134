/** `sidewinder debug remove`: removes packages from an environment. */

import { command, given } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print } from "../output.js";
import { showing } from "../progress/progress.js";
import { UsageError } from "../usage-error.js";
import { changeText } from "./change-text.js";
import { WHERE, withSession } from "./where.js";

export default command({
  name: "debug remove",
  usage: ["NAME... [options]"],
  about:
    "Removes packages from the host environment, or with --build from the build environment, and the dependencies that " +
    "nothing else needs. Files that belong to no package stay. The recipe does not change.",
  options: {
    build: { type: "boolean", description: "From the build environment" },
    host: { type: "boolean", description: "From the host environment (the default)" },
    "dry-run": { type: "boolean", description: "Show what would change, and change nothing" },
    ...WHERE,
  },
  examples: [{ description: "does the build need it?", line: "sidewinder debug remove zlib" }],
  async run(call) {
    const { values, operands } = call;
    if (operands.length === 0) throw new UsageError("`debug remove` needs a package");
    if (values.build === true && values.host === true) {
      throw new UsageError("`--build` cannot be combined with `--host`");
    }
    const environment = values.build === true ? "build" : "host";
    const change = await interruptible(
      async (signal) =>
        await withSession(
          values,
          async (session) =>
            await showing({ quiet: call.quiet, verbose: false }, async (onProgress) => {
              const dryRun = given({ dryRun: values["dry-run"] });
              return await session.removePackages(operands, { environment, ...dryRun, signal, onProgress });
            }),
        ),
    );
    print(call, change, () => changeText(change, "Nothing to remove"));
    return 0;
  },
});
