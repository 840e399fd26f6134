/** Errors of a fleet, and how errors cross from a worker to its client. */

import { type ErrorData, type ErrorDetails, SidewinderError } from "../errors.js";
import type { ErrorCode, ErrorRecord } from "../generated/types.js";
import { fromRecord } from "../session/failure.js";

/** Codes of errors that a fleet itself raises. */
export type FleetErrorCode = Extract<ErrorCode, `FLEET_${string}`>;

/**
 * An item of a fleet failed, or the fleet itself.
 *
 * What the module threw has the code `FLEET_MODULE_FAILED`, unless it is an error of the SDK, which keeps its own code.
 *
 * @example
 * const [result] = await fleet.run(new URL("./repair.mjs", import.meta.url), [variant], { timeoutMs: 60_000 }).results;
 * if (!result.ok && result.error.code === "FLEET_TIMEOUT") console.error(result.error.message);
 */
export class FleetError extends SidewinderError {
  static override readonly className: string = "FleetError";
  /** What the module threw, as data; only for `FLEET_MODULE_FAILED`. */
  declare readonly thrown?: ThrownData;
  /** Whether running the item again may help; an error that a module throws says so by a property of this name. */
  declare readonly retryable?: true;

  constructor(code: FleetErrorCode, message: string, details: FleetErrorDetails = {}) {
    super(code, message, details);
    if (details.thrown !== undefined) this.thrown = details.thrown;
    if (details.retryable) this.retryable = true;
  }
}

/** What a module threw. */
export interface ThrownData {
  name: string;
  message: string;
  stack?: string;
}

interface FleetErrorDetails extends ErrorDetails {
  thrown?: ThrownData;
  retryable?: boolean;
}

/** An error as data that crosses a queue. What is not an error of the SDK becomes `FLEET_MODULE_FAILED`. */
export function errorToData(error: unknown): ErrorData {
  if (SidewinderError.is(error)) return error.toJSON();
  const { name, message, stack } =
    error instanceof Error ? error : { name: "Error", message: String(error), stack: undefined };
  return new FleetError("FLEET_MODULE_FAILED", `the module threw: ${message}`, {
    thrown: { name, message, ...(stack === undefined ? {} : { stack }) },
    retryable: (error as { retryable?: unknown } | undefined)?.retryable === true,
  }).toJSON();
}

/** The error for data that crossed a queue, of the class that it had. */
export function errorFromData(data: ErrorData): SidewinderError {
  const { code = "INTERNAL", message, hint } = data;
  if (!code.startsWith("FLEET_")) return fromRecord({ ...data, code, message } as ErrorRecord);
  return new FleetError(code as FleetErrorCode, message, {
    hint,
    retryable: isRetryable(data),
    ...(data["thrown"] === undefined ? {} : { thrown: data["thrown"] as ThrownData }),
  });
}

/** Whether running an item again may help: the error says so itself. */
export function isRetryable(error: ErrorData): boolean {
  return error.code === "RESOURCE_EXHAUSTED" || error["retryable"] === true;
}
