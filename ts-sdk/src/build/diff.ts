/** The lines that differ between two texts, for people. */

/** Lines of context around a change. */
const CONTEXT = 3;

/** A unified diff without file names; empty if the texts are equal. */
export function lineDiff(before: string, after: string): string {
  const [left, right] = [before.split("\n"), after.split("\n")];
  const steps = compare(left, right);
  const shown = steps.map((_, index) =>
    steps.slice(Math.max(0, index - CONTEXT), index + CONTEXT + 1).some(({ sign }) => sign !== " "),
  );
  const lines: string[] = [];
  for (const [index, { sign, line, at }] of steps.entries()) {
    if (!shown[index]) continue;
    if (!shown[index - 1]) lines.push(`@@ line ${at} @@`);
    lines.push(sign + line);
  }
  return lines.join("\n");
}

interface Step {
  sign: " " | "-" | "+";
  line: string;
  /** Line number in the first text. */
  at: number;
}

/** The shortest edit: the longest common subsequence of lines stays. */
function compare(left: string[], right: string[]): Step[] {
  const width = right.length + 1;
  const lengths = new Uint32Array((left.length + 1) * width);
  const at = (row: number, column: number): number => lengths[row * width + column] ?? 0;
  for (let row = left.length - 1; row >= 0; row--) {
    for (let column = right.length - 1; column >= 0; column--) {
      lengths[row * width + column] =
        left[row] === right[column]
          ? at(row + 1, column + 1) + 1
          : Math.max(at(row + 1, column), at(row, column + 1));
    }
  }
  const steps: Step[] = [];
  let [row, column] = [0, 0];
  while (row < left.length || column < right.length) {
    const [old, fresh] = [left[row], right[column]];
    if (old !== undefined && old === fresh) {
      steps.push({ sign: " ", line: old, at: ++row });
      column++;
    } else if (old !== undefined && (fresh === undefined || at(row + 1, column) >= at(row, column + 1))) {
      steps.push({ sign: "-", line: old, at: ++row });
    } else {
      steps.push({ sign: "+", line: fresh ?? "", at: row + 1 });
      column++;
    }
  }
  return steps;
}
