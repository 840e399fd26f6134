// Folders that Makefiles install into, by variables that a caller of make may set.

import { readFile } from "node:fs/promises";
import { join } from "node:path";

/** Calls of `make` in a script that set the variables whose folders are outside of the prefix. */
export async function makeVariables(script, work, session) {
  const variables = new Map();
  for (const file of work.filter((path) => /(^|\/)(GNUm|M|m)akefile[^/]*$|\.mk$/.test(path)).slice(0, 20)) {
    const content = await readFile(join(session.workDir, file), "utf8").catch(() => "");
    for (const [, name, value] of content.matchAll(/^\s*([A-Za-z_]\w*)\s*[:?]?=\s*(\/\S*)\s*$/gm)) {
      variables.set(name, value);
    }
  }
  if (variables.size === 0) return [];
  const inPrefix = [...variables]
    .filter(([name]) => !new RegExp(`\\b${name}=`).test(script))
    .map(([name, value]) => `${name}=$PREFIX${tail(value)}`);
  const calls =
    script.match(/\bmake\b[^\n;&|]*\binstall\b[^\n;&|'"]*/g) ?? script.match(/\bmake\b[^\n;&|'"]*/g) ?? [];
  return inPrefix.length === 0
    ? []
    : calls.map((call) => ({ find: call.trimEnd(), replace: `${call.trimEnd()} ${inPrefix.join(" ")}` }));
}

/** `/usr/local/share/x` → `/share/x`; folders that belong to no such tree keep their last part. */
function tail(path) {
  const bare = path.replace(/^\/(?:usr\/local|usr|opt\/local|opt)(?=\/|$)/, "").replace(/\/$/, "");
  const known = /\/(?:s?bin|lib|lib64|share|etc|include|libexec|man|var)(?:\/.*)?$/.exec(bare)?.[0];
  return known ?? (bare === "" ? "" : bare);
}
