/** `sidewinder debug refresh`: the scripts of a session, written again for the current recipe. */

import { command } from "../command.js";
import { print } from "../output.js";
import { RENDER_OPTIONS, renderFile } from "../recipe-options.js";
import { UsageError } from "../usage-error.js";
import { choosePackage } from "./choose.js";
import { WHERE, withSession } from "./where.js";

export default command({
  name: "debug refresh",
  usage: ["[RECIPE] [options]"],
  about:
    "Writes the build script and the variables of the build again, for a recipe that was changed since the set-up. The " +
    "sources, what was built and the environments stay: add what the recipe requires now with `debug add`. Edits of the " +
    "two scripts are lost.\n\n" +
    "Without RECIPE the session's own variant is taken, and only script files of the recipe are read again.",
  options: {
    "output-name": {
      type: "string",
      value: "NAME",
      description: "Which output of a recipe that has several; default: that of the session",
    },
    ...RENDER_OPTIONS,
    ...WHERE,
  },
  examples: [
    { description: "after an edit of the recipe's script", line: "sidewinder debug refresh recipe.yaml" },
    { description: "after an edit of its build.sh", line: "sidewinder debug refresh" },
  ],
  async run(call) {
    const [path, more] = call.operands;
    if (more !== undefined) throw new UsageError(`unexpected argument \`${more}\``);
    const { values } = call;
    const rendered = path === undefined ? undefined : await renderFile(path, values, call);
    const { name, version, buildString } = await withSession(values, async (session) => {
      const output = values["output-name"] ?? session.variant.name;
      await session.refreshScripts(rendered && choosePackage(rendered, output));
      return session.variant;
    });
    print(
      call,
      { name, version, buildString },
      () => `The scripts are those of ${name} ${version} ${buildString}\n`,
    );
    return 0;
  },
});
