/** `package` and `list_package_files` */

import { sessionSpec } from "./spec.js";

const FILES = {
  type: "array",
  items: {
    type: "object",
    properties: { path: { type: "string" }, kind: { type: "string" }, size: { type: "integer" } },
    required: ["path", "kind", "size"],
  },
} as const;

export const packageTool = sessionSpec({
  name: "package",
  title: "Build the package",
  description:
    "Builds the conda package from what the script installed into $PREFIX, and checks it. Run the script first.",
  effect: "change",
  access: "run",
  howToRead: { files: "list_package_files" },
  input: { type: "object", properties: {} },
  output: {
    type: "object",
    properties: {
      path: { type: "string" },
      name: { type: "string" },
      version: { type: "string" },
      build_string: { type: "string" },
      size: { type: "integer", description: "In bytes." },
      sha256: { type: "string" },
      files: FILES,
      warnings: {
        type: "array",
        items: {
          type: "object",
          properties: { code: { type: "string" }, message: { type: "string" }, path: { type: "string" } },
          required: ["code", "message"],
        },
      },
    },
    required: ["path", "name", "version", "build_string", "size", "sha256", "files", "warnings"],
  },
  async run({ session }, _input, { signal }) {
    const built = await session.package(signal === undefined ? {} : { signal });
    return {
      path: built.path,
      name: built.name,
      version: built.version,
      build_string: built.buildString,
      size: built.size,
      sha256: built.sha256,
      warnings: built.warnings.map(({ code, message, path }) => ({
        code: code as string,
        message,
        ...(path === undefined || path === null ? {} : { path }),
      })),
      files: built.files.map(({ path, kind, size }) => ({ path, kind: kind as string, size })),
    };
  },
});

export const listPackageFiles = sessionSpec({
  name: "list_package_files",
  title: "List the package's files",
  description: "Lists what the package would contain, without building it.",
  effect: "read",
  access: "run",
  howToRead: { files: "set `below`" },
  input: {
    type: "object",
    properties: { below: { type: "string", description: "Only files whose path starts with this." } },
  },
  output: { type: "object", properties: { files: FILES }, required: ["files"] },
  async run({ session }, { below = "" }, { signal }) {
    const files = await session.files(signal === undefined ? {} : { signal });
    return {
      files: files
        .filter(({ path }) => path.startsWith(below))
        .map(({ path, kind, size }) => ({ path, kind: kind as string, size })),
    };
  },
});
