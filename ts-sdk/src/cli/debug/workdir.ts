/** `sidewinder debug workdir`: where the sources and the script are. */

import { DebugSession } from "../../session/session.js";
import { command } from "../command.js";
import { print } from "../output.js";
import { noSessionOperand, sessionDir, WHERE } from "./where.js";

export default command({
  name: "debug workdir",
  usage: ["[options]"],
  about: "Prints the work folder of a session, which has the sources, conda_build.sh and build_env.sh.",
  options: WHERE,
  examples: [
    { description: "go there", line: `cd "$(sidewinder debug workdir)"` },
    { description: "edit the build script", line: `$EDITOR "$(sidewinder debug workdir)/conda_build.sh"` },
  ],
  async run(call) {
    noSessionOperand(call);
    // Also while another process has the session.
    const { workDir } = await DebugSession.find(sessionDir(call.values));
    print(call, { workDir }, () => `${workDir}\n`);
    return 0;
  },
});
