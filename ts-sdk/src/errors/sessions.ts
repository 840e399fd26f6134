/** Errors of debug sessions. */

import type { Conflict, ErrorCode, NearestPackages, SyncConflict } from "../generated/types.js";
import { type ErrorDetails, SidewinderError } from "./base.js";

/** The URL and status of a failed request. */
interface AnswerDetails extends ErrorDetails {
  url?: string | undefined;
  status?: number | undefined;
}

/**
 * A channel could not be read. Code `CHANNEL_FAILED`.
 *
 * @example
 * try {
 *   await session.addPackages(["zlib"], { channels: ["./no-such-channel"] });
 * } catch (error) {
 *   if (!ChannelError.is(error)) throw error;
 *   console.log(error.code); // → CHANNEL_FAILED
 * }
 */
export class ChannelError extends SidewinderError {
  static override readonly className: string = "ChannelError";
  /** The channel, without secrets. */
  readonly channel: string;
  /** URL of the failed request without secrets, if a server's answer is the reason. */
  declare readonly url?: string;
  /** HTTP status of the answer, e.g. 403. */
  declare readonly status?: number;

  constructor(code: ErrorCode, message: string, details: AnswerDetails & { channel: string }) {
    super(code, message, details);
    this.channel = details.channel;
    if (details.url !== undefined) this.url = details.url;
    if (details.status !== undefined) this.status = details.status;
  }
}

/**
 * No set of packages satisfies all requirements. Code `SOLVE_FAILED`.
 *
 * @example
 * try {
 *   await session.addPackages(["libgreet >=99"]);
 * } catch (error) {
 *   if (!SolveError.is(error)) throw error;
 *   console.log(error.environment); // → host
 *   console.log(error.explanation); // → No candidates were found for libgreet >=99.
 *   console.log(error.nearest[0].versions); // → [ '1.2.0', '1.1.0' ]
 * }
 */
export class SolveError extends SidewinderError {
  static override readonly className: string = "SolveError";
  /** The environment that was solved. */
  readonly environment: "build" | "host";
  /** The solver's explanation; several lines. */
  readonly explanation: string;
  /** The conflict as data: a graph from the requested specs to the packages that conflict. */
  declare readonly conflict?: Conflict;
  /** For requirements that no package fulfills: names or versions that are near. The hint says the same. */
  readonly nearest: readonly NearestPackages[];

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & {
      environment: "build" | "host";
      explanation: string;
      conflict?: Conflict | undefined;
      nearest?: readonly NearestPackages[] | undefined;
    },
  ) {
    super(code, message, details);
    this.environment = details.environment;
    this.explanation = details.explanation;
    if (details.conflict !== undefined) this.conflict = details.conflict;
    this.nearest = details.nearest ?? [];
  }
}

/**
 * A source could not be downloaded or extracted. Code `SOURCE_FAILED` or `ATTESTATION_UNSUPPORTED`.
 *
 * @example
 * const text = "package: {name: hello, version: '1.0'}\nsource: {path: no-such-file}\n";
 * const [lost] = Stage0Recipe.fromYaml(text, { path: "recipe.yaml" }).render();
 * try {
 *   await DebugSession.create(lost);
 * } catch (error) {
 *   if (!SourceError.is(error)) throw error;
 *   console.log(error.code, error.url);
 * }
 */
export class SourceError extends SidewinderError {
  static override readonly className: string = "SourceError";
  /** URL or path, without secrets. */
  declare readonly url?: string;
  /** HTTP status of the server's answer, if that is the reason, e.g. 404. */
  declare readonly status?: number;

  constructor(code: ErrorCode, message: string, details: AnswerDetails) {
    super(code, message, details);
    if (details.url !== undefined) this.url = details.url;
    if (details.status !== undefined) this.status = details.status;
  }
}

/**
 * The checksum of a source does not match the recipe. Code `CHECKSUM_MISMATCH`.
 *
 * @example
 * const sha256 = "0".repeat(64);
 * const text = `package: {name: hello, version: "1.0"}\nsource: {path: src/greet.sh, sha256: "${sha256}"}\n`;
 * const [other] = Stage0Recipe.fromYaml(text, { path: "recipe.yaml" }).render();
 * try {
 *   await DebugSession.create(other);
 * } catch (error) {
 *   if (!ChecksumError.is(error)) throw error;
 *   console.log(error.expected === sha256); // → true
 * }
 */
export class ChecksumError extends SourceError {
  static override readonly className: string = "ChecksumError";
  /** The checksum in the recipe. */
  readonly expected: string;
  /** The checksum of the file. */
  readonly actual: string;

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & { url?: string | undefined; expected: string; actual: string },
  ) {
    super(code, message, details);
    this.expected = details.expected;
    this.actual = details.actual;
  }
}

/**
 * A patch could not be read, applied or created. Code `PATCH_FAILED`.
 *
 * @example
 * await writeFile(`${session.workDir}/greet.sh`, "echo changed\n");
 * await session.createPatch({ name: "twice" });
 * try {
 *   await session.createPatch({ name: "twice" });
 * } catch (error) {
 *   if (!PatchError.is(error)) throw error;
 *   console.log(error.patch); // → twice.patch
 * }
 */
export class PatchError extends SidewinderError {
  static override readonly className: string = "PatchError";
  /** The patch. */
  readonly patch: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { patch: string }) {
    super(code, message, details);
    this.patch = details.patch;
  }
}

/**
 * A package could not be downloaded, extracted or linked. Code `INSTALL_FAILED` or `RUN_EXPORTS_FAILED`.
 *
 * @example
 * try {
 *   await session.addPackages(["libgreet"]);
 * } catch (error) {
 *   if (!InstallError.is(error)) throw error;
 *   console.error(`${error.package}: ${error.message}`);
 * }
 */
export class InstallError extends SidewinderError {
  static override readonly className: string = "InstallError";
  /** The package, if the failure is about one. */
  declare readonly package?: string;
  /** URL of the failed request without secrets, if a server's answer is the reason. */
  declare readonly url?: string;
  /** HTTP status of the answer, e.g. 404. */
  declare readonly status?: number;

  constructor(code: ErrorCode, message: string, details: AnswerDetails & { package?: string | undefined }) {
    super(code, message, details);
    if (details.package !== undefined) this.package = details.package;
    if (details.url !== undefined) this.url = details.url;
    if (details.status !== undefined) this.status = details.status;
  }
}

/**
 * The session was closed. Code `SESSION_CLOSED`.
 *
 * @example
 * await session.close();
 * try {
 *   await session.runScript();
 * } catch (error) {
 *   console.log(SessionClosedError.is(error)); // → true
 * }
 */
export class SessionClosedError extends SidewinderError {
  static override readonly className: string = "SessionClosedError";
}

/**
 * The session is running something, or another live session uses the folder. Code `SESSION_BUSY`.
 *
 * @example
 * try {
 *   await DebugSession.attach(session.workDir); // open in this process
 * } catch (error) {
 *   console.log(SessionBusyError.is(error)); // → true
 * }
 */
export class SessionBusyError extends SidewinderError {
  static override readonly className: string = "SessionBusyError";
}

/**
 * The native addon for this machine could not be loaded. Code `NO_NATIVE_ADDON`.
 *
 * `hint` names the package to install. `sidewinder/recipe` works without the addon.
 *
 * @example
 * try {
 *   await DebugSession.list();
 * } catch (error) {
 *   if (!NativeAddonError.is(error)) throw error;
 *   console.error(error.hint);
 * }
 */
export class NativeAddonError extends SidewinderError {
  static override readonly className: string = "NativeAddonError";
}

/**
 * Edits in a session and changes of its recipe do not go together. Code `SYNC_CONFLICT`. Nothing was changed.
 *
 * @example
 * try {
 *   await session.sync(variant);
 * } catch (error) {
 *   if (!SyncConflictError.is(error)) throw error;
 *   for (const { path, reason } of error.conflicts) console.error(path, reason);
 * }
 */
export class SyncConflictError extends SidewinderError {
  static override readonly className: string = "SyncConflictError";
  /** The files, by their paths in the work folder, and what conflicts in each. */
  readonly conflicts: readonly SyncConflict[];

  constructor(
    code: ErrorCode,
    message: string,
    details: ErrorDetails & { conflicts: readonly SyncConflict[] },
  ) {
    super(code, message, details);
    this.conflicts = details.conflicts;
  }
}

/**
 * The package cannot be built. Codes `PACKAGE_…`. No package is in the channel folder.
 *
 * @example
 * try {
 *   await session.package();
 * } catch (error) {
 *   if (!PackageError.is(error)) throw error;
 *   console.error(error.code, error.path, error.hint);
 * }
 */
export class PackageError extends SidewinderError {
  static override readonly className: string = "PackageError";
  /** The file that the error is about, if it is about one. */
  readonly path?: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails & { path?: string | undefined }) {
    super(code, message, details);
    if (details.path !== undefined) this.path = details.path;
  }
}
