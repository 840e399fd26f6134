/** Base class of the SDK's errors: a stable `code`, an optional `hint`, and a type test that works across package copies. */

import type { ErrorCode } from "../generated/types.js";

/** Shared by every copy of the package in one process, so that {@link SidewinderError.is} works across them. */
const BRAND = Symbol.for("sidewinder.error");

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
/** Maximum depth of the chain of causes in {@link ErrorData}. */
const MAX_CAUSES = 8;

/** An error as plain data. */
export interface ErrorData {
  /** Name of the class. */
  name: string;
  /** The message. */
  message: string;
  /** Stable identifier, e.g. `SOLVE_FAILED`. */
  code?: string;
  /** How to fix it. */
  hint?: string;
  /** The cause, at most eight levels deep. */
  cause?: ErrorData;
  /** Properties of the error's class: `diagnostics`, `explanation`, `url` … */
  [field: string]: unknown;
}

/** Optional details of an error. */
export interface ErrorDetails {
  /** How to fix it. */
  hint?: string | undefined;
  /** The cause. */
  cause?: unknown;
}

/**
 * Base of all errors that the SDK throws.
 *
 * Test with {@link SidewinderError.is}: unlike `instanceof` it works when two copies of the package are loaded, and
 * every subclass has its own.
 *
 * @example
 * try {
 *   Stage0Recipe.fromYaml("package: [");
 * } catch (error) {
 *   if (!SidewinderError.is(error)) throw error;
 *   console.log(error.name, error.code); // → RecipeParseError RECIPE_INVALID
 * }
 */
export class SidewinderError extends Error {
  /** Name of the class; does not change when code is minified. */
  static readonly className: string = "SidewinderError";

  /** Stable identifier, e.g. `SOLVE_FAILED`. */
  readonly code: ErrorCode;
  /** How to fix it, if there is a known fix. */
  declare readonly hint?: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.hint !== undefined) this.hint = details.hint;
    Object.defineProperty(this, "name", { value: new.target.className, configurable: true });
    Object.defineProperty(this, BRAND, { value: lineage(new.target) });
  }

  /**
   * The error as plain data: name, code, message, hint, properties of its class, and its causes.
   *
   * `structuredClone` and `postMessage` turn an error into a plain `Error` with name, message and cause, but without its
   * code. Send `error.toJSON()` instead.
   */
  toJSON(): ErrorData {
    const { name, code, message } = this;
    return { name, code, message, ...ownData(this), ...causeOf(this, 0) };
  }

  /** @internal The stack followed by the error's properties, for `console.log` in Node.js. */
  [INSPECT](_depth: number, options: object, inspect?: (value: unknown, options: object) => string): string {
    const shown = String(this.stack ?? this);
    if (inspect === undefined) return shown;
    const { hint, ...data } = ownData(this);
    const lines = Object.entries({ code: this.code, ...(hint === undefined ? {} : { hint }), ...data }).map(
      ([key, value]) => {
        const written = typeof value === "string" ? value : inspect(value, { ...options, depth: 4 });
        return `  ${key}: ${written.replaceAll("\n", "\n    ")}`;
      },
    );
    // Not with `inspect`: chains of causes may be circular.
    for (let { cause } = causeOf(this, 0); cause !== undefined; cause = cause.cause) {
      const code = cause.code === undefined ? "" : ` [${cause.code}]`;
      lines.push(`  cause: ${cause.name}: ${cause.message.replaceAll("\n", "\n    ")}${code}`);
    }
    return [shown, ...lines].join("\n");
  }

  /** Whether a value is an error of this class, created by this or another copy of the package. */
  static is<E extends SidewinderError>(this: ErrorClass<E>, error: unknown): error is E {
    if (typeof error !== "object" || error === null) return false;
    const names: unknown = (error as Record<symbol, unknown>)[BRAND];
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class that `is` was called on, often a subclass
    return Array.isArray(names) && names.includes(this.className);
  }
}

function ownData(error: SidewinderError): Record<string, unknown> & { hint?: string } {
  const rest = Object.entries(error).filter(([key]) => key !== "code" && key !== "name" && key !== "cause");
  return Object.fromEntries(rest);
}

function causeOf({ cause }: Error, depth: number): { cause?: ErrorData } {
  if (cause === undefined || depth === MAX_CAUSES) return {};
  if (SidewinderError.is(cause) && typeof cause.toJSON === "function") {
    const { name, code, message } = cause;
    return { cause: { name, code, message, ...ownData(cause), ...causeOf(cause, depth + 1) } };
  }
  if (!(cause instanceof Error)) return { cause: { name: "Error", message: describe(cause) } };
  const { code } = cause as { code?: unknown };
  const { name, message } = cause;
  return {
    cause: { name, message, ...(typeof code === "string" ? { code } : {}), ...causeOf(cause, depth + 1) },
  };
}

/** A message for a thrown value that is not an error. */
function describe(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  const { message } = thrown as { message?: unknown };
  return typeof message === "string" ? message : Object.prototype.toString.call(thrown);
}

/** An error class. */
interface ErrorClass<E> {
  readonly className: string;
  readonly prototype: E;
}

function lineage(start: typeof SidewinderError): string[] {
  const names: string[] = [];
  for (let at = start; typeof at.className === "string"; at = Object.getPrototypeOf(at))
    names.push(at.className);
  return names;
}
