/** The files of a session as a file system of Mastra. */

import { extname, join } from "node:path";
import {
  FileExistsError,
  FileNotFoundError,
  StaleFileError,
  type WorkspaceFilesystem,
} from "@mastra/core/workspace";
import type { DebugSession } from "../../../session/session.js";
import { isInside } from "../../core/session-paths.js";
import type { FileFacts, SessionFiles } from "../core/session-files.js";

/** Makes a file system of a session's files. */
export function filesystemOf(session: DebugSession, files: SessionFiles): WorkspaceFilesystem {
  const existing = async (path: string): Promise<FileFacts> => {
    const facts = await files.facts(local(path));
    if (facts === undefined) throw new FileNotFoundError(path);
    return facts;
  };
  /** Mastra begins paths with `/` where it means the workspace's top. */
  const local = (path: string): string => {
    if (!path.startsWith("/")) return path;
    const { workDir, hostPrefix, buildPrefix, recipeDir } = session.paths;
    const isReal = [workDir, hostPrefix, buildPrefix, recipeDir].some((folder) => isInside(path, folder));
    return isReal ? path : `.${path}`;
  };
  const filesystem: WorkspaceFilesystem = {
    id: `sidewinder-${session.variant.name}-files`,
    name: "sidewinder session",
    provider: "sidewinder",
    status: "ready",
    basePath: session.workDir,
    resolveAbsolutePath: (path) => (isInside(path, session.workDir) ? path : join(session.workDir, path)),
    async readFile(path, options) {
      const bytes = await files.read(local(path));
      if (bytes === undefined) throw new FileNotFoundError(path);
      return options?.encoding === undefined ? bytes : bytes.toString(options.encoding);
    },
    async writeFile(path, content, options) {
      const before = await files.facts(local(path));
      if (before !== undefined && options?.overwrite === false) throw new FileExistsError(path);
      const { expectedMtime } = options ?? {};
      if (expectedMtime !== undefined && before !== undefined) {
        const { modifiedAt } = before;
        if (modifiedAt.getTime() !== expectedMtime.getTime()) {
          throw new StaleFileError(path, expectedMtime, modifiedAt);
        }
      }
      await files.write(local(path), Buffer.from(content as Uint8Array));
    },
    async appendFile(path, content) {
      const before = (await files.read(local(path))) ?? Buffer.alloc(0);
      await files.write(local(path), Buffer.concat([before, Buffer.from(content as Uint8Array)]));
    },
    async deleteFile(path, options) {
      if (!(await files.remove(local(path))) && options?.force !== true) throw new FileNotFoundError(path);
    },
    copyFile: (from, to, options) =>
      files.transfer("copy", local(from), local(to), { overwrite: options?.overwrite ?? true }),
    moveFile: (from, to, options) =>
      files.transfer("move", local(from), local(to), { overwrite: options?.overwrite ?? true }),
    mkdir: (path) => files.makeFolder(local(path)),
    async rmdir(path, options) {
      const isThere = await files.removeFolder(local(path), { recursive: options?.recursive ?? false });
      if (!isThere && options?.force !== true) throw new FileNotFoundError(path);
    },
    async readdir(path, options) {
      const { recursive = false, extension, maxDepth = recursive ? 100 : 1 } = options ?? {};
      const wanted = extension === undefined ? undefined : [extension].flat();
      const list = async (folder: string, prefix: string, depth: number): Promise<Entry[]> => {
        const entries = await files.list(folder);
        if (entries === undefined) throw new FileNotFoundError(path);
        const found = await Promise.all(
          entries.map(async ({ name, type, target }): Promise<Entry[]> => {
            const entry: Entry = {
              name: `${prefix}${name}`,
              type: type === "directory" ? "directory" : "file",
              ...(target === undefined ? {} : { isSymlink: true, symlinkTarget: target }),
            };
            const below =
              type === "directory" && recursive && depth < maxDepth
                ? await list(`${folder}/${name}`, `${prefix}${name}/`, depth + 1)
                : [];
            const isWanted = wanted === undefined || type === "directory" || wanted.includes(extname(name));
            return isWanted ? [entry, ...below] : below;
          }),
        );
        return found.flat();
      };
      return await list(local(path), "", 1);
    },
    exists: async (path) => (await files.facts(local(path))) !== undefined,
    async stat(path) {
      const facts = await existing(path);
      return {
        ...facts,
        name: facts.path.split(/[\\/]/).at(-1) ?? "",
        type: facts.type === "directory" ? "directory" : "file",
      };
    },
  };
  return filesystem;
}

interface Entry {
  name: string;
  type: "file" | "directory";
  isSymlink?: boolean;
  symlinkTarget?: string;
}
