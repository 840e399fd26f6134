/** The JSON text that crosses to the core. */

/** An escape; that of a surrogate only where it has no other half, as pairs are written as they are. */
const ESCAPE = /\\(?:ud[89a-f][0-9a-f]{2}|.)/g;

/** JSON text of a value. Halves of surrogate pairs, which are not text outside of JavaScript, become U+FFFD. */
export function jsonText(value: unknown): string {
  const json = JSON.stringify(value);
  if (!json.includes("\\ud")) return json;
  return json.replace(ESCAPE, (found) => (found.startsWith("\\ud") ? "\ufffd" : found));
}
