/** Keeps results within the size that a model's context has room for, and says what was left out. */

/** What was left out of one field of a result. */
export interface Omission {
  /** Name of the field, e.g. `stdout`. */
  field: string;
  /** What is missing, e.g. `12345 characters`. */
  omitted: string;
  /** How to read it. */
  read?: string;
}

/** The beginning and, mostly, the end of a text: errors are usually reported last. */
export function ends(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const head = Math.floor(maxChars / 4);
  const tail = Math.max(0, maxChars - head);
  // A cut must not leave half of a surrogate pair.
  const whole = (part: string): string => part.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, "");
  const end = tail === 0 ? "" : whole(text.slice(-tail));
  return `${whole(text.slice(0, head))}\n[${text.length - head - tail} characters omitted]\n${end}`;
}

/** Applies a function to every string in a JSON value. */
export function mapText(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === "string") return change(value);
  if (Array.isArray(value)) return value.map((item) => mapText(item, change));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, mapText(item, change)]));
}

/**
 * Shortens the longest texts and lists of a result until its JSON has at most `maxChars` characters. Field `omitted` of
 * the result says what is missing and, from `howToRead`, how to get it.
 */
export function fit<T extends object>(
  result: T,
  maxChars: number,
  howToRead: Readonly<Record<string, string>> = {},
): T & { omitted?: Omission[] } {
  let size = JSON.stringify(result).length;
  if (size <= maxChars) return result;
  const copy = structuredClone(result) as Record<string, unknown>;
  const original = new Map<string, number>();
  // Room for `omitted` itself.
  const room = Math.max(0, maxChars - Math.min(1000, Math.floor(maxChars / 4)));
  for (let round = 0; size > room && round < 200; round += 1) {
    const leaf = longestLeaf(copy, "");
    if (leaf === undefined) break;
    const excess = size - room;
    const { value, length } = leaf;
    if (!original.has(leaf.path)) original.set(leaf.path, value.length);
    // Escapes make the JSON longer than the text: shorten in proportion.
    const share = Math.max(0, (length - excess) / length);
    const kept = Math.min(value.length - 1, Math.floor(value.length * share));
    leaf.set(typeof value === "string" ? ends(value, Math.max(0, kept - 40)) : value.slice(0, kept));
    size = JSON.stringify(copy).length;
  }
  const omitted = [...original].map(([path, before]): Omission => {
    const field = path.split(".")[0] ?? path;
    const now = at(copy, path);
    const read = howToRead[field];
    return {
      field: path,
      omitted:
        typeof now === "string"
          ? `${before - now.length} of ${before} characters`
          : `${before - (now as unknown[]).length} of ${before} entries`,
      ...(read === undefined ? {} : { read }),
    };
  });
  return { ...(copy as T), omitted: omitted.slice(0, 10) };
}

interface Leaf {
  path: string;
  value: string | unknown[];
  length: number;
  set(value: string | unknown[]): void;
}

/** The longest text, or list of small entries, by the length of its JSON. */
function longestLeaf(value: unknown, path: string): Leaf | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  let longest: Leaf | undefined;
  for (const [key, item] of Object.entries(value)) {
    const below = path === "" ? key : `${path}.${key}`;
    const set = (short: string | unknown[]): void => {
      (value as Record<string, unknown>)[key] = short;
    };
    const isLeaf = typeof item === "string" || (Array.isArray(item) && item.length > 1);
    const own = isLeaf ? { path: below, value: item, length: JSON.stringify(item).length, set } : undefined;
    const inner = typeof item === "object" ? longestLeaf(item, below) : undefined;
    // A list goes before its entries, unless one entry makes up most of it.
    const leaf =
      own === undefined || (inner !== undefined && inner.length > own.length / 2) ? (inner ?? own) : own;
    if (leaf !== undefined && leaf.length > 200 && (longest === undefined || leaf.length > longest.length)) {
      longest = leaf;
    }
  }
  return longest;
}

function at(value: unknown, path: string): unknown {
  let item = value;
  for (const key of path.split(".")) item = (item as Record<string, unknown> | undefined)?.[key];
  return item ?? "";
}
