/** Tools that look at files and change them. */

import type { Dirent } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import type { DebugSession } from "../session/session.js";
import { inside, shown } from "./folders.js";
import { bytesOf, fileError, LARGEST, type Named, writeBytes } from "./text-files.js";
import { type AgentTool, invalidInput, tool } from "./tool.js";

/** The most of a file that one call gives. */
const MOST_TEXT = 64 * 1024;
const MOST_ENTRIES = 500;
const MOST_HITS = 100;
const LONGEST_LINE = 400;
/** Stands at the end of a line of which only the beginning is given. */
const CUT = " [the line goes on]";

const PATH = "relative to the work folder (where the build runs), or absolute in the session's folders";

/** Read, list, search, edit and write files of a session. */
export function fileTools(current: () => DebugSession): AgentTool[] {
  return [
    tool(
      "read_file",
      "Reads a text file of the build: sources, the build script `conda_build.sh`, installed headers. Gives at most 64 KiB; " +
        "`next_line` tells where to read on.",
      {
        path: { type: "string", description: `The file, ${PATH}.` },
        from_line: { type: "integer", minimum: 1, description: "First line, from 1.", default: 1 },
        lines: { type: "integer", minimum: 1, description: "How many lines at most." },
      },
      ["path"],
      async ({ path, from_line = 1, lines }) => {
        const session = current();
        const file = await inside(session, "read_file", path, "read");
        const text = session.mask((await bytesOf({ tool: "read_file", path, file })).toString("utf8"));
        const all = text.split("\n");
        const taken: string[] = [];
        let size = 0;
        for (const line of all.slice(from_line - 1, lines && from_line - 1 + lines)) {
          size += line.length + 1;
          if (size > MOST_TEXT && taken.length > 0) break;
          taken.push(size > MOST_TEXT ? `${line.slice(0, MOST_TEXT - CUT.length)}${CUT}` : line);
        }
        const next = from_line + taken.length;
        return {
          path: shown(session, file),
          text: taken.join("\n"),
          total_lines: all.length,
          ...(next <= all.length ? { next_line: next } : {}),
        };
      },
    ),
    tool(
      "list_files",
      "Lists what is in a folder of the build, folders with a `/` at their end.",
      {
        path: { type: "string", description: `The folder, ${PATH}. Default: the work folder.` },
        depth: {
          type: "integer",
          minimum: 1,
          maximum: 10,
          description: "How many levels below it.",
          default: 1,
        },
      },
      [],
      async ({ path = ".", depth = 1 }, { signal }) => {
        const session = current();
        const folder = await inside(session, "list_files", path, "read");
        const entries: string[] = [];
        let more = false;
        if (!(await kindOf("list_files", path, folder)).isDirectory()) {
          throw invalidInput("list_files", `\`${path}\` is not a folder`, "read_file reads files");
        }
        for await (const { name, isFolder } of walk(folder, depth)) {
          signal?.throwIfAborted();
          more = entries.length >= MOST_ENTRIES;
          if (more) break;
          entries.push(isFolder ? `${name}/` : name);
        }
        return { path: shown(session, folder), entries: entries.sort(), truncated: more };
      },
    ),
    tool(
      "search_files",
      "Finds a text in the files below a folder; gives file, line number and line. The text is taken as it is, not as a pattern.",
      {
        text: { type: "string", description: "What to look for." },
        path: { type: "string", description: `A file or folder, ${PATH}. Default: the work folder.` },
        ignore_case: { type: "boolean", description: "Whether case is ignored.", default: false },
      },
      ["text"],
      async ({ text, path = ".", ignore_case = false }, { signal }) => {
        const session = current();
        if (text === "") throw invalidInput("search_files", "`text` must not be empty");
        const start = await inside(session, "search_files", path, "read");
        const fold = (line: string) => (ignore_case ? line.toLowerCase() : line);
        const wanted = fold(text);
        const hits: { path: string; line: number; text: string }[] = [];
        const isFolder = (await kindOf("search_files", path, start)).isDirectory();
        for await (const file of isFolder ? filesBelow(start) : [start]) {
          signal?.throwIfAborted();
          const content = await quietly({ tool: "search_files", path, file }, session);
          if (content === undefined || !fold(content).includes(wanted)) continue;
          for (const [index, line] of content.split("\n").entries()) {
            if (!fold(line).includes(wanted)) continue;
            if (hits.length >= MOST_HITS) return { hits, truncated: true };
            hits.push({ path: shown(session, file), line: index + 1, text: line.slice(0, LONGEST_LINE) });
          }
        }
        return { hits, truncated: false };
      },
    ),
    tool(
      "edit_file",
      "Replaces a text in a file. The old text must be there exactly once, unless `all` is set; take enough lines around it.",
      {
        path: { type: "string", description: `The file, ${PATH}.` },
        old_text: { type: "string", description: "What is there, to the letter." },
        new_text: { type: "string", description: "What is to be there." },
        all: { type: "boolean", description: "Replace it wherever it is.", default: false },
      },
      ["path", "old_text", "new_text"],
      async ({ path, old_text, new_text, all = false }) => {
        const session = current();
        if (old_text === "") throw invalidInput("edit_file", "`old_text` must not be empty");
        const file = await inside(session, "edit_file", path, "write");
        const named = { tool: "edit_file", path, file };
        const bytes = await bytesOf(named);
        // Byte by byte: what is not UTF-8 in the file stays as it is.
        const [text, wanted, replacement] = [bytes, Buffer.from(old_text), Buffer.from(new_text)].map(
          (part) => part.toString("latin1"),
        ) as [string, string, string];
        const parts = text.split(wanted);
        const count = parts.length - 1;
        if (count === 0) {
          throw invalidInput(
            "edit_file",
            `\`old_text\` is not in \`${path}\``,
            text.includes("\r\n") && old_text.includes("\n")
              ? "the file has Windows line ends: write them as \\r\\n"
              : "read the file again: white space counts",
          );
        }
        if (count > 1 && !all) {
          throw invalidInput(
            "edit_file",
            `\`old_text\` is in \`${path}\` ${count} times`,
            "take more of the lines around it, or set `all`",
          );
        }
        if (text.length + count * (replacement.length - wanted.length) > LARGEST) {
          throw invalidInput("edit_file", `\`${path}\` would have more than ${LARGEST} bytes`);
        }
        await replace(session, named, Buffer.from(parts.join(replacement), "latin1"));
        return { path: shown(session, file), replaced: count };
      },
    ),
    tool(
      "write_file",
      "Writes a whole text file, a new one or in the place of an old one. The folder must be there.",
      {
        path: { type: "string", description: `The file, ${PATH}.` },
        text: { type: "string", description: "What is to be in it." },
      },
      ["path", "text"],
      async ({ path, text }) => {
        const session = current();
        const file = await inside(session, "write_file", path, "write");
        const bytes = Buffer.from(text);
        await replace(session, { tool: "write_file", path, file }, bytes);
        return { path: shown(session, file), bytes: bytes.length };
      },
    ),
  ];
}

/** The build script goes through the session, which keeps it executable. */
async function replace(session: DebugSession, named: Named, bytes: Buffer): Promise<void> {
  if (named.file === session.buildScript) await session.writeBuildScript(bytes.toString("utf8"));
  else await writeBytes(named, bytes);
}

/** A file's text, if it is text and can be read. */
async function quietly(named: Named, session: DebugSession): Promise<string | undefined> {
  try {
    return session.mask((await bytesOf(named)).toString("utf8"));
  } catch {
    return undefined;
  }
}

async function kindOf(toolName: string, path: string, place: string) {
  try {
    return await stat(place);
  } catch (error) {
    throw fileError(toolName, path, error, "list_files tells what is there");
  }
}

/** What is in a folder; nothing where it may not be looked into, or went meanwhile. */
async function entriesOf(folder: string): Promise<Dirent[]> {
  return await readdir(folder, { withFileTypes: true }).catch(() => []);
}

async function* walk(folder: string, depth: number): AsyncGenerator<{ name: string; isFolder: boolean }> {
  const pending = [""];
  for (let level = 1; level <= depth && pending.length > 0; level += 1) {
    for (const below of pending.splice(0)) {
      for (const entry of await entriesOf(join(folder, below))) {
        const name = below === "" ? entry.name : `${below}/${entry.name}`;
        if (entry.isDirectory()) pending.push(name);
        yield { name, isFolder: entry.isDirectory() };
      }
    }
  }
}

async function* filesBelow(start: string): AsyncGenerator<string> {
  const pending = [start];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of await entriesOf(folder)) {
      const path = join(folder, entry.name);
      // Links are not followed: they may lead out of the session, or in circles.
      if (entry.isDirectory()) pending.push(path);
      else if (entry.isFile()) yield path;
    }
  }
}
