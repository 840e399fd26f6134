// The search: apply the best fix, try again, go back to where a fix did not help.

import { apply } from "./apply.mjs";
import { attempt, close, PHASES } from "./attempt.mjs";
import { weakened } from "./verify.mjs";

/**
 * Repairs a recipe folder in place.
 *
 * @param {import("./folder.mjs").RecipeFolder} folder
 * @param {{propose: Function}} proposer Names candidates for a failed attempt, best first: the policy, or a model.
 */
export async function repair(folder, proposer, options) {
  const history = [];
  const seen = new Set();
  let attempts = 0;
  const run = async () => {
    attempts += 1;
    return attempt(folder, { ...options, attempt: attempts });
  };
  const frame = async (outcome, trail) => {
    const candidates = await proposer.propose(outcome, folder, { history, ...options });
    return { outcome, trail, candidates: iterator(candidates), checkpoint: await folder.checkpoint() };
  };
  const first = await run();
  if (first.phase === "done")
    return { repaired: true, attempts, edits: [], cause: "the recipe builds", packages: first.packages };
  const stack = [await frame(first, [])];
  seen.add(first.signature);
  try {
    while (stack.length > 0 && attempts < options.maxAttempts) {
      const top = stack.at(-1);
      const next = await top.candidates.next();
      if (next.done) {
        await close(top.outcome);
        stack.pop();
        if (stack.length > 0) await folder.restore(stack.at(-1).checkpoint);
        continue;
      }
      const candidate = next.value;
      const edits = await apply(folder, candidate, top.outcome);
      if (edits === undefined) continue;
      const removed = await weakened(folder.original(), folder);
      if (removed !== undefined) {
        candidate.refused?.(removed);
        await folder.restore(top.checkpoint);
        continue;
      }
      const trail = [
        ...top.trail,
        ...edits.map((edit) => ({ cause: candidate.cause, edit, why: candidate.why })),
      ];
      const outcome = await run();
      history.push({ edits, signature: outcome.signature });
      options.log?.(
        `${edits.join("; ")} → ${outcome.phase === "done" ? "builds" : outcome.signature.split("\n")[0]}`,
      );
      if (outcome.phase === "done") {
        return { repaired: true, attempts, edits: trail, cause: cause(first), packages: outcome.packages };
      }
      if (isProgress(top.outcome, outcome, seen) && stack.length < options.maxDepth) {
        seen.add(outcome.signature);
        stack.push(await frame(outcome, trail));
      } else {
        await close(outcome);
        await folder.restore(top.checkpoint);
      }
    }
    return {
      repaired: false,
      attempts,
      edits: [],
      cause: cause(first),
      last: stack.at(-1)?.outcome.signature ?? first.signature,
    };
  } finally {
    for (const { outcome } of stack) await close(outcome);
  }
}

/** Policies answer with a list, models with one candidate after the other. */
function iterator(candidates) {
  return candidates[Symbol.asyncIterator]?.() ?? candidates[Symbol.iterator]();
}

/** Another failure, not earlier than this one. A failure that was seen before would lead in a circle. */
function isProgress(before, after, seen) {
  if (seen.has(after.signature)) return false;
  return PHASES.indexOf(after.phase) >= PHASES.indexOf(before.phase);
}

/** Why the first attempt failed, in one line. */
export function cause({ phase, error, result, signature, missing }) {
  if (missing !== undefined) return `the build does not install \`${missing}\``;
  if (error !== undefined) return error.message;
  const [finding] = result?.diagnosis ?? [];
  return finding?.message ?? signature ?? phase;
}
