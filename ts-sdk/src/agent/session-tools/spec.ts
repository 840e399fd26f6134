/** How tools over one session are declared, and what their schemas share. */

import type { Access } from "../core/queue.js";
import type { ObjectSchema } from "../core/schema.js";
import type { SessionState } from "../core/session-state.js";
import type { AnySpec, ToolSpec } from "../core/tool.js";

/** A tool over a session. `access` says which other calls on the session it may run next to; `none` does not wait. */
export type SessionSpec<
  I extends ObjectSchema = ObjectSchema,
  O extends ObjectSchema = ObjectSchema,
> = ToolSpec<SessionState, I, O> & { readonly access: Exclude<Access, "background"> | "none" };

/** A session tool whose schemas are hidden. */
export type AnySessionSpec = AnySpec<SessionState> & Pick<SessionSpec, "access">;

/** Declares a session tool with types from its schemas. */
export function sessionSpec<const I extends ObjectSchema, const O extends ObjectSchema>(
  spec: SessionSpec<I, O>,
): SessionSpec<I, O> {
  return spec;
}

/** How paths are described to models. */
export const PATH =
  "relative to the work folder, where the build runs, or below $PREFIX, $BUILD_PREFIX or $RECIPE_DIR";

/** One of the environments of a build. */
export const ENVIRONMENT = { type: "string", enum: ["host", "build"] } as const;
