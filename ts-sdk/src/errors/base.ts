/** What all errors of the SDK have: a stable `code`, a `hint` where there is one, and a test that works across copies. */

/** Known to every copy of the package in one process, so that {@link SidewinderError.is} works across them. */
const BRAND = Symbol.for("sidewinder.error");

const INSPECT = Symbol.for("nodejs.util.inspect.custom");
/** Causes of causes are told so far. */
const MOST_CAUSES = 8;

/** An error as plain data. */
export interface ErrorData {
  /** Name of the class. */
  name: string;
  /** What went wrong. */
  message: string;
  /** Stable identifier, e.g. `SOLVE_FAILED`. */
  code?: string;
  /** What to do about it. */
  hint?: string;
  /** What led to it, at most eight deep. */
  cause?: ErrorData;
  /** What the error's class has beside: `diagnostics`, `explanation`, `url` … */
  [field: string]: unknown;
}

/** What every error may carry beside its message. */
export interface ErrorDetails {
  /** What to do about it. */
  hint?: string | undefined;
  /** What led to it. */
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
  readonly code: string;
  /** What to do about it, apart from the message. */
  declare readonly hint?: string;

  constructor(code: string, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    if (details.hint !== undefined) this.hint = details.hint;
    Object.defineProperty(this, "name", { value: new.target.className, configurable: true });
    Object.defineProperty(this, BRAND, { value: lineage(new.target) });
  }

  /**
   * The error as plain data: name, code, message, hint, what its class has beside, and its causes.
   *
   * What `structuredClone` and `postMessage` make of an error is a plain `Error`: its name, message and cause, no code.
   * Send `error.toJSON()` instead.
   */
  toJSON(): ErrorData {
    const { name, code, message } = this;
    return { name, code, message, ...ownData(this), ...causeOf(this, 0) };
  }

  /** @internal The stack and below it what the error has beside, as `console.log` shows it in Node.js. */
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
    // Not by `inspect`: causes may lead in a circle.
    for (let { cause } = causeOf(this, 0); cause !== undefined; cause = cause.cause) {
      const code = cause.code === undefined ? "" : ` [${cause.code}]`;
      lines.push(`  cause: ${cause.name}: ${cause.message.replaceAll("\n", "\n    ")}${code}`);
    }
    return [shown, ...lines].join("\n");
  }

  /** Whether a value is an error of this class, made by this or any other copy of the package. */
  static is<E extends SidewinderError>(this: ErrorClass<E>, error: unknown): error is E {
    if (typeof error !== "object" || error === null) return false;
    const names: unknown = (error as Record<symbol, unknown>)[BRAND];
    // biome-ignore lint/complexity/noThisInStatic: `this` is the class that was asked, often a subclass
    return Array.isArray(names) && names.includes(this.className);
  }
}

function ownData(error: SidewinderError): Record<string, unknown> & { hint?: string } {
  const rest = Object.entries(error).filter(([key]) => key !== "code" && key !== "name" && key !== "cause");
  return Object.fromEntries(rest);
}

function causeOf({ cause }: Error, depth: number): { cause?: ErrorData } {
  if (cause === undefined || depth === MOST_CAUSES) return {};
  if (SidewinderError.is(cause) && typeof cause.toJSON === "function") {
    const { name, code, message } = cause;
    return { cause: { name, code, message, ...ownData(cause), ...causeOf(cause, depth + 1) } };
  }
  if (!(cause instanceof Error)) return { cause: { name: "Error", message: told(cause) } };
  const { code } = cause as { code?: unknown };
  const { name, message } = cause;
  return {
    cause: { name, message, ...(typeof code === "string" ? { code } : {}), ...causeOf(cause, depth + 1) },
  };
}

/** What was thrown though it is no error. */
function told(thrown: unknown): string {
  if (typeof thrown !== "object" || thrown === null) return String(thrown);
  const { message } = thrown as { message?: unknown };
  return typeof message === "string" ? message : Object.prototype.toString.call(thrown);
}

/** A class of errors. */
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
