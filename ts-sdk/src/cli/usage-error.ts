/** A command that was typed wrongly. */

/** Wrong usage of the command line; exit status 2. */
export class UsageError extends Error {
  /** What to type instead. */
  readonly hint: string | undefined;

  /** What it has as JSON beside message and hint: at least its code. */
  readonly details: { code: string; [member: string]: unknown };

  constructor(message: string, hint?: string, details: UsageError["details"] = { code: "USAGE" }) {
    super(message);
    this.hint = hint;
    this.details = details;
  }
}
