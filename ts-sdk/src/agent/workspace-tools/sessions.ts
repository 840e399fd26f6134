/** `create_session`, `list_sessions`, `attach_session`, `fork_session` and `close_session` */

import type { ProgressEvent } from "../../generated/types.js";
import { DebugSession } from "../../session/session.js";
import { insideRoot } from "../core/recipe-files.js";
import { chooseRecipe, pickPackage, RECIPE_INPUT, renderRecipe } from "../core/rendering.js";
import type { ObjectSchema } from "../core/schema.js";
import { toolSpec } from "../core/tool.js";
import type { OpenSession, Workspace } from "./workspace.js";

/** Declares a workspace tool with types from its schemas. */
export const workspaceSpec = toolSpec<Workspace>();

/** Says which session a call is for. */
export const SESSION = {
  type: "string",
  description:
    "Id of the session, or its `dir`, also of one that an earlier process left. May be left out while only one is open.",
} as const;

const SUMMARY = {
  type: "object",
  properties: {
    session: { type: "string", description: "Id for the other tools." },
    package: { type: "string" },
    recipe: { type: "string" },
    dir: {
      type: "string",
      description:
        "Build folder, and the handle of the session: every later process can use it as `session`.",
    },
    work_dir: { type: "string" },
    output_dir: { type: "string" },
    keep: { type: "boolean", description: "Whether the folders stay after close_session." },
  },
  required: ["session", "package", "dir", "work_dir", "output_dir", "keep"],
} as const satisfies ObjectSchema;

function summary({ id, keep, session }: OpenSession) {
  const { name, version, buildString, recipePath } = session.variant;
  return {
    session: id,
    package: `${name} ${version} ${buildString}`,
    ...(recipePath === undefined ? {} : { recipe: recipePath }),
    dir: session.paths.buildDir,
    work_dir: session.workDir,
    output_dir: session.outputDir,
    keep,
  };
}

export const createSession = workspaceSpec({
  name: "create_session",
  title: "Set up a build",
  description:
    "Sets up the build of one package without running it: sources, environments and the build script. Then use run_script. " +
    "Several sessions can be open at once.",
  effect: "change",
  openWorld: true,
  input: {
    type: "object",
    properties: {
      ...RECIPE_INPUT,
      index: { type: "integer", minimum: 0, description: "Which of the packages that render_recipe lists." },
      package: { type: "string", description: "Name of the package, if the recipe has several." },
      channels: {
        type: "array",
        items: { type: "string" },
        description: "Channels, highest priority first. Default: the channels of this workspace.",
      },
      output_dir: {
        type: "string",
        description: "Folder below the root for a build that stays. Default: a temporary folder.",
      },
      keep: {
        type: "boolean",
        description: "Keep the temporary folder, to go on with the session in a later process.",
        default: false,
      },
    },
  },
  output: SUMMARY,
  async run(workspace, input, { tool, signal, onOutput }) {
    const recipe = await chooseRecipe(tool, workspace.root, input);
    const variant = pickPackage(tool, await renderRecipe(recipe), input);
    const channels = input.channels ?? workspace.channels;
    const output =
      input.output_dir === undefined ? undefined : await insideRoot(tool, workspace.root, input.output_dir);
    const open = await workspace.add(
      tool,
      { keep: input.keep === true || output !== undefined, signal },
      (stop) =>
        DebugSession.create(variant, {
          signal: stop,
          ...(channels === undefined ? {} : { channels: [...channels] }),
          ...(output === undefined ? {} : { outputDir: output.file }),
          ...(onOutput === undefined ? {} : { onProgress: reporter(onOutput) }),
        }),
    );
    if (recipe.variants.keys.length > 0) open.variants = recipe.variants;
    return summary(open);
  },
});

/** Passes on the names of the phases. */
export function reporter(onOutput: (text: string) => void): (event: ProgressEvent) => void {
  return (event) => {
    if (event.kind === "phase" && "phase" in event) onOutput(`${String(event.phase)}\n`);
  };
}

export const listSessions = workspaceSpec({
  name: "list_sessions",
  title: "List sessions",
  description:
    "Lists the open sessions, and sessions that earlier processes left, which attach_session can reopen.",
  effect: "read",
  howToRead: { resumable: "set `package`" },
  input: {
    type: "object",
    properties: { package: { type: "string", description: "Only sessions of this package." } },
  },
  output: {
    type: "object",
    properties: {
      open: { type: "array", items: SUMMARY },
      runs: {
        type: "array",
        description: "Background runs that have not ended.",
        items: {
          type: "object",
          properties: {
            session: { type: "string" },
            run: { type: "string" },
            what: { type: "string" },
            seconds: { type: "integer" },
          },
          required: ["session", "run", "what", "seconds"],
        },
      },
      resumable: {
        type: "array",
        items: {
          type: "object",
          properties: {
            dir: { type: "string", description: "For attach_session." },
            package: { type: "string" },
            created: { type: "string" },
            state: { type: "string" },
          },
          required: ["dir", "package", "created", "state"],
        },
      },
    },
    required: ["open", "runs", "resumable"],
  },
  async run(workspace, { package: name }) {
    const own = workspace.sessions.filter(
      ({ session }) => name === undefined || session.variant.name === name,
    );
    const dirs = new Set(workspace.sessions.map(({ session }) => session.paths.buildDir));
    const others = (await DebugSession.list()).filter((other) => !dirs.has(other.dir));
    return {
      open: own.map(summary),
      runs: own.flatMap(({ id, runs }) =>
        runs.active.map((run) => ({ session: id, run: run.id, what: run.what, seconds: run.seconds })),
      ),
      resumable: others
        .filter((other) => name === undefined || other.name === name)
        .map((other) => ({
          dir: other.dir,
          package: `${other.name} ${other.version} ${other.buildString}`,
          created: other.created,
          state: other.state as string,
        })),
    };
  },
});

export const attachSession = workspaceSpec({
  name: "attach_session",
  title: "Reopen a session",
  description:
    "Reopens a session that was set up earlier, by its folder. Its folders stay when it is closed.",
  effect: "change",
  input: {
    type: "object",
    properties: { dir: { type: "string", description: "Its build, work or output folder." } },
    required: ["dir"],
  },
  output: SUMMARY,
  async run(workspace, { dir }, { tool, signal }) {
    return summary(await workspace.attach(tool, dir, signal));
  },
});

export const forkSession = workspaceSpec({
  name: "fork_session",
  title: "Copy a session",
  description:
    "Makes an independent copy of a session, to try several repairs in parallel. Checkpoints are not copied.",
  effect: "change",
  input: { type: "object", properties: { session: SESSION } },
  output: SUMMARY,
  async run(workspace, { session: id }, { tool, signal }) {
    const original = await workspace.find(tool, id, signal);
    const copy = await workspace.add(tool, { keep: false, signal }, (stop) =>
      original.queue.run("run", stop, () => original.session.fork({ signal: stop })),
    );
    if (original.variants !== undefined) copy.variants = original.variants;
    return summary(copy);
  },
});

export const closeSession = workspaceSpec({
  name: "close_session",
  title: "Close a session",
  description:
    "Stops what the session runs and closes it. A temporary build folder is removed, unless `keep` is set.",
  effect: "destroy",
  input: {
    type: "object",
    properties: {
      session: SESSION,
      keep: { type: "boolean", description: "Keep the build folder, for attach_session.", default: false },
    },
  },
  output: {
    type: "object",
    properties: { closed: { type: "string" }, kept: { type: "boolean" }, dir: { type: "string" } },
    required: ["closed", "kept", "dir"],
  },
  async run(workspace, { session: id, keep }, { tool, signal }) {
    const open = await workspace.find(tool, id, signal);
    const { buildDir } = open.session.paths;
    const kept = keep === true || open.keep;
    await workspace.remove(open, kept);
    return { closed: open.id, kept, dir: buildDir };
  },
});
