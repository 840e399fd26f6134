/** JSON whose text is the same for equal values: sorted keys, no spaces, and `1.0` kept apart from `1`. */

import { randomUUID } from "node:crypto";

/** Marks strings that hold a float; random, so that no recipe can contain it. */
const MARK = `float ${randomUUID()} `;
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON and keeps floats as marked strings, which {@link canonicalJson} writes unchanged. */
export function parseKeepingFloats(json) {
  const marked = json.replace(TOKEN, (token) =>
    token.startsWith('"') || /^-?\d+$/.test(token) ? token : `"${MARK}${token}"`,
  );
  return JSON.parse(marked);
}

/** The canonical text of a value, which {@link parseKeepingFloats} may have returned. */
export function canonicalJson(value) {
  if (typeof value === "string" && value.startsWith(MARK)) return value.slice(MARK.length);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`);
  return `{${members.join(",")}}`;
}
