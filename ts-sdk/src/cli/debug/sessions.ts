/** `sidewinder debug workdir | close | list | prune`: where sessions are, and their end. */

import { rm } from "node:fs/promises";
import type { SessionInfo } from "../../generated/types.js";
import { DebugSession } from "../../session/session.js";
import { define } from "../command.js";
import { sessionDir, WHERE } from "./where.js";

const INFOS = "a list of {state, name, version, buildString, dir, created, process}";

export const workdir = define({
  name: "debug workdir",
  summary: "Print the work folder",
  json: "{workDir}",
  options: WHERE,
  examples: ["debug workdir"],
  async run({ values }) {
    const workDir = sessionDir(values);
    return { text: `${workDir}\n`, data: { workDir } };
  },
});

export const close = define({
  name: "debug close",
  summary: "End the session and remove its build folder",
  json: "{buildDir}: what was removed",
  options: WHERE,
  examples: ["debug close"],
  async run({ values }) {
    const session = await DebugSession.attach(sessionDir(values));
    const { buildDir } = session.paths;
    await session.close();
    // `close` leaves what lies in an output folder that somebody named; here its end was asked for.
    await rm(buildDir, { recursive: true, force: true });
    return { text: `${buildDir}\n`, data: { buildDir } };
  },
});

export const list = define({
  name: "debug list",
  summary: "All sessions of this machine: live, kept or dead",
  json: INFOS,
  options: {},
  examples: ["debug list"],
  async run() {
    const infos = await DebugSession.list();
    return { text: infos.map(sessionLine).join(""), data: infos };
  },
});

export const prune = define({
  name: "debug prune",
  summary: "Remove what dead sessions left",
  json: INFOS,
  options: { kept: { type: "boolean", about: "also the folders of sessions that were left on purpose" } },
  examples: ["debug prune", "debug prune --kept"],
  async run({ values }) {
    const infos = await DebugSession.prune({ kept: values.kept });
    return { text: infos.map(sessionLine).join(""), data: infos };
  },
});

function sessionLine({ state, name, version, buildString, dir }: SessionInfo): string {
  return `${state} ${name} ${version} ${buildString} ${dir}\n`;
}
