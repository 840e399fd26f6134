/** `list_files` */

import { isFolder, namesBelow } from "../core/folders.js";
import { invalidInput } from "../core/input.js";
import { sessionPath, shownPath } from "../core/session-paths.js";
import { PATH, sessionSpec } from "./spec.js";

const MAX_ENTRIES = 500;

export const listFiles = sessionSpec({
  name: "list_files",
  title: "List files",
  description: "Lists the contents of a folder of the build. Names of folders end with `/`.",
  effect: "read",
  access: "read",
  howToRead: { entries: "list a subfolder" },
  input: {
    type: "object",
    properties: {
      path: { type: "string", description: `The folder, ${PATH}. Default: the work folder.`, default: "." },
      depth: { type: "integer", minimum: 1, maximum: 10, description: "Number of levels.", default: 1 },
    },
  },
  output: {
    type: "object",
    properties: {
      path: { type: "string" },
      entries: { type: "array", items: { type: "string" } },
      truncated: { type: "boolean", description: "Whether there are more entries: list a subfolder." },
    },
    required: ["path", "entries", "truncated"],
  },
  async run({ session }, { path = ".", depth = 1 }, { tool, signal }) {
    const folder = await sessionPath(session, tool, path, "read");
    if (!(await isFolder(tool, path, folder))) {
      throw invalidInput(tool, `\`${path}\` is not a folder`, "read files with read_file");
    }
    const entries: string[] = [];
    let truncated = false;
    for await (const name of namesBelow(folder, depth)) {
      signal?.throwIfAborted();
      truncated = entries.length >= MAX_ENTRIES;
      if (truncated) break;
      entries.push(name);
    }
    return { path: shownPath(session, folder), entries: entries.sort(), truncated };
  },
});
