/** A command that was typed wrongly. */

/** Wrong usage of the command line; exit status 2. */
export class UsageError extends Error {
  /** What to type instead. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
