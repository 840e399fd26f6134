/** Results of tests, for people. */

import type { TestResult } from "../build/test-session.js";
import { timeText } from "./progress/units.js";
import { printable } from "./terminal.js";

/** Lines of output that are shown of a test that failed. */
const SHOWN_LINES = 20;

/** One line about a test. */
export function testLine({ test, success, durationMs, partName }: TestResult): string {
  const what = printable(`test ${test.index} (${test.kind}: ${test.summary})`);
  if (success) return `${what} passed in ${timeText(durationMs)}`;
  return `${what} failed${partName === undefined ? "" : ` with ${printable(partName)}`}`;
}

/** Several lines about a test that failed: the end of its output, and the findings. */
export function failedTestText(result: TestResult): string {
  const lines = [testLine(result)];
  const output = `${result.stdout}${result.stderr}`.trimEnd();
  if (output !== "")
    lines.push(
      ...output
        .split("\n")
        .slice(-SHOWN_LINES)
        .map((line) => `  ${printable(line)}`),
    );
  if (result.timedOut) lines.push("  timed out");
  else if (result.error === undefined && result.test.kind !== "package-contents")
    lines.push(`  exited with status ${result.exitCode}`);
  for (const { role, message } of result.diagnosis) lines.push(`  ${role}: ${printable(message)}`);
  return lines.join("\n");
}
