/** `sidewinder debug lock`: the exact packages of a session. */

import { command } from "../command.js";
import { print } from "../output.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

export default command({
  name: "debug lock",
  usage: ["[options]"],
  about:
    "Prints the exact packages of both environments as JSON. `debug setup --lock FILE` sets up a session with exactly " +
    "those, without solving.",
  options: WHERE,
  examples: [{ description: "keep them next to the recipe", line: "sidewinder debug lock > lock.json" }],
  async run(call) {
    noSessionOperand(call);
    const lock = await withSession(call.values, async (session) => await session.lock());
    print(call, lock, () => `${JSON.stringify(lock, undefined, 2)}\n`);
    return 0;
  },
});
