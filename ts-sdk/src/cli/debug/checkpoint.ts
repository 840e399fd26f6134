/** `sidewinder debug checkpoint`: saves the folders of a session. */

import { command, onlyOperand } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print } from "../output.js";
import { WHERE, withSession } from "./where.js";

export default command({
  name: "debug checkpoint",
  usage: ["NAME [options]"],
  about:
    "Saves the work folder and both environments under a name; a checkpoint of that name is replaced. Files that did not change are shared where the file system can, so it is quick and small.",
  options: WHERE,
  examples: [
    { description: "before something that may go wrong", line: "sidewinder debug checkpoint before-cmake" },
  ],
  async run(call) {
    const name = onlyOperand(call, "the name of the checkpoint");
    await interruptible(
      async (signal) =>
        await withSession(call.values, async (session) => await session.checkpoint(name, { signal })),
    );
    print(call, { name }, () => `Checkpoint ${name} saved\n`);
    return 0;
  },
});
