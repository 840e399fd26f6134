/** `checkpoint` and `restore` */

import { sessionSpec } from "./spec.js";

const NAME = { type: "string", description: "1 to 64 letters, digits, `-`, `_` and `.`." } as const;
const CHECKPOINTS = { type: "array", items: { type: "string" }, description: "All checkpoints." } as const;

export const checkpoint = sessionSpec({
  name: "checkpoint",
  title: "Save a checkpoint",
  description:
    "Saves the work folder and both environments under a name; `restore` brings them back. Do this before you try something " +
    "that may not work. A checkpoint of the same name is replaced.",
  effect: "change",
  access: "run",
  input: { type: "object", properties: { name: NAME }, required: ["name"] },
  output: { type: "object", properties: { checkpoints: CHECKPOINTS }, required: ["checkpoints"] },
  async run({ session }, { name }, { signal }) {
    await session.checkpoint(name, signal === undefined ? {} : { signal });
    return { checkpoints: await session.checkpoints() };
  },
});

export const restore = sessionSpec({
  name: "restore",
  title: "Restore a checkpoint",
  description: "Brings the work folder and both environments back to a checkpoint. Later changes are lost.",
  effect: "destroy",
  access: "run",
  input: { type: "object", properties: { name: NAME }, required: ["name"] },
  output: { type: "object", properties: { restored: { type: "string" } }, required: ["restored"] },
  async run({ session }, { name }, { signal }) {
    await session.restore(name, signal === undefined ? {} : { signal });
    return { restored: name };
  },
});
