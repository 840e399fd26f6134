/** Loading of the native addon, and the shape of what it offers. */

import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { NativeAddonError } from "../errors.js";

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
  listSessions(optionsJson: string): Promise<string>;
  pruneSessions(optionsJson: string): Promise<string>;
  CancelToken: new () => CancelToken;
  OutputFlow: new (pieces: number) => OutputFlow;
}

/** A session on the other side of the border. */
export interface NativeSession {
  pathsJson(): string;
  variantJson(): string;
  setupLog(): string[];
  readBuildScript(): Promise<string>;
  writeBuildScript(text: string): Promise<void>;
  runScript(
    optionsJson: string,
    cancel: CancelToken,
    onOutput?: OutputCallback,
    flow?: OutputFlow,
  ): Promise<string>;
  exec(
    commandJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onOutput?: OutputCallback,
    flow?: OutputFlow,
  ): Promise<string>;
  addPackages(
    specsJson: string,
    optionsJson: string,
    cancel: CancelToken,
    onProgress?: ProgressCallback,
  ): Promise<string>;
  packages(environment: string): Promise<string>;
  createPatch(optionsJson: string): Promise<string>;
  close(optionsJson: string): Promise<void>;
}

let loaded: Native | undefined;

/**
 * The addon for this machine.
 *
 * @throws NativeAddonError that says which were looked for, what to do, and what works without it.
 */
export function native(): Native {
  loaded ??= load();
  return loaded;
}

function load(): Native {
  const triple = machineTriple();
  const file = `sidewinder.${triple}.node`;
  // A checkout of the sources has the addon in its `npm` folder, an installation in a package of its own.
  const candidates = [
    fileURLToPath(new URL(`../../../npm/${triple}/${file}`, import.meta.url)),
    `sidewinder-${triple}`,
  ];
  const require = createRequire(import.meta.url);
  const failures: unknown[] = [];
  for (const candidate of candidates) {
    if (candidate.endsWith(".node") && !existsSync(candidate)) continue;
    try {
      return require(candidate) as Native;
    } catch (error) {
      failures.push(error);
    }
  }
  const reasons = failures.map((error) =>
    error instanceof Error ? error.message.split("\n")[0] : String(error),
  );
  throw new NativeAddonError(
    "NO_NATIVE_ADDON",
    `there is no native addon for ${triple}; looked for ${candidates.join(" and ")}: ${reasons.join("; ")}`,
    {
      cause: failures.at(-1),
      hint:
        `install the package sidewinder-${triple} (npm leaves it out with --omit=optional), or build it with \`npm run build\` ` +
        "in a checkout of the sources. Parsing and rendering recipes works without it",
    },
  );
}

/** Platform, processor and, where there are several, the C library, as the addon's file is named. */
function machineTriple(): string {
  const machine = `${process.platform}-${process.arch}`;
  if (process.platform === "linux") return `${machine}-${usesMusl() ? "musl" : "gnu"}`;
  return process.platform === "win32" ? `${machine}-msvc` : machine;
}

function usesMusl(): boolean {
  const report = process.report?.getReport() as { header?: { glibcVersionRuntime?: string } } | undefined;
  return report?.header !== undefined && report.header.glibcVersionRuntime === undefined;
}
