/** All commands, with the line that the overview shows. Each module is loaded when its command is called. */

import type { Command } from "./command.js";

/** A command that is not loaded yet. */
export interface Entry {
  /** One line for the overview. */
  description: string;
  load(): Promise<{ default: unknown }>;
}

/** By name, in the order of the overview. */
export const COMMANDS: Readonly<Record<string, Entry>> = {
  render: { description: "render recipes: list the packages to build", load: () => import("./render.js") },
  check: { description: "check recipes for errors and warnings", load: () => import("./check.js") },
  lint: {
    description: "find what recipes should write differently, and fix it",
    load: () => import("./lint.js"),
  },
  schema: { description: "print the JSON Schema of recipes", load: () => import("./schema.js") },
  build: { description: "build, package and test all outputs of a recipe", load: () => import("./build.js") },
  test: { description: "test a finished package", load: () => import("./test.js") },
  bump: { description: "update a recipe to a new version", load: () => import("./bump.js") },
  convert: {
    description: "convert a meta.yaml of conda-build to the v1 format",
    load: () => import("./convert.js"),
  },
  diagnose: { description: "find out from a build log why it failed", load: () => import("./diagnose.js") },
  search: {
    description: "find packages by name, or by a header, command, library or module in them",
    load: () => import("./search.js"),
  },
  "debug setup": { description: "set up a build without running it", load: () => import("./debug/setup.js") },
  "debug run": { description: "run the build script", load: () => import("./debug/run.js") },
  "debug shell": {
    description: "open a shell in the build environment",
    load: () => import("./debug/shell.js"),
  },
  "debug exec": {
    description: "run one command in the build environment",
    load: () => import("./debug/exec.js"),
  },
  "debug add": { description: "add packages to an environment", load: () => import("./debug/add.js") },
  "debug remove": {
    description: "remove packages from an environment",
    load: () => import("./debug/remove.js"),
  },
  "debug lock": {
    description: "print the exact packages of a session",
    load: () => import("./debug/lock.js"),
  },
  "debug refresh": {
    description: "rewrite the scripts after the recipe changed",
    load: () => import("./debug/refresh.js"),
  },
  "debug sync": {
    description: "bring a session in line with its changed recipe",
    load: () => import("./debug/sync.js"),
  },
  "debug packages": { description: "list installed packages", load: () => import("./debug/packages.js") },
  "debug patch": {
    description: "create a patch from changed sources",
    load: () => import("./debug/patch.js"),
  },
  "debug files": {
    description: "list what the package would contain",
    load: () => import("./debug/files.js"),
  },
  "debug package": {
    description: "build a package from what the script installed",
    load: () => import("./debug/package.js"),
  },
  "debug test": {
    description: "run the recipe's tests on the package",
    load: () => import("./debug/test.js"),
  },
  "debug checkpoint": {
    description: "save the session's folders",
    load: () => import("./debug/checkpoint.js"),
  },
  "debug restore": { description: "go back to a checkpoint", load: () => import("./debug/restore.js") },
  "debug checkpoints": { description: "list checkpoints", load: () => import("./debug/checkpoints.js") },
  "debug workdir": { description: "print the work directory", load: () => import("./debug/workdir.js") },
  "debug close": { description: "remove a session", load: () => import("./debug/close.js") },
  "debug list": { description: "list sessions on this machine", load: () => import("./debug/list.js") },
  "debug prune": { description: "remove leftovers of dead sessions", load: () => import("./debug/prune.js") },
  doctor: { description: "find out what works on this machine", load: () => import("./doctor.js") },
  "fleet status": {
    description: "show the progress of a run of a fleet",
    load: () => import("./fleet-status.js"),
  },
  worker: { description: "run items of fleets on this host", load: () => import("./worker.js") },
  lsp: {
    description: "serve editors over the Language Server Protocol",
    load: () => import("./lsp.js"),
  },
  mcp: {
    description: "serve tools for agents over the Model Context Protocol",
    load: () => import("./mcp.js"),
  },
};

/** Loads a command; undefined if the name is unknown. */
export async function loadCommand(name: string): Promise<Command | undefined> {
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  // Each module has its own option types, which do not matter here.
  return entry && ((await entry.load()).default as Command);
}
