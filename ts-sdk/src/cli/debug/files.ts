/** `sidewinder debug files`: what the package would contain. */

import type { PackagedFile } from "../../generated/types.js";
import { command } from "../command.js";
import { interruptible } from "../interrupt.js";
import { print, remark } from "../output.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

export default command({
  name: "debug files",
  usage: ["[options]"],
  about:
    "Lists the files that the package would contain, one on each line: size in bytes, path, and what is special about it. " +
    "Nothing is written.",
  options: { ...WHERE },
  examples: [
    { description: "what the script installed", line: "sidewinder debug files" },
    { description: "for a program", line: "sidewinder debug files --json" },
  ],
  async run(call) {
    noSessionOperand(call);
    const files = await interruptible(
      async (signal) => await withSession(call.values, async (session) => await session.files({ signal })),
    );
    print(call, files, () => files.map(line).join(""));
    if (files.length === 0) remark(call, "the package would be empty");
    return 0;
  },
});

function line({ path, kind, size, prefix }: PackagedFile): string {
  // A name with a line break must not look like two files.
  const shown = /[\p{Cc}]/u.test(path) ? JSON.stringify(path) : path;
  const marks = [kind === "file" ? "" : ` [${kind}]`, prefix === undefined ? "" : ` [prefix: ${prefix}]`];
  return `${String(size).padStart(10)} ${shown}${marks.join("")}\n`;
}
