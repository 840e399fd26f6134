/** Wrong usage of the command line: exit status 2, with the help of the command to read. */
export class UsageError extends Error {
  /** `command`: the words after `sidewinder` whose help tells more. */
  constructor(
    message: string,
    readonly command = "",
  ) {
    super(message);
  }

  /** What `--json` prints of it. */
  toJSON(): object {
    return { name: "UsageError", code: "WRONG_USAGE", message: this.message };
  }
}
