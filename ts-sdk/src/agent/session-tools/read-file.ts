/** `read_file` */

import { invalidInput } from "../core/input.js";
import { sessionPath, shownPath } from "../core/session-paths.js";
import { readBytes } from "../core/text-files.js";
import { PATH, sessionSpec } from "./spec.js";

/** Room for everything in the result except the text. */
const OVERHEAD = 600;

export const readFile = sessionSpec({
  name: "read_file",
  title: "Read a file",
  description:
    "Reads a text file of the build: sources, the build script `conda_build.sh`, installed headers, logs. A long file is " +
    "returned in parts; continue at `next_line`.",
  effect: "read",
  access: "read",
  input: {
    type: "object",
    properties: {
      path: { type: "string", description: `The file, ${PATH}.` },
      from_line: { type: "integer", minimum: 1, description: "First line, from 1.", default: 1 },
      from_column: {
        type: "integer",
        minimum: 1,
        description: "First column of that line, for lines that are too long for one result.",
        default: 1,
      },
      lines: { type: "integer", minimum: 1, description: "Maximum number of lines." },
    },
    required: ["path"],
  },
  output: {
    type: "object",
    properties: {
      path: { type: "string" },
      text: { type: "string" },
      total_lines: { type: "integer" },
      next_line: { type: "integer", description: "Where to read on, if there is more." },
      next_column: { type: "integer", description: "Where to read on in that line." },
    },
    required: ["path", "text", "total_lines"],
  },
  async run({ session }, { path, from_line = 1, from_column = 1, lines }, { tool, maxChars }) {
    const file = await sessionPath(session, tool, path, "read");
    const content = session.mask((await readBytes({ tool, path, file })).toString("utf8"));
    const all = content.split("\n");
    if (from_line > all.length) {
      throw invalidInput(tool, `\`from_line\` is ${from_line}, but \`${path}\` has ${all.length} lines`);
    }
    let room = Math.max(200, maxChars - OVERHEAD - path.length * 2);
    const taken: string[] = [];
    let next: { next_line?: number; next_column?: number } = {};
    const last = lines === undefined ? all.length : Math.min(all.length, from_line - 1 + lines);
    for (let number = from_line; number <= last; number += 1) {
      const start = number === from_line ? from_column - 1 : 0;
      const line = (all[number - 1] ?? "").slice(start);
      // Control characters and quotes take more room in JSON than in the file.
      const size = JSON.stringify(line).length;
      if (size > room) {
        next = { next_line: number };
        if (taken.length === 0) {
          const part = line.slice(0, Math.floor((line.length * room) / size));
          taken.push(part);
          next.next_column = start + part.length + 1;
        }
        break;
      }
      room -= size;
      taken.push(line);
      if (number === last && last < all.length) next = { next_line: last + 1 };
    }
    return { path: shownPath(session, file), text: taken.join("\n"), total_lines: all.length, ...next };
  },
});
