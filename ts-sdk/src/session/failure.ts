/** What the addon rejects with, made into the SDK's errors. */

import {
  ChannelError,
  ChecksumError,
  InstallError,
  PackageError,
  PatchError,
  SessionBusyError,
  SessionClosedError,
  SidewinderError,
  SolveError,
  SourceError,
  SyncConflictError,
} from "../errors.js";
import type { ErrorRecord } from "../generated/types.js";

/** The error of the SDK for what the addon rejected with. */
export function fromNative(error: unknown): SidewinderError {
  if (SidewinderError.is(error)) return error;
  const record = readRecord(error);
  if (record === undefined) {
    const reason = error instanceof Error ? error.message : String(error);
    return new SidewinderError("INTERNAL", `internal error: ${reason}`, {
      cause: error,
      hint: "this is a mistake in sidewinder; please report it",
    });
  }
  return fromRecord(record);
}

/** The error of the SDK for an error as data. */
export function fromRecord(record: ErrorRecord): SidewinderError {
  const {
    code,
    message,
    hint,
    channel = "",
    explanation = "",
    patch = "",
    expected = "",
    actual = "",
    url,
    status,
    conflict,
    nearest,
  } = record;
  const environment = record.environment === "build" ? "build" : "host";
  switch (code) {
    case "CHANNEL_FAILED":
      return new ChannelError(code, message, { hint, channel, url, status });
    case "SOLVE_FAILED":
      return new SolveError(code, message, { hint, environment, explanation, conflict, nearest });
    case "SOURCE_FAILED":
    case "ATTESTATION_UNSUPPORTED":
      return new SourceError(code, message, { hint, url, status });
    case "CHECKSUM_MISMATCH":
      return new ChecksumError(code, message, { hint, url, expected, actual });
    case "PATCH_FAILED":
      return new PatchError(code, message, { hint, patch });
    case "INSTALL_FAILED":
    case "RUN_EXPORTS_FAILED":
      return new InstallError(code, message, { hint, package: record.package, url, status });
    case "SYNC_CONFLICT":
      return new SyncConflictError(code, message, { hint, conflicts: record.conflicts ?? [] });
    case "SESSION_BUSY":
      return new SessionBusyError(code, message, { hint });
    case "SESSION_CLOSED":
      return new SessionClosedError(code, message, { hint });
    default:
      if (code.startsWith("PACKAGE_")) return new PackageError(code, message, { hint, path: record.path });
      return new SidewinderError(code, message, { hint });
  }
}

/** Whether the addon rejected because it was told to stop. */
export function isCancelled(error: unknown): boolean {
  return readRecord(error)?.code === "CANCELLED";
}

function readRecord(error: unknown): ErrorRecord | undefined {
  if (!(error instanceof Error)) return undefined;
  try {
    const record = JSON.parse(error.message) as Partial<ErrorRecord> | null;
    if (typeof record?.code === "string" && typeof record.message === "string") return record as ErrorRecord;
  } catch {
    // Not one of the addon's own errors.
  }
  return undefined;
}
