/** What the native addon offers. */

import { loadAddon } from "./addon.js";
import type { LogEvent } from "./log.js";

/** Stops what was given it. */
export interface CancelToken {
  cancel(): void;
}

/** Takes output as it comes. */
export type OutputCallback = (stream: "stdout" | "stderr", text: string) => void;

/** Keeps a script from writing faster than its output is taken. */
export interface OutputFlow {
  /** A piece was taken. */
  release(): void;
}

/** Standard input that is written while a script runs. */
export interface StdinWriter {
  /** Passes a piece on; false once nobody will read it. */
  write(piece: Uint8Array): Promise<boolean>;
  end(): void;
}

/** Takes one progress event, as JSON text. */
export type ProgressCallback = (eventJson: string) => void;

/** What the addon offers. Options and results cross as JSON text; what it rejects with has an `ErrorRecord` as message. */
export interface Native {
  createSession(
    variantJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<NativeSession>;
  attachSession(
    dir: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<NativeSession>;
  openTest(
    packagePath: string,
    choiceJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<NativeSession>;
  packageTests(packagePath: string): Promise<string>;
  checkContents(packagePath: string, index: number): Promise<string>;
  withdrawPackage(packagePath: string): Promise<string>;
  findSession(dir: string): string;
  listSessions(optionsJson: string, cancel: CancelToken): Promise<string>;
  pruneSessions(optionsJson: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  solveEnvironments(
    variantJson: string,
    optionsJson: string,
    platformsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<string>;
  examineMachine(optionsJson: string, cancel: CancelToken): Promise<string>;
  /** Takes each event as JSON text; gives the number to remove the listener by. */
  addLogListener(level: string, listener: (eventJson: string) => void): number;
  removeLogListener(id: number): void;
  CancelToken: new () => CancelToken;
  OutputFlow: new (pieces: number) => OutputFlow;
  StdinWriter: new () => StdinWriter;
}

/** A session on the other side of the border. */
export interface NativeSession {
  pathsJson(): string;
  variantJson(): string;
  setupLog(): string[];
  mask(text: string): string;
  usageJson(): string;
  readBuildScript(cancel: CancelToken): Promise<string>;
  writeBuildScript(text: string, cancel: CancelToken): Promise<void>;
  refreshScripts(variantJson: string | undefined, cancel: CancelToken): Promise<void>;
  runScript(
    optionsJson: string,
    cancel: CancelToken,
    onOutput?: OutputCallback,
    flow?: OutputFlow,
    stdin?: StdinWriter,
  ): Promise<string>;
  exec(
    commandJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onOutput?: OutputCallback,
    flow?: OutputFlow,
    stdin?: StdinWriter,
  ): Promise<string>;
  addPackages(
    specsJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<string>;
  removePackages(
    namesJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<string>;
  packages(environment: string, cancel: CancelToken): Promise<string>;
  verifyPackages(cancel: CancelToken): Promise<string>;
  lock(cancel: CancelToken): Promise<string>;
  createPatch(optionsJson: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  sync(
    variantJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<string>;
  package(optionsJson: string, cancel: CancelToken, onProgress?: ProgressCallback): Promise<string>;
  files(cancel: CancelToken): Promise<string>;
  openTest(
    packagePath: string,
    choiceJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<NativeSession>;
  testsJson(): string;
  openTestJson(): string;
  checkpoint(name: string, cancel: CancelToken): Promise<void>;
  restore(name: string, cancel: CancelToken): Promise<void>;
  checkpoints(cancel: CancelToken): Promise<string[]>;
  fork(cancel: CancelToken): Promise<NativeSession>;
  close(optionsJson: string, cancel: CancelToken): Promise<void>;
}

let loaded: Native | undefined;

/**
 * The addon for this machine, loaded when it is first asked for.
 *
 * @throws NativeAddonError that says which were looked for, what to do, and what works without it.
 */
export function native(): Native {
  if (loaded === undefined) {
    loaded = loadAddon() as Native;
    logToStderr(loaded);
  }
  return loaded;
}

/** `SIDEWINDER_LOG=debug` prints log events of the addon on standard error, without a change of the program. */
function logToStderr(addon: Native): void {
  const level = process.env.SIDEWINDER_LOG;
  if (level === undefined || level === "") return;
  try {
    addon.addLogListener(level, (json) => {
      const { level, target, message, fields } = JSON.parse(json) as LogEvent;
      const values = Object.entries(fields).map(([name, value]) => ` ${name}=${JSON.stringify(value)}`);
      process.stderr.write(`${level} ${target}: ${message}${values.join("")}\n`);
    });
  } catch {
    process.stderr.write(
      `SIDEWINDER_LOG: unknown level ${level}; expected error, warn, info, debug or trace\n`,
    );
  }
}
