/** `sidewinder debug close`: removes a session. */

import { chmod, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { DebugSession } from "../../session/session.js";
import { command, noOperands } from "../command.js";
import { print } from "../output.js";
import { sessionDir, WHERE } from "./where.js";

export default command({
  name: "debug close",
  usage: ["[options]"],
  about:
    "Removes a session: its work folder with all that was changed there, both environments, its checkpoints. Patches beside " +
    "the recipe stay. A session that another process has is left alone. Prints the folder that was removed.",
  options: WHERE,
  examples: [{ says: "the latest session of ./output", line: "sidewinder debug close" }],
  async run(call) {
    noOperands(call);
    const session = await DebugSession.attach(sessionDir(call.values));
    const { buildDir } = session.paths;
    try {
      // While the session is held, nobody else can take it up.
      await removeTree(buildDir);
    } finally {
      await session.close();
    }
    print(call, { dir: buildDir }, () => `${buildDir}\n`);
    return 0;
  },
});

/** Removes a folder, also where a build left folders without write permission. */
async function removeTree(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch {
    await allowRemoval(folder);
    await rm(folder, { recursive: true, force: true });
  }
}

async function allowRemoval(folder: string): Promise<void> {
  await chmod(folder, 0o700);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    if (entry.isDirectory()) await allowRemoval(join(folder, entry.name));
  }
}
