/** All commands: what they are for, and where they are. Each is loaded when it is called. */

import type { Command } from "./command.js";

/** A command that is not loaded yet. */
export interface Entry {
  /** One line for the overview. */
  says: string;
  load(): Promise<{ default: unknown }>;
}

/** By name, in the order of the overview. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  render: { says: "the packages that recipes give", load: () => import("./render.js") },
  check: { says: "what is wrong with recipes", load: () => import("./check.js") },
  "debug setup": { says: "set a build up, run nothing", load: () => import("./debug/setup.js") },
  "debug run": { says: "run the build script", load: () => import("./debug/run.js") },
  "debug shell": { says: "a shell in the build's environment", load: () => import("./debug/shell.js") },
  "debug exec": { says: "one command in the build's environment", load: () => import("./debug/exec.js") },
  "debug add": { says: "add packages to an environment", load: () => import("./debug/add.js") },
  "debug refresh": {
    says: "write the scripts anew for a changed recipe",
    load: () => import("./debug/refresh.js"),
  },
  "debug packages": { says: "what is installed", load: () => import("./debug/packages.js") },
  "debug patch": { says: "make a patch of what was changed", load: () => import("./debug/patch.js") },
  "debug checkpoint": { says: "remember the session's folders", load: () => import("./debug/checkpoint.js") },
  "debug restore": { says: "go back to a checkpoint", load: () => import("./debug/restore.js") },
  "debug checkpoints": { says: "which checkpoints there are", load: () => import("./debug/checkpoints.js") },
  "debug workdir": { says: "where the sources and the script are", load: () => import("./debug/workdir.js") },
  "debug close": { says: "remove a session", load: () => import("./debug/close.js") },
  "debug list": { says: "all sessions of this machine", load: () => import("./debug/list.js") },
  "debug prune": { says: "remove what dead sessions left", load: () => import("./debug/prune.js") },
  worker: { says: "run items of fleets on this host", load: () => import("./worker.js") },
  mcp: { says: "tools for agents, over the Model Context Protocol", load: () => import("./mcp.js") },
};

/** Loads a command. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  // Each module declares its own options; here they are all the same.
  return entry && ((await entry.load()).default as Command);
}
