/** The tools over one session. */

import type { DebugSession } from "../../session/session.js";
import { checkToolOptions } from "../core/options.js";
import type { Schema } from "../core/schema.js";
import { type SessionState, stateOf } from "../core/session-state.js";
import { type AgentTool, bindAll, type Host, type ToolOptions } from "../core/tool.js";
import { checkpoint, restore } from "./checkpoints.js";
import { createPatch } from "./create-patch.js";
import { editFile, writeFile } from "./edit-file.js";
import { listFiles } from "./list-files.js";
import { listPackageFiles, packageTool } from "./package.js";
import { addPackages, listPackages } from "./packages.js";
import { readFile } from "./read-file.js";
import { exec, runScript } from "./run-script.js";
import { runStatus, runStop, runWait } from "./runs.js";
import { searchFiles } from "./search-files.js";
import type { AnySessionSpec } from "./spec.js";
import { syncSession } from "./sync-session.js";
import { execTest, listTests, test } from "./tests.js";
import { updateRecipeScript } from "./update-recipe-script.js";

/** The specifications by name. */
export const SESSION_SPECS = {
  read_file: readFile,
  list_files: listFiles,
  search_files: searchFiles,
  edit_file: editFile,
  write_file: writeFile,
  run_script: runScript,
  exec,
  run_status: runStatus,
  run_wait: runWait,
  run_stop: runStop,
  add_packages: addPackages,
  list_packages: listPackages,
  sync_session: syncSession,
  update_recipe_script: updateRecipeScript,
  create_patch: createPatch,
  package: packageTool,
  list_package_files: listPackageFiles,
  list_tests: listTests,
  test,
  exec_test: execTest,
  checkpoint,
  restore,
};

/** All specifications. */
export const sessionSpecs: readonly AnySessionSpec[] = Object.values(SESSION_SPECS);

/**
 * Tools over one session: read, list, search, edit and write files, run the script and commands (also in the background),
 * add packages, apply the edited recipe, create patches, build and test the package, save and restore checkpoints.
 *
 * Calls on one session are queued, so a model may make several at once; those that only read run concurrently. The file
 * tools do not leave the session's folders. What `run_script` and `exec` run has the rights of this process.
 *
 * @throws SidewinderError with code `INVALID_OPTION`.
 *
 * @example
 * import { sessionTools } from "sidewinder/agent";
 *
 * const tools = sessionTools(session, { readOnly: true });
 * console.log(tools.map(({ name }) => name).slice(0, 3).join()); // → read_file,list_files,search_files
 */
export function sessionTools(session: DebugSession, options: ToolOptions = {}): AgentTool[] {
  checkToolOptions(options, Object.keys(SESSION_SPECS));
  return bindAll(
    sessionSpecs,
    sessionHost(() => stateOf(session)),
    options,
  );
}

/** Calls tools on the session that `find` returns, each in its turn. `properties` say which session a call is for. */
export function sessionHost(
  find: (tool: string, id: string | undefined, signal?: AbortSignal) => SessionState | Promise<SessionState>,
  properties: Readonly<Record<string, Schema>> = {},
): Host<AnySessionSpec> {
  return {
    properties,
    async call({ access, run }, input, call) {
      const { session: id, ...own } = input as { session?: string };
      const state = await find(call.tool, "session" in properties ? id : undefined, call.signal);
      const work = async (): Promise<object> => await run(state, own, call);
      const result = access === "none" ? await work() : await state.queue.run(access, call.signal, work);
      const { session } = state;
      return { result, mask: session.closed ? undefined : (text) => session.mask(text) };
    },
  };
}
