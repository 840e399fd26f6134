/** `sidewinder debug checkpoints`: which there are. */

import { command } from "../command.js";
import { print } from "../output.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

export default command({
  name: "debug checkpoints",
  usage: ["[options]"],
  about: "Lists the names of the session's checkpoints, one a line.",
  options: WHERE,
  examples: [],
  async run(call) {
    noSessionOperand(call);
    const names = await withSession(call.values, async (session) => await session.checkpoints());
    print(call, { checkpoints: names }, () => names.map((name) => `${name}\n`).join(""));
    return 0;
  },
});
