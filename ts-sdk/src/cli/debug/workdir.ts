/** `sidewinder debug workdir`: where the sources and the script are. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { command } from "../command.js";
import { print } from "../output.js";
import { noSessionOperand, sessionDir, WHERE, type Where, withSession } from "./where.js";

export default command({
  name: "debug workdir",
  usage: ["[options]"],
  about: "Prints the work folder of a session: the sources, conda_build.sh and build_env.sh are there.",
  options: WHERE,
  examples: [
    { description: "go there", line: `cd "$(sidewinder debug workdir)"` },
    { description: "edit the build script", line: `$EDITOR "$(sidewinder debug workdir)/conda_build.sh"` },
  ],
  async run(call) {
    noSessionOperand(call);
    const workDir = await workDirOf(call.values);
    print(call, { workDir }, () => `${workDir}\n`);
    return 0;
  },
});

async function workDirOf(where: Where): Promise<string> {
  const dir = sessionDir(where);
  if (where.dir === undefined || existsSync(join(dir, "conda_build.sh"))) return dir;
  // A build folder also while another process has the session, and cannot be asked for it.
  const inside = join(dir, "work");
  if (existsSync(join(dir, "session.json")) && existsSync(inside)) return inside;
  return await withSession(where, async (session) => session.workDir);
}
