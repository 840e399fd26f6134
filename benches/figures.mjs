// What a benchmark measured, as a file for other programs.
//
// A figure has a `name`, a `unit` and a `value`; compared with the reference also the `reference` value and the
// `ratio`, which is the median of those of the rounds where there are rounds; `bar` is the highest ratio that is allowed.

import { writeFileSync } from "node:fs";

/** Writes figures to a file; without one, does nothing. */
export function keepFigures(file, figures) {
  if (file !== undefined) writeFileSync(file, `${JSON.stringify(figures, undefined, 2)}\n`);
}
