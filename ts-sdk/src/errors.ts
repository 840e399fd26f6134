/** All errors that the SDK throws, with a stable `code` each and, where there is one, a `hint`. */

import type { Conflict, Diagnostic, EditFault } from "./generated/types.js";

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

/** A text that cannot be read: all its problems are in `diagnostics`. */
abstract class DiagnosticsError extends SidewinderError {
  /** All problems, in the order of their places. */
  readonly diagnostics: Diagnostic[];

  constructor(code: string, what: string, diagnostics: Diagnostic[]) {
    const errors = diagnostics.filter((diagnostic) => diagnostic.severity === "error");
    super(code, [what, ...errors.map(line)].join("\n"), { hint: errors[0]?.help });
    this.diagnostics = diagnostics;
  }
}

function line({ file, span, message, code }: Diagnostic): string {
  const place = [file, span?.line, span?.column].filter((part) => part !== undefined).join(":");
  return `  ${place === "" ? "" : `${place}: `}${message} [${code}]`;
}

/**
 * A recipe's text is wrong. Code `RECIPE_INVALID`.
 *
 * @example
 * try {
 *   Stage0Recipe.fromYaml("package:\n  name: hello\n  versoin: 1.0\n");
 * } catch (error) {
 *   if (!RecipeParseError.is(error)) throw error;
 *   for (const { code, span } of error.diagnostics) console.log(code, span?.line);
 * }
 */
export class RecipeParseError extends DiagnosticsError {
  static override readonly className: string = "RecipeParseError";

  constructor(diagnostics: Diagnostic[]) {
    super("RECIPE_INVALID", "the recipe cannot be parsed", diagnostics);
  }
}

/**
 * A recipe cannot be rendered with these variants and settings. Code `RENDER_FAILED`.
 *
 * @example
 * const broken = Stage0Recipe.fromYaml("package: {name: hello, version: '${{ nothing }}'}");
 * try {
 *   broken.render();
 * } catch (error) {
 *   if (!RecipeRenderError.is(error)) throw error;
 *   console.log(error.diagnostics.length); // → 1
 * }
 */
export class RecipeRenderError extends DiagnosticsError {
  static override readonly className: string = "RecipeRenderError";

  constructor(diagnostics: Diagnostic[]) {
    super("RENDER_FAILED", "the recipe cannot be rendered", diagnostics);
  }
}

/**
 * A recipe's text cannot be edited as asked; it stays as it was. Code `EDIT_FAILED`.
 *
 * @example
 * try {
 *   recipe.edit([{ kind: "removeRequirement", section: "host", name: "zlib" }]);
 * } catch (error) {
 *   if (!RecipeEditError.is(error)) throw error;
 *   console.log(error.fault); // → nothing-there
 * }
 */
export class RecipeEditError extends SidewinderError {
  static override readonly className: string = "RecipeEditError";
  /** What kept the edit from being made. */
  readonly fault: EditFault;
  /** What is wrong with the text, before the edits or after them; empty where the edits are at fault. */
  readonly diagnostics: Diagnostic[];

  constructor(message: string, details: ErrorDetails & { fault: EditFault; diagnostics: Diagnostic[] }) {
    super("EDIT_FAILED", message, details);
    this.fault = details.fault;
    this.diagnostics = details.diagnostics;
  }
}

/**
 * A variant configuration is wrong. Code `VARIANTS_INVALID`.
 *
 * @example
 * try {
 *   VariantConfig.fromYaml("python: 3.12\n");
 * } catch (error) {
 *   if (!VariantError.is(error)) throw error;
 *   console.log(error.diagnostics[0].span.line); // → 1
 * }
 */
export class VariantError extends DiagnosticsError {
  static override readonly className: string = "VariantError";

  constructor(diagnostics: Diagnostic[]) {
    super("VARIANTS_INVALID", "the variant configuration cannot be read", diagnostics);
  }
}

/** What was asked of a server, and what it answered. */
interface AnswerDetails extends ErrorDetails {
  url?: string | undefined;
  status?: number | undefined;
}

/**
 * A channel cannot be used. Code `CHANNEL_FAILED`.
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
  /** What was asked for, without secrets, where a server's answer is why. */
  declare readonly url?: string;
  /** The HTTP status of that answer, e.g. 403. */
  declare readonly status?: number;

  constructor(code: string, message: string, details: AnswerDetails & { channel: string }) {
    super(code, message, details);
    this.channel = details.channel;
    if (details.url !== undefined) this.url = details.url;
    if (details.status !== undefined) this.status = details.status;
  }
}

/**
 * No set of packages fulfils all requirements. Code `SOLVE_FAILED`.
 *
 * @example
 * try {
 *   await session.addPackages(["libgreet >=99"]);
 * } catch (error) {
 *   if (!SolveError.is(error)) throw error;
 *   console.log(error.environment); // → host
 *   console.log(error.explanation); // → No candidates were found for libgreet >=99.
 * }
 */
export class SolveError extends SidewinderError {
  static override readonly className: string = "SolveError";
  /** Which environment. */
  readonly environment: "build" | "host";
  /** The solver's explanation, several lines. */
  readonly explanation: string;
  /** The same as data: a graph from the request to what stands in its way. */
  declare readonly conflict?: Conflict;

  constructor(
    code: string,
    message: string,
    details: ErrorDetails & {
      environment: "build" | "host";
      explanation: string;
      conflict?: Conflict | undefined;
    },
  ) {
    super(code, message, details);
    this.environment = details.environment;
    this.explanation = details.explanation;
    if (details.conflict !== undefined) this.conflict = details.conflict;
  }
}

/**
 * A source cannot be fetched or unpacked. Code `SOURCE_FAILED`, or `ATTESTATION_UNSUPPORTED`.
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
  /** The HTTP status that the server answered with, where that is why, e.g. 404. */
  declare readonly status?: number;

  constructor(code: string, message: string, details: AnswerDetails) {
    super(code, message, details);
    if (details.url !== undefined) this.url = details.url;
    if (details.status !== undefined) this.status = details.status;
  }
}

/**
 * A source has another checksum than the recipe says. Code `CHECKSUM_MISMATCH`.
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
  /** What the recipe says. */
  readonly expected: string;
  /** What the file has. */
  readonly actual: string;

  constructor(
    code: string,
    message: string,
    details: ErrorDetails & { url?: string | undefined; expected: string; actual: string },
  ) {
    super(code, message, details);
    this.expected = details.expected;
    this.actual = details.actual;
  }
}

/**
 * A patch cannot be read or applied. Code `PATCH_FAILED`.
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

  constructor(code: string, message: string, details: ErrorDetails & { patch: string }) {
    super(code, message, details);
    this.patch = details.patch;
  }
}

/**
 * A package cannot be downloaded, unpacked or linked. Code `INSTALL_FAILED`.
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
  /** The package, where one is to blame. */
  declare readonly package?: string;
  /** What was asked for, without secrets, where a server's answer is why. */
  declare readonly url?: string;
  /** The HTTP status of that answer, e.g. 404. */
  declare readonly status?: number;

  constructor(code: string, message: string, details: AnswerDetails & { package?: string | undefined }) {
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
 * A second run while one is going on, or a folder that another live session holds. Code `SESSION_BUSY`.
 *
 * @example
 * const first = session.exec("read line", { stdin: "go\n" });
 * try {
 *   await session.runScript();
 * } catch (error) {
 *   console.log(SessionBusyError.is(error)); // → true
 * }
 * await first;
 */
export class SessionBusyError extends SidewinderError {
  static override readonly className: string = "SessionBusyError";
}

/**
 * No native addon for this machine. Code `NO_NATIVE_ADDON`.
 *
 * `hint` says what to install. Recipes work without the addon.
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
