/** `sidewinder debug checkpoint | restore | checkpoints`: remember a session as it is, and go back. */

import { define } from "../command.js";
import { UsageError } from "../usage.js";
import { WHERE, withSession } from "./where.js";

export const checkpoint = define({
  name: "debug checkpoint",
  operands: "NAME",
  summary: "Remember the work folder and both environments under a name",
  json: "{checkpoint}: its name",
  options: WHERE,
  examples: ["debug checkpoint before"],
  async run({ values, operands, signal }) {
    const name = only(operands, "debug checkpoint");
    await withSession(values, (session) => session.checkpoint(name, { signal }));
    return { data: { checkpoint: name } };
  },
});

export const restore = define({
  name: "debug restore",
  operands: "NAME",
  summary: "Go back to a checkpoint",
  json: "{checkpoint}: its name",
  options: WHERE,
  examples: ["debug restore before"],
  async run({ values, operands, signal }) {
    const name = only(operands, "debug restore");
    await withSession(values, (session) => session.restore(name, { signal }));
    return { data: { checkpoint: name } };
  },
});

export const checkpoints = define({
  name: "debug checkpoints",
  summary: "The names of the checkpoints",
  json: "a list of names",
  options: WHERE,
  examples: ["debug checkpoints"],
  async run({ values }) {
    const names = await withSession(values, (session) => session.checkpoints());
    return { text: names.map((name) => `${name}\n`).join(""), data: names };
  },
});

function only(operands: string[], command: string): string {
  const [name, ...others] = operands;
  if (name === undefined || others.length > 0) throw new UsageError(`\`${command}\` takes one name`, command);
  return name;
}
