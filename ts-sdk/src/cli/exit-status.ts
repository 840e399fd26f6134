/** Exit statuses, the same for every command. */

/** Exit statuses by name. */
export const EXIT = {
  done: 0,
  /** The command failed. */
  failed: 1,
  /** Wrong usage. */
  usage: 2,
  /** `--timeout` expired. */
  timedOut: 124,
  /** `run`, `exec` and `shell`: sidewinder itself failed. Other statuses are those of the program that ran. */
  notRun: 125,
} as const;

/** Lines for the help. */
export const EXIT_HELP: readonly [string, string][] = [
  ["0", "success"],
  ["1", "failure, or `check` found errors, or `lint` found warnings"],
  ["2", "wrong usage"],
  ["124", "`run` and `exec`: --timeout expired"],
  ["125", "`run`, `exec`, `shell`: sidewinder itself failed; any other status is that of the program"],
  ["128+n", "stopped by signal n: 130 for Ctrl-C, 143 for SIGTERM, 129 when the terminal closed"],
];
