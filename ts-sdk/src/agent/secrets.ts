/** Secrets that the recipe names, kept out of what tools give to a model. */

import type { DebugSession } from "../session/session.js";

const MASK = "********";

/**
 * A text without the values that secrets of the session have in this process, as in the output of scripts: a build may have
 * written them to a file.
 */
export function masked(session: DebugSession, text: string): string {
  const { script } = session.variant.recipe.build ?? {};
  const names = typeof script === "object" && !Array.isArray(script) ? (script.secrets ?? []) : [];
  const values = names.map((name) => process.env[name] ?? "").filter((value) => value !== "");
  // The longest first: one may be the beginning of another.
  return values
    .sort((a, b) => b.length - a.length)
    .reduce((rest, value) => rest.replaceAll(value, MASK), text);
}
