/** The commands of `sidewinder debug`, in the order of the help. */

import type { Command } from "../command.js";
import { checkpoint, checkpoints, restore } from "./checkpoints.js";
import { add, packages } from "./packages.js";
import { patch } from "./patch.js";
import { exec, run, shell } from "./run.js";
import { close, list, prune, workdir } from "./sessions.js";
import { setup } from "./setup.js";

export const debugCommands: Command[] = [
  setup,
  run,
  exec,
  shell,
  add,
  packages,
  patch,
  checkpoint,
  restore,
  checkpoints,
  workdir,
  close,
  list,
  prune,
];
