// Generated from the addon's Rust code by `node scripts/native-types.mjs`. Do not edit.

import type { LogCallback, OutputCallback, ProgressCallback } from "../session/native.js";

/** What the addon exports. Options and results are JSON text; errors have an `ErrorRecord` as message. */
export interface Native {
  /**
   * Adds a listener for events of a level and above (`error`, `warn`, `info`, `debug`, `trace`), each as JSON text. Gives the
   * number to remove it by.
   */
  addLogListener(level: string, callback: LogCallback): number;
  /** Takes up a session that an earlier process left; see `DebugSession::attach`. */
  attachSession(dir: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<NativeSession>;
  /** Runs a test of a package's contents; its result as JSON text. See `DebugSession::check_contents`. */
  checkContents(packagePath: string, index: number): Promise<string>;
  /** Sets up a session; see `DebugSession::create`. */
  createSession(variant: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<NativeSession>;
  /** What works on this machine, as JSON text; see `doctor::examine`. */
  examineMachine(options: string, cancel: CancelToken): Promise<string>;
  /** The folders of a session that may be in use, as JSON text; see `DebugSession::find`. */
  findSession(dir: string): string;
  /** The sessions of this machine, as JSON text; see `DebugSession::list`. */
  listSessions(options: string, cancel: CancelToken): Promise<string>;
  /** Sets up the environment of a test; see `DebugSession::open_test`. */
  openTest(packagePath: string, choice: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<NativeSession>;
  /** The tests of a finished package as JSON text; see `DebugSession::package_tests`. */
  packageTests(packagePath: string): Promise<string>;
  /** Removes what sessions left behind; which, as JSON text; see `DebugSession::prune`. */
  pruneSessions(options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** Removes a listener. */
  removeLogListener(id: number): void;
  /** Finds packages by name or by their files; the result as JSON text. See `environment::search`. */
  searchChannels(request: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** Chooses packages for each of the platforms (JSON text of a list) and installs nothing; the locks as JSON text. */
  solveEnvironments(variant: string, options: string, platforms: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** Takes a package out of its channel folder; its new path. See `DebugSession::withdraw`. */
  withdrawPackage(packagePath: string): Promise<string>;
  CancelToken: new () => CancelToken;
  OutputFlow: new (pieces: number) => OutputFlow;
  StdinWriter: new () => StdinWriter;
}

/** Stops the calls it was given to. The SDK wires it to an `AbortSignal`. */
export interface CancelToken {
  /** Stops all calls that hold the token. */
  cancel(): void;
}

/** One session. */
export interface NativeSession {
  /** Builds a package; what was built as JSON text. See `DebugSession::package`. */
  package(options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** The files that the package would contain, as JSON text. See `DebugSession::files`. */
  files(cancel: CancelToken): Promise<string>;
  /** Its folders and files, as JSON text. */
  pathsJson(): string;
  /** The rendered variant it was made from, as JSON text. */
  variantJson(): string;
  /** What the set-up logged, line by line. */
  setupLog(): Array<string>;
  /** A text without the secrets that the recipe names; see `DebugSession::mask`. */
  mask(text: string): string;
  /** What all its runs used, as JSON text. */
  usageJson(): string;
  /** The build script on disk. */
  readBuildScript(cancel: CancelToken): Promise<string>;
  /** Replaces the build script. */
  writeBuildScript(text: string, cancel: CancelToken): Promise<undefined>;
  /** Runs the build script; the result as JSON text. */
  runScript(options: string, cancel: CancelToken, onOutput?: OutputCallback, flow?: OutputFlow, stdin?: StdinWriter): Promise<string>;
  /** Runs one command (JSON text of a string or a list of strings) in the activated environment. */
  exec(command: string, options: string, cancel: CancelToken, onOutput?: OutputCallback, flow?: OutputFlow, stdin?: StdinWriter): Promise<string>;
  /** Adds packages to an environment; what changed as JSON text. */
  addPackages(specs: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** Removes packages from an environment; what changed as JSON text. */
  removePackages(names: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** What is installed in an environment, as JSON text. */
  packages(environment: string, cancel: CancelToken): Promise<string>;
  /** Reads all shared files of installed packages and compares checksums; those that were edited, as JSON text. */
  verifyPackages(cancel: CancelToken): Promise<string>;
  /** The exact packages of both environments, as JSON text. */
  lock(cancel: CancelToken): Promise<string>;
  /** Makes a patch of what changed in the work folder; the patch as JSON text. */
  createPatch(options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** Writes the scripts again, for another variant if one is given. */
  refreshScripts(variant: string | undefined, cancel: CancelToken): Promise<undefined>;
  /** Brings the session in line with a changed recipe; what was done as JSON text. */
  sync(variant: string, options: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  /** Carries edits of the build script into the recipe; what was changed as JSON text. */
  updateRecipeScript(options: string, cancel: CancelToken): Promise<string>;
  /** Saves the session's folders as a checkpoint. */
  checkpoint(name: string, cancel: CancelToken): Promise<undefined>;
  /** Makes the session's folders what they were at a checkpoint. */
  restore(name: string, cancel: CancelToken): Promise<undefined>;
  /** The names of all checkpoints. */
  checkpoints(cancel: CancelToken): Promise<Array<string>>;
  /** An independent copy of the session. */
  fork(cancel: CancelToken): Promise<NativeSession>;
  /** Ends what runs and removes what the session may remove. */
  close(options: string, cancel: CancelToken): Promise<undefined>;
  /** The tests of the recipe as JSON text; see `DebugSession::tests`. */
  testsJson(): string;
  /** Sets up the environment of a test; see `DebugSession::open_own_test`. */
  openTest(packagePath: string, choice: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<NativeSession>;
  /** The test that the session is about as JSON text, `null` for a build. */
  openTestJson(): string;
}

/** Keeps a script from writing faster than JavaScript takes its output. */
export interface OutputFlow {
  /** A piece was taken. */
  release(): void;
}

/** Standard input that is written while the script runs; for one run. */
export interface StdinWriter {
  /** Passes a piece on; false once nobody will read it. */
  write(piece: Uint8Array): Promise<boolean>;
  /** The script reads the end of file after what was written. */
  end(): void;
}
