/** "Did you mean" suggestions. */

/** Returns the known name closest to a misspelled one, if one is close enough. */
export function closest(name: string, known: readonly string[]): string | undefined {
  // Names are short, so anything longer is not a misspelling.
  if (name.length > 64) return undefined;
  // A unique prefix.
  const begun = name.length < 3 ? [] : known.filter((candidate) => fold(candidate).startsWith(fold(name)));
  if (begun.length === 1) return begun[0];
  const near = known
    .map((candidate) => ({ candidate, edits: distance(fold(name), fold(candidate)) }))
    .sort((a, b) => a.edits - b.edits)[0];
  return near !== undefined && near.edits <= Math.max(1, Math.floor(name.length / 3))
    ? near.candidate
    : undefined;
}

/** Ignores case and separators: `output_dir` and `OutputDir` match `outputDir`. */
function fold(name: string): string {
  return name.replaceAll(/[_-]/g, "").toLowerCase();
}

/** Damerau-Levenshtein distance (optimal string alignment). */
function distance(a: string, b: string): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let row = 1; row <= a.length; row += 1) {
    const line = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const change = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const swap = isSwap ? (twoAbove[column - 2] ?? 0) + 1 : change;
      line.push(Math.min(change, swap, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
    }
    twoAbove = above;
    above = line;
  }
  return above[b.length] ?? 0;
}
