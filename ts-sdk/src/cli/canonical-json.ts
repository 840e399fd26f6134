/** JSON whose text is the same for equal values: sorted keys, no spaces, and `1.0` kept apart from `1`. */

import { randomUUID } from "node:crypto";

/** Marks the text of a float among other texts; new in each process, so that no recipe can contain it. */
const MARK = `float ${randomUUID()} `;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON; floats come as marked texts, which {@link canonicalJson} writes as they stood. */
export function parseKeepingFloats(json: string): unknown {
  const marked = json.replace(TOKEN, (token) =>
    token.startsWith('"') || /^-?\d+$/.test(token) ? token : `"${MARK}${token}"`,
  );
  return JSON.parse(marked);
}

/** The one canonical text of a value that {@link parseKeepingFloats} may have read. */
export function canonicalJson(value: unknown): string {
  if (typeof value === "string" && value.startsWith(MARK)) return value.slice(MARK.length);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
