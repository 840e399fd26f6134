/** `sidewinder debug add | packages`: what the environments have. */

import type { EnvironmentChange } from "../../generated/types.js";
import { define, given } from "../command.js";
import { Progress } from "../progress.js";
import { UsageError } from "../usage.js";
import { WHERE, withSession } from "./where.js";

const BUILD = { type: "boolean", about: "the build environment, not the host environment" } as const;

export const add = define({
  name: "debug add",
  operands: "SPEC...",
  summary: "Add packages to the host environment, or to the build environment",
  json: "{added, removed, changed}: an `EnvironmentChange`",
  options: {
    ...WHERE,
    build: BUILD,
    channel: {
      type: "string",
      short: "c",
      multiple: true,
      value: "CHANNEL",
      about: "where packages come from; the session's channels if not given",
    },
  },
  examples: ["debug add make cmake --build", "debug add 'zlib >=1.3'"],
  async run({ values, operands, signal }) {
    if (operands.length === 0) throw new UsageError("`debug add` needs a package", "debug add");
    const progress = new Progress(values);
    return await withSession(values, async (session) => {
      const change = await session.addPackages(operands, {
        environment: values.build ? "build" : "host",
        signal,
        onProgress: progress.take,
        ...given({ channels: values.channel }),
      });
      return { text: changeText(change), data: change };
    }).finally(() => progress.end());
  },
});

export const packages = define({
  name: "debug packages",
  summary: "The packages of the host environment, or of the build environment",
  details: "Packages that were asked for, not only needed by others, have a star.",
  json: "a list of {name, version, build, channel, subdir, requested}",
  options: { ...WHERE, build: BUILD },
  examples: ["debug packages", "debug packages --build --json"],
  async run({ values }) {
    return await withSession(values, async (session) => {
      const installed = await session.packages(values.build ? "build" : "host");
      const lines = installed.map(
        ({ name, version, build, requested }) => `${requested ? "*" : " "} ${name} ${version} ${build}\n`,
      );
      return { text: lines.join(""), data: installed };
    });
  },
});

function changeText({ added, removed, changed }: EnvironmentChange): string {
  return [
    ...added.map(({ name, version, build }) => `+ ${name} ${version} ${build}`),
    ...removed.map(({ name, version, build }) => `- ${name} ${version} ${build}`),
    ...changed.map(
      ({ from, to }) => `~ ${from.name} ${from.version} ${from.build} -> ${to.version} ${to.build}`,
    ),
  ]
    .map((line) => `${line}\n`)
    .join("");
}
