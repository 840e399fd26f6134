/** What the core throws, made into the SDK's errors. */

import { invalidOption } from "../checks.js";
import { RecipeEditError, SidewinderError } from "../errors.js";
import type { Diagnostic, EditFault } from "../generated/types.js";

/** The plain objects that the core throws. */
type Thrown =
  | { kind: "diagnostics"; diagnostics: Diagnostic[] }
  | { kind: "edit"; fault: EditFault; message: string; diagnostics: Diagnostic[]; hint?: string }
  | { kind: "version"; what: string; message: string }
  | { kind: "argument"; argument: string; message: string }
  | { kind: "internal"; message: string };

/** Calls the core; `Failure` is the class for problems of a text. */
export function guarded<T>(Failure: new (diagnostics: Diagnostic[]) => SidewinderError, call: () => T): T {
  try {
    return call();
  } catch (error) {
    if (SidewinderError.is(error)) throw error;
    const thrown = error as Partial<Thrown> | null;
    switch (typeof thrown === "object" ? thrown?.kind : undefined) {
      case "diagnostics":
        throw new Failure((error as Extract<Thrown, { kind: "diagnostics" }>).diagnostics);
      case "edit": {
        const { fault, message, diagnostics, hint } = error as Extract<Thrown, { kind: "edit" }>;
        throw new RecipeEditError(message, { fault, diagnostics, hint });
      }
      case "version": {
        const { what, message } = error as Extract<Thrown, { kind: "version" }>;
        throw new SidewinderError(what === "version" ? "INVALID_VERSION" : "INVALID_SPEC", message);
      }
      case "argument": {
        const { argument, message } = error as Extract<Thrown, { kind: "argument" }>;
        throw invalidOption(argument, message);
      }
      default: {
        const reason =
          thrown instanceof Error
            ? thrown.message
            : ((thrown as { message?: string })?.message ?? String(error));
        throw new SidewinderError("INTERNAL", `internal error: ${reason}`, {
          cause: error,
          hint: "this is a mistake in sidewinder; please report it",
        });
      }
    }
  }
}
