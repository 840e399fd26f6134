/** Why a run failed, and the command to type next. */

import type { Finding } from "../../generated/types.js";
import { hasColours } from "../colours.js";

/** A paragraph for each finding; nothing where there is none. `where` names the session: ` --dir DIR`, or nothing. */
export function findingsText(findings: Finding[], where: string): string {
  const bold = hasColours(process.stderr)
    ? (text: string) => `\x1b[1m${text}\x1b[0m`
    : (text: string) => text;
  return findings
    .map(({ message, evidence, suggestions }) => {
      const [best] = suggestions;
      const add =
        best === undefined
          ? ""
          : `  try: sidewinder debug add ${quoted(best.spec)}${best.environment === "build" ? " --build" : ""}${where}\n`;
      return `\n${bold(message)}\n  ${evidence.stream}:${evidence.line}: ${evidence.text.trim()}\n${add}`;
    })
    .join("");
}

/** As one word of a shell. */
function quoted(word: string): string {
  return /^[\w@%+:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
