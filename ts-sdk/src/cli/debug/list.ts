/** `sidewinder debug list`: all sessions of this machine. */

import { resolve } from "node:path";
import { DebugSession } from "../../session/session.js";
import { command, given, noOperands } from "../command.js";
import { print } from "../output.js";
import { REGISTRY, sessionLine } from "./session-line.js";

export default command({
  name: "debug list",
  usage: ["[options]"],
  about:
    "Lists the sessions of this machine, the latest first: live (a process has it), kept (left on purpose, as by debug " +
    "setup) or dead (its process ended without closing it), with the package and the build folder.",
  options: REGISTRY,
  examples: [
    { description: "run the script of another one", line: "sidewinder debug run --dir BUILD_FOLDER" },
  ],
  async run(call) {
    noOperands(call);
    const folder = call.values["cache-dir"];
    const sessions = await DebugSession.list(given({ cacheDir: folder && resolve(folder) }));
    print(call, sessions, () => sessions.map(sessionLine).join(""));
    return 0;
  },
});
