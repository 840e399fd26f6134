/** `sidewinder debug setup`: all that comes before a build. */

import { resolve } from "node:path";
import { DebugSession } from "../../session/session.js";
import { command, given, onlyOperand } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { showing } from "../progress/progress.js";
import { RENDER_OPTIONS, renderFile } from "../recipe-options.js";
import { SESSION_OPTIONS, sessionOptions } from "../session-options.js";
import { choosePackage } from "./choose.js";
import { whereOptions } from "./where.js";

export default command({
  name: "debug setup",
  usage: ["RECIPE [options]"],
  about:
    "Does all that comes before a build, and stops there: resolves and installs the build and host environments, fetches and " +
    "patches the sources, writes the build script. Prints where things are. Then: debug run, debug shell.\n\n" +
    "Where a recipe gives several packages, they are listed with the options that choose one. Ctrl-C stops the set-up and " +
    "leaves nothing half done behind.",
  options: {
    "output-name": {
      type: "string",
      value: "NAME",
      description: "Which output of a recipe that has several",
    },
    verbose: {
      type: "boolean",
      short: "v",
      description: "On a terminal too, show everything that is logged",
    },
    ...RENDER_OPTIONS,
    ...SESSION_OPTIONS,
  },
  examples: [
    {
      description: "with conda-forge's packages",
      line: "sidewinder debug setup recipe.yaml -m variants.yaml",
    },
    {
      description: "one output, for one Python, own packages first",
      line: "sidewinder debug setup . --output-name libfoo --variant python=3.12.* -c ./output -c conda-forge",
    },
    {
      description: "as it would have been built that day",
      line: "sidewinder debug setup recipe.yaml --exclude-newer 2024-05-01",
    },
  ],
  async run(call) {
    const { values } = call;
    const path = onlyOperand(call, "the recipe");
    const options = sessionOptions(values);
    const variant = choosePackage(await renderFile(path, values, call), values["output-name"]);
    const { name, version, buildString } = variant;
    remark(call, `Setting up ${name} ${version} ${buildString}`);
    const before = await DebugSession.list(given({ cacheDir: options.cacheDir }));
    const paths = await interruptible(async (signal) => {
      const session = await showing(
        { quiet: call.quiet, verbose: values.verbose ?? false },
        async (onProgress) =>
          await DebugSession.create(variant, {
            ...options,
            outputDir: resolve(values["output-dir"]),
            signal,
            onProgress,
          }),
      );
      await session.close({ keep: true });
      return session.paths;
    });
    print(call, { name, version, buildString, paths }, () =>
      Object.entries(paths)
        .map(([key, place]) => `${key}: ${place}\n`)
        .join(""),
    );
    if (before.some(({ dir }) => dir === paths.buildDir)) {
      remark(
        call,
        "It replaces the session that existed there, with everything that was changed in it; --build-id keeps both.",
      );
    }
    const where = whereOptions({ "output-dir": values["output-dir"], dir: undefined });
    remark(call, `Next: sidewinder debug run${where}, or sidewinder debug shell${where}`);
    return 0;
  },
});
