/** `edit_file` and `write_file` */

import type { DebugSession } from "../../session/session.js";
import { withFile } from "../core/queue.js";
import { replaceText } from "../core/replace-text.js";
import { sessionPath, shownPath } from "../core/session-paths.js";
import { type NamedFile, readBytes, writeBytes } from "../core/text-files.js";
import { PATH, sessionSpec } from "./spec.js";

export const editFile = sessionSpec({
  name: "edit_file",
  title: "Edit a file",
  description:
    "Replaces a text in a file. The old text must occur exactly once, unless `all` is set: include enough of the " +
    "surrounding lines.",
  effect: "change",
  access: "edit",
  input: {
    type: "object",
    properties: {
      path: { type: "string", description: `The file, ${PATH}.` },
      old_text: { type: "string", description: "The text to replace, exactly as it is in the file." },
      new_text: { type: "string", description: "The new text." },
      all: { type: "boolean", description: "Replace every occurrence.", default: false },
    },
    required: ["path", "old_text", "new_text"],
  },
  output: {
    type: "object",
    properties: { path: { type: "string" }, replaced: { type: "integer" } },
    required: ["path", "replaced"],
  },
  async run({ session }, { path, ...replacement }, { tool, signal }) {
    const file = await sessionPath(session, tool, path, "write");
    return await withFile(file, signal, async () => {
      const named = { tool, path, file };
      const { bytes, count } = replaceText(tool, path, await readBytes(named), replacement);
      await save(session, named, bytes);
      return { path: shownPath(session, file), replaced: count };
    });
  },
});

export const writeFile = sessionSpec({
  name: "write_file",
  title: "Write a file",
  description: "Creates or overwrites a text file. Parent folders are created.",
  effect: "destroy",
  idempotent: true,
  access: "edit",
  input: {
    type: "object",
    properties: {
      path: { type: "string", description: `The file, ${PATH}.` },
      text: { type: "string", description: "The whole content." },
    },
    required: ["path", "text"],
  },
  output: {
    type: "object",
    properties: { path: { type: "string" }, bytes: { type: "integer" } },
    required: ["path", "bytes"],
  },
  async run({ session }, { path, text }, { tool, signal }) {
    const file = await sessionPath(session, tool, path, "write");
    const bytes = Buffer.from(text);
    await withFile(file, signal, () => save(session, { tool, path, file }, bytes));
    return { path: shownPath(session, file), bytes: bytes.length };
  },
});

/** The session itself writes the build script, and keeps it executable. */
async function save(session: DebugSession, named: NamedFile, bytes: Buffer): Promise<void> {
  if (named.file === session.buildScript) await session.writeBuildScript(bytes.toString("utf8"));
  else await writeBytes(named, bytes);
}
