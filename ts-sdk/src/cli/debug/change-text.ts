/** How environments changed, for people. */

import type { EnvironmentChange } from "../../generated/types.js";
import { hasColors, styleOf } from "../terminal.js";

/** One line per package. */
export function changeLines({ added, removed, changed }: EnvironmentChange): string[] {
  const style = styleOf(hasColors(process.stdout));
  return [
    ...added.map(({ name, version, build }) => style.green(`+ ${name} ${version} ${build}`)),
    ...removed.map(({ name, version, build }) => style.red(`- ${name} ${version} ${build}`)),
    ...changed.map(({ from, to }) =>
      style.yellow(`~ ${from.name} ${from.version} ${from.build} -> ${to.version} ${to.build}`),
    ),
  ];
}

/** All lines, or a remark where nothing changed. */
export function changeText(change: EnvironmentChange, unchanged: string): string {
  const lines = changeLines(change);
  return lines.length === 0 ? `${unchanged}\n` : lines.map((line) => `${line}\n`).join("");
}
