/** The tools of an agent that repairs recipes from beginning to end: recipes, several sessions, verification. */

import { checkArgument, filledName } from "../../checks.js";
import type { DebugSession } from "../../session/session.js";
import { checkToolOptions } from "../core/options.js";
import { type AgentTool, type AnySpec, bindAll, type Host, type ToolOptions } from "../core/tool.js";
import { RECIPE_SPECS, recipeHost, recipeSpecs } from "../recipe-tools/index.js";
import { SESSION_SPECS, sessionHost, sessionSpecs } from "../session-tools/index.js";
import { searchPackages } from "./search-packages.js";
import {
  attachSession,
  closeSession,
  createSession,
  forkSession,
  listSessions,
  SESSION,
} from "./sessions.js";
import { verify } from "./verify.js";
import { Workspace, type WorkspaceOptions } from "./workspace.js";

/** The specifications by name. */
export const WORKSPACE_SPECS = {
  create_session: createSession,
  list_sessions: listSessions,
  attach_session: attachSession,
  fork_session: forkSession,
  close_session: closeSession,
  search_packages: searchPackages,
  verify,
};

const workspaceSpecs: readonly AnySpec<Workspace>[] = Object.values(WORKSPACE_SPECS);

/** Tools with the sessions that they opened. */
export type WorkspaceTools = AgentTool[] &
  AsyncDisposable & {
    /** The open sessions by id, oldest first. */
    readonly sessions: ReadonlyMap<string, DebugSession>;
    /** Calls a function after each session that was opened or closed. Returns a function that ends it. */
    onSessionsChange(listener: () => void): () => void;
    /** Stops and closes all sessions. Folders of sessions that were attached or have an output folder stay. */
    close(): Promise<void>;
  };

/**
 * Tools over a folder of recipes and any number of sessions: those of {@link recipeTools}, create, list, attach, fork and
 * close sessions, those of {@link sessionTools} with a `session` id, `search_packages` and `verify`.
 *
 * A session can be stored and resumed: its `dir` is a handle that works as `session` in every later process.
 *
 * @returns The tools, with `close()`, which stops and closes all sessions that they opened.
 * @throws SidewinderError with code `INVALID_OPTION`.
 *
 * @example
 * import { workspaceTools } from "sidewinder/agent";
 *
 * const tools = workspaceTools({ root: "recipes", channels: ["conda-forge"] });
 * console.log(tools.some(({ name }) => name === "verify")); // → true
 * await tools.close();
 */
export function workspaceTools(options: ToolOptions & WorkspaceOptions): WorkspaceTools {
  const { root, channels, maxSessions } = options;
  checkArgument("root", root, filledName);
  const names = [RECIPE_SPECS, WORKSPACE_SPECS, SESSION_SPECS].flatMap((specs) => Object.keys(specs));
  checkToolOptions(options, names, ["root", "channels", "maxSessions"]);
  const workspace = new Workspace({
    root,
    ...(channels === undefined ? {} : { channels }),
    ...(maxSessions === undefined ? {} : { maxSessions }),
  });
  const close = (): Promise<void> => workspace.close();
  return Object.defineProperties(toolsOf(workspace, options), {
    sessions: { get: () => new Map(workspace.sessions.map(({ id, session }) => [id, session])) },
    onSessionsChange: { value: (listener: () => void) => workspace.onSessionsChange(listener) },
    close: { value: close },
    [Symbol.asyncDispose]: { value: close },
  }) as WorkspaceTools;
}

/** The tools over a workspace. */
export function toolsOf(workspace: Workspace, options: ToolOptions = {}): AgentTool[] {
  const host: Host<AnySpec<Workspace>> = {
    async call({ run }, input, call) {
      return { result: await run(workspace, input, call) };
    },
  };
  return [
    ...bindAll(recipeSpecs, recipeHost(workspace), options),
    ...bindAll(workspaceSpecs, host, options),
    ...bindAll(
      sessionSpecs,
      sessionHost((tool, id, signal) => workspace.find(tool, id, signal), { session: SESSION }),
      options,
    ),
  ];
}
