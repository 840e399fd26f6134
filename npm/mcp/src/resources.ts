/** What clients can read and show: recipes, and the scripts, logs and patches of sessions. */

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import {
  type ListResourcesResult,
  type McpServer,
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from "@modelcontextprotocol/server";
import { callTool, recipeTools, sessionTools, type ToolFailure, type WorkspaceTools } from "sidewinder/agent";

type Session = NonNullable<ReturnType<WorkspaceTools["sessions"]["get"]>>;
type Listed = ListResourcesResult["resources"][number];

/** Maximum length of a resource, in characters. */
const MAX_TEXT = 1_000_000;
/** Maximum number of recipes that are listed. */
const MAX_RECIPES = 200;
/** Folders below the root that have no recipes of their own. */
const SKIPPED = new Set(["node_modules", "output", "build_artifacts"]);

interface Part {
  title: string;
  mimeType: string;
  /** The file, if it exists. */
  file(session: Session): string | undefined;
}

const existing = (file: string | undefined): string | undefined =>
  file !== undefined && existsSync(file) ? file : undefined;

/** The files of a session, by the last part of their URI. */
const PARTS: Readonly<Record<string, Part>> = {
  recipe: {
    title: "recipe",
    mimeType: "application/yaml",
    file: ({ variant }) => existing(variant.recipePath),
  },
  script: { title: "build script", mimeType: "text/x-shellscript", file: ({ paths }) => paths.buildScript },
  environment: {
    title: "environment of the build script",
    mimeType: "text/x-shellscript",
    file: ({ paths }) => existing(paths.buildEnvScript),
  },
  log: {
    title: "output of the last run",
    mimeType: "text/plain",
    file: ({ paths }) => existing(join(paths.buildDir, "conda_build.log")),
  },
  "exec-log": {
    title: "output of the last command",
    mimeType: "text/plain",
    file: ({ paths }) => existing(join(paths.buildDir, "conda_exec.log")),
  },
};

/** Made when it is read. */
const PATCH = { title: "patch of the changes to the sources", mimeType: "text/x-patch" };

/** The resources of open sessions. */
export class SessionResources {
  readonly #workspace: WorkspaceTools;

  constructor(workspace: WorkspaceTools) {
    this.#workspace = workspace;
  }

  /** Adds them to a server. */
  register(server: McpServer): void {
    server.registerResource(
      "session",
      new ResourceTemplate("sidewinder://sessions/{session}/{part}", {
        list: () => ({ resources: this.list() }),
        complete: {
          session: (value) => [...this.#workspace.sessions.keys()].filter((id) => id.startsWith(value)),
          part: (value) => [...Object.keys(PARTS), "patch"].filter((name) => name.startsWith(value)),
        },
      }),
      {
        title: "Files of a session",
        description:
          "Recipe, build script, its environment, logs, and the patch of the changes to the sources.",
      },
      async (uri, { session: id, part: name }) => {
        const session = this.#workspace.sessions.get(String(id));
        if (session === undefined) throw new ResourceNotFoundError(uri.href);
        const { text, mimeType } = await readPart(uri, session, String(name));
        return { contents: [{ uri: uri.href, mimeType, text }] };
      },
    );
  }

  /** What can be read now. */
  list(): Listed[] {
    return [...this.#workspace.sessions].flatMap(([id, session]) => {
      if (session.closed) return [];
      const parts = Object.entries(PARTS).filter(([, { file }]) => file(session) !== undefined);
      return [...parts, ["patch", PATCH] as const].map(([name, { title, mimeType }]) => ({
        uri: `sidewinder://sessions/${id}/${name}`,
        name: `${id}/${name}`,
        title: `${id}: ${title}`,
        mimeType,
      }));
    });
  }
}

async function readPart(
  uri: URL,
  session: Session,
  name: string,
): Promise<{ text: string; mimeType: string }> {
  if (name === "patch") {
    const tools = sessionTools(session, { include: ["create_patch"], maxChars: MAX_TEXT });
    const patch = await callTool(tools, "create_patch", { dry_run: true });
    if (!patch.ok) throw failed(patch);
    return { text: patch.text, mimeType: PATCH.mimeType };
  }
  const part = Object.hasOwn(PARTS, name) ? PARTS[name] : undefined;
  const file = part?.file(session);
  if (part === undefined || file === undefined) throw new ResourceNotFoundError(uri.href);
  return { text: await readText(session, file), mimeType: part.mimeType };
}

/** A file of a session, secrets masked. Of a very long one the end, where errors are reported. */
async function readText(session: Session, path: string): Promise<string> {
  const tools = sessionTools(session, { include: ["read_file"], maxChars: MAX_TEXT });
  const first = await callTool(tools, "read_file", { path });
  if (!first.ok) throw failed(first);
  if (first.next_line === undefined) return first.text;
  const from = Math.max(1, first.total_lines - first.next_line + 2);
  const end = await callTool(tools, "read_file", { path, from_line: from });
  if (!end.ok) throw failed(end);
  return `[${from - 1} lines omitted]\n${end.text}`;
}

function failed({ code, message, hint }: ToolFailure): ProtocolError {
  const text = hint === undefined ? message : `${message}; ${hint}`;
  return new ProtocolError(ProtocolErrorCode.InternalError, `${code}: ${text}`);
}

/** The recipes below the root. */
export class RecipeResources {
  readonly #root: string;

  constructor(root: string) {
    this.#root = root;
  }

  /** Adds them to a server. */
  register(server: McpServer): void {
    const tools = recipeTools({ root: this.#root, include: ["read_recipe"], maxChars: MAX_TEXT });
    server.registerResource(
      "recipe",
      new ResourceTemplate("sidewinder://recipes/{+path}", {
        list: async () => ({ resources: await this.list() }),
        complete: {
          path: async (value) => (await this.paths()).filter((path) => path.startsWith(value)),
        },
      }),
      { title: "Recipe", description: "A recipe below the root folder.", mimeType: "application/yaml" },
      async (uri, { path }) => {
        const recipe = await callTool(tools, "read_recipe", { path: decodeURIComponent(String(path)) });
        if (!recipe.ok) throw failed(recipe);
        return { contents: [{ uri: uri.href, mimeType: "application/yaml", text: recipe.text }] };
      },
    );
  }

  /** Paths of recipe files relative to the root, at most {@link MAX_RECIPES}. */
  async paths(): Promise<string[]> {
    const found: string[] = [];
    const folders = [""];
    for (const folder of folders) {
      const entries = await readdir(join(this.#root, folder), { withFileTypes: true }).catch(() => []);
      for (const entry of entries.sort((one, other) => (one.name < other.name ? -1 : 1))) {
        const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
        if (entry.isFile() && /^recipe\.ya?ml$/.test(entry.name)) found.push(path);
        // Links are not followed: they may lead outside or in a circle.
        if (entry.isDirectory() && !entry.name.startsWith(".") && !SKIPPED.has(entry.name))
          folders.push(path);
        if (found.length === MAX_RECIPES || folders.length > 50 * MAX_RECIPES) return found;
      }
    }
    return found;
  }

  /** The recipes as resources. */
  async list(): Promise<Listed[]> {
    return (await this.paths()).map((path) => ({
      uri: `sidewinder://recipes/${path.split("/").map(encodeURIComponent).join("/")}`,
      name: path,
      title: path,
      mimeType: "application/yaml",
    }));
  }
}
