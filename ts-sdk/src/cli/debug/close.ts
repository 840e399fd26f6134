/** `sidewinder debug close`: removes a session. */

import { DebugSession } from "../../session/session.js";
import { command } from "../command.js";
import { print } from "../output.js";
import { noSessionOperand, sessionDir, WHERE } from "./where.js";

export default command({
  name: "debug close",
  usage: ["[options]"],
  about:
    "Removes a session: its work folder with all that was changed there, both environments, its checkpoints. Patches next to " +
    "the recipe stay. A session that another process has is left alone. Prints the folder that was removed.",
  options: WHERE,
  examples: [{ description: "the latest session of ./output", line: "sidewinder debug close" }],
  async run(call) {
    noSessionOperand(call);
    const session = await DebugSession.attach(sessionDir(call.values));
    const { buildDir } = session.paths;
    await session.close({ remove: true });
    print(call, { dir: buildDir }, () => `${buildDir}\n`);
    return 0;
  },
});
