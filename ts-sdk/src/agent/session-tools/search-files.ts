/** `search_files` */

import { filesBelow, isFolder } from "../core/folders.js";
import { invalidInput } from "../core/input.js";
import { sessionPath, shownPath } from "../core/session-paths.js";
import { readBytes } from "../core/text-files.js";
import { PATH, sessionSpec } from "./spec.js";

const MAX_HITS = 100;
const MAX_LINE = 400;

export const searchFiles = sessionSpec({
  name: "search_files",
  title: "Search in files",
  description:
    "Searches for a text in the files below a folder. Returns file, line number and line. The text is not a pattern.",
  effect: "read",
  access: "read",
  howToRead: { hits: "search in a subfolder, or for a longer text" },
  input: {
    type: "object",
    properties: {
      text: { type: "string", description: "The text to look for." },
      path: {
        type: "string",
        description: `A file or folder, ${PATH}. Default: the work folder.`,
        default: ".",
      },
      ignore_case: { type: "boolean", description: "Whether case is ignored.", default: false },
    },
    required: ["text"],
  },
  output: {
    type: "object",
    properties: {
      hits: {
        type: "array",
        items: {
          type: "object",
          properties: { path: { type: "string" }, line: { type: "integer" }, text: { type: "string" } },
          required: ["path", "line", "text"],
        },
      },
      truncated: { type: "boolean", description: "Whether there are more hits: search in a subfolder." },
    },
    required: ["hits", "truncated"],
  },
  async run({ session }, { text, path = ".", ignore_case = false }, { tool, signal }) {
    if (text === "") throw invalidInput(tool, "`text` must not be empty");
    const start = await sessionPath(session, tool, path, "read");
    const fold = (line: string): string => (ignore_case ? line.toLowerCase() : line);
    const wanted = fold(text);
    const hits: { path: string; line: number; text: string }[] = [];
    const files = (await isFolder(tool, path, start)) ? filesBelow(start) : [start];
    for await (const file of files) {
      signal?.throwIfAborted();
      // Binary, unreadable and huge files are skipped, as grep -I does.
      const bytes = await readBytes({ tool, path, file }).catch(() => undefined);
      if (bytes === undefined) continue;
      const content = session.mask(bytes.toString("utf8"));
      if (!fold(content).includes(wanted)) continue;
      for (const [index, line] of content.split("\n").entries()) {
        if (!fold(line).includes(wanted)) continue;
        if (hits.length >= MAX_HITS) return { hits, truncated: true };
        hits.push({ path: shownPath(session, file), line: index + 1, text: line.slice(0, MAX_LINE) });
      }
    }
    return { hits, truncated: false };
  },
});
