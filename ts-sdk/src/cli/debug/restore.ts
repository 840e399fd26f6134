/** `sidewinder debug restore`: goes back to a checkpoint. */

import { command, onlyOperand } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print } from "../output.js";
import { WHERE, withSession } from "./where.js";

export default command({
  name: "debug restore",
  usage: ["NAME [options]"],
  about:
    "Makes the work folder and both environments what they were at a checkpoint. Only what changed since is touched. What was made since is gone.",
  options: WHERE,
  examples: [{ description: "undo what was tried", line: "sidewinder debug restore before-cmake" }],
  async run(call) {
    const name = onlyOperand(call, "the name of the checkpoint");
    await interruptible(
      async (signal) =>
        await withSession(call.values, async (session) => await session.restore(name, { signal })),
    );
    print(call, { name }, () => `Back at ${name}\n`);
    return 0;
  },
});
