// A policy without a model: what each failure offers, best first.

import { packageErrors } from "./package-errors.mjs";
import { recipeErrors } from "./recipe-errors.mjs";
import { runFailures } from "./run-failures.mjs";
import { solveErrors } from "./solve-errors.mjs";
import { sourceErrors } from "./source-errors.mjs";
import { testFailures } from "./test-failures.mjs";

/**
 * A candidate has the `cause` that it is about, `why` it may help, and `changes` as `apply.mjs` makes them.
 *
 * @typedef {{cause: string, why: string, changes: object[]}} Candidate
 */
export const policy = {
  /** @returns {Promise<Candidate[]>} */
  async propose(outcome, folder, context) {
    switch (outcome.phase) {
      case "recipe":
        return recipeErrors(outcome, folder, context);
      case "setup":
        return [
          ...(await solveErrors(outcome, folder, context)),
          ...(await sourceErrors(outcome, folder, context)),
        ];
      case "run":
        return runFailures(outcome, folder, context);
      case "package":
        return packageErrors(outcome, folder, context);
      case "test":
        return testFailures(outcome, folder, context);
      default:
        return [];
    }
  },
};
