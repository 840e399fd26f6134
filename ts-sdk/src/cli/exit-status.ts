/** Exit statuses, the same for every command. */

/** What the process ends with. */
export const EXIT = {
  done: 0,
  /** It could not be done; the error says why. */
  failed: 1,
  /** The command was typed wrongly. */
  usage: 2,
  /** The time of `--timeout` was over. */
  timedOut: 124,
  /** `run`, `exec` and `shell`: sidewinder itself failed, so that this is no status of what was to run. */
  notRun: 125,
} as const;

/** For the help: one line each. */
export const EXIT_HELP: readonly [string, string][] = [
  ["0", "done"],
  ["1", "it could not be done, or `check` found errors"],
  ["2", "wrong usage"],
  ["124", "`run` and `exec`: the time of --timeout was over"],
  ["125", "`run`, `exec`, `shell`: sidewinder itself failed; every other status is that of what ran"],
  ["128+n", "stopped by signal n: 130 by Ctrl-C, 143 by SIGTERM, 129 as the terminal closed"],
];
