// Checks the wording of messages, help, docs, comments and names against the word list in `scripts/wording`.
//
// usage: node scripts/wording.mjs [PATH...]
//   with paths: lists everything found there, in files that are pending as well

import { StepFailed, say, script } from "./run.mjs";
import { checkWording } from "./wording/check.mjs";

await script(() => {
  const paths = process.argv.slice(2);
  const { findings, pending, stale } = checkWording(paths);
  const shown = paths.length > 0 ? [...findings, ...pending] : findings;
  for (const { file, line, text, found, write } of shown)
    process.stdout.write(`${file}:${line}: "${found}": write ${write}\n    ${text}\n`);
  if (paths.length > 0) {
    say(`${shown.length} found`);
    return shown.length === 0 ? 0 : 1;
  }
  for (const entry of stale)
    process.stdout.write(`scripts/wording/exceptions.mjs: no longer needed: ${entry}\n`);
  if (findings.length + stale.length > 0)
    throw new StepFailed(
      `${findings.length} listed words, ${stale.length} entries that are no longer needed`,
    );
  say(`Wording is fine; ${pending.length} listed words in files that are still pending`);
  return 0;
});
