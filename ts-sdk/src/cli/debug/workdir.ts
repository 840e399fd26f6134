/** `sidewinder debug workdir`: where the sources and the script are. */

import { command } from "../command.js";
import { print } from "../output.js";
import { noSessionOperand, sessionDir, WHERE } from "./where.js";

export default command({
  name: "debug workdir",
  usage: ["[options]"],
  about: "Prints the work folder of a session: the sources, conda_build.sh and build_env.sh are there.",
  options: WHERE,
  examples: [
    { says: "go there", line: `cd "$(sidewinder debug workdir)"` },
    { says: "edit the build script", line: `$EDITOR "$(sidewinder debug workdir)/conda_build.sh"` },
  ],
  async run(call) {
    noSessionOperand(call);
    const workDir = sessionDir(call.values);
    print(call, { workDir }, () => `${workDir}\n`);
    return 0;
  },
});
