/** Commands that continue where the last one ended: folder, variables, functions and shell options are saved in between. */

import { join } from "node:path";
import type { DebugSession } from "../../session/session.js";
import { invalidInput } from "./input.js";

/** Name of the file with the saved state, next to the work folder, so that it is in no patch. */
const STATE = "agent_shell.sh";

/** Wraps a command so that it restores the saved state first and saves it when it ends, also by `exit`. */
export function persistentCommand(tool: string, session: DebugSession, command: string): string {
  if (process.platform === "win32") {
    throw invalidInput(tool, "a persistent shell needs bash", 'leave out `shell: "persistent"`');
  }
  const file = quote(join(session.paths.buildDir, STATE));
  // `declare -p` also lists read-only variables and those of bash itself, which cannot be assigned.
  const save = [
    `{ declare -p | grep -Ev '^declare -[a-zA-Z]*r|^declare -[-a-zA-Z]* (BASH|FUNCNAME|DIRSTACK|GROUPS|PIPESTATUS|_=|SHELLOPTS|PWD=|OLDPWD=|SHLVL=)'`,
    `declare -f`,
    `set +o`,
    `printf 'cd -- %q\\n' "$PWD"; } > ${file} 2>/dev/null`,
  ].join("; ");
  return [
    `__sidewinder_save() { __sidewinder_status=$?; ${save}; exit "$__sidewinder_status"; }`,
    `if [ -f ${file} ]; then . ${file} 2>/dev/null; fi`,
    "trap __sidewinder_save EXIT",
    command,
  ].join("\n");
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
