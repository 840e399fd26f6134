/** `sidewinder debug packages`: what is installed. */

import type { InstalledPackage } from "../../generated/types.js";
import { command } from "../command.js";
import { print } from "../output.js";
import { hasColors, styleOf } from "../terminal.js";
import { noSessionOperand, WHERE, withSession } from "./where.js";

export default command({
  name: "debug packages",
  usage: ["[options]"],
  about:
    "Lists what is installed in the build and host environments: name, version, build, channel. A star marks what was asked " +
    "for; the rest came in as dependencies.",
  options: {
    build: { type: "boolean", description: "Only the build environment" },
    host: { type: "boolean", description: "Only the host environment" },
    ...WHERE,
  },
  examples: [{ description: "which libraries the build sees", line: "sidewinder debug packages --host" }],
  async run(call) {
    noSessionOperand(call);
    const { values } = call;
    const both = values.build === values.host;
    const environments = (["build", "host"] as const).filter((name) => both || values[name] === true);
    const found = await withSession(values, async (session) => {
      const lists: [string, InstalledPackage[]][] = [];
      for (const name of environments) lists.push([name, await session.packages(name)]);
      return lists;
    });
    print(call, Object.fromEntries(found), () => found.map(listText).join("\n"));
    return 0;
  },
});

function listText([environment, packages]: [string, InstalledPackage[]]): string {
  const style = styleOf(hasColors(process.stdout));
  const cells = packages.map(({ name, version, build, channel, requested }) => [
    `${requested ? "*" : " "} ${name}`,
    version,
    build,
    channel,
  ]);
  const widths = [0, 1, 2].map((at) => Math.max(0, ...cells.map((row) => row[at]?.length ?? 0)));
  const rows = cells.map((row) => row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join("  "));
  return [style.bold(`${environment}: ${packages.length}`), ...rows, ""].join("\n");
}
