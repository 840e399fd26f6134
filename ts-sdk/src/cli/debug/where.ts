/** Which session a command works on. */

import { resolve } from "node:path";
import { DebugSession } from "../../session/session.js";
import { type Call, given, noOperands, type OptionSpecs, type Values } from "../command.js";
import { shellWord } from "../output.js";

const group = "Which session";

/** Options that say which session. */
export const WHERE = {
  "output-dir": {
    type: "string",
    value: "DIR",
    default: "output",
    group,
    description: "The latest session of this output folder",
  },
  dir: { type: "string", value: "DIR", group, description: "The session with this work or build folder" },
} as const satisfies OptionSpecs;

/** Options for commands that ask channels. */
export const ACCESS = {
  offline: { type: "boolean", description: "Use nothing but caches and local channels" },
  "auth-file": {
    type: "string",
    value: "FILE",
    description: "Credentials; default: the store that conda tools share",
  },
} as const satisfies OptionSpecs;

/** What {@link WHERE} parses to. */
export type Where = Values<typeof WHERE>;

/** Refuses operands: which session it is, options say. */
export function noSessionOperand(call: Call): void {
  noOperands(
    call,
    "it works on a session that `sidewinder debug setup` made; --dir DIR takes another than the latest",
  );
}

/** Takes up the session, does something with it, and leaves it where it is. */
export async function withSession<T>(
  where: Where,
  use: (session: DebugSession) => Promise<T>,
  access: Partial<Values<typeof ACCESS>> = {},
): Promise<T> {
  const { offline, "auth-file": file } = access;
  const auth = file === undefined ? undefined : { file: resolve(file) };
  const session = await DebugSession.attach(sessionDir(where), given({ offline, auth }));
  try {
    return await use(session);
  } finally {
    await session.close({ keep: true });
  }
}

/** The folder that says which session it is: the one given, or the output folder, which stands for its latest session. */
export function sessionDir(where: Where): string {
  return resolve(where.dir ?? where["output-dir"]);
}

/** The options that lead a further command to the same session, to be shown to people. */
export function whereOptions(where: Where): string {
  if (where.dir !== undefined) return ` --dir ${shellWord(where.dir)}`;
  const { "output-dir": folder } = where;
  return folder === WHERE["output-dir"].default ? "" : ` --output-dir ${shellWord(folder)}`;
}
