/** Errors in how the command line is used. */

import type { ErrorCode } from "../generated/types.js";

/** Wrong usage of the command line; exit status 2. */
export class UsageError extends Error {
  /** What to type instead. */
  readonly hint: string | undefined;

  /** Properties in the JSON output besides message and hint: at least the code. */
  readonly details: { code: ErrorCode; [member: string]: unknown };

  constructor(message: string, hint?: string, details: UsageError["details"] = { code: "USAGE" }) {
    super(message);
    this.hint = hint;
    this.details = details;
  }
}
