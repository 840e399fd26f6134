/** `sync_session` */

import { rerender } from "../core/rerender.js";
import { sessionSpec } from "./spec.js";

const NAMES = { type: "array", items: { type: "string" } } as const;

export const syncSession = sessionSpec({
  name: "sync_session",
  title: "Apply the edited recipe",
  description:
    "Updates packages, sources, patches and the build script to the recipe as it is now, after edit_recipe or create_patch. " +
    "Build results and your edits stay. Fails with SYNC_CONFLICT if both changed the same lines, unless `conflicts` says which " +
    "side to take.",
  effect: "change",
  openWorld: true,
  idempotent: true,
  access: "run",
  input: {
    type: "object",
    properties: {
      conflicts: {
        type: "string",
        enum: ["fail", "recipe", "local"],
        description: "What to do if the session and the recipe changed the same lines.",
        default: "fail",
      },
    },
  },
  output: {
    type: "object",
    properties: {
      added: { ...NAMES, description: "Installed packages." },
      removed: { ...NAMES, description: "Removed packages." },
      changed: { ...NAMES, description: "Packages of another version or build." },
      sources: { ...NAMES, description: "Sources that changed." },
      patches: { ...NAMES, description: "Patches that changed." },
      files: { ...NAMES, description: "Files of the work folder that were written or removed." },
      scripts: { type: "boolean", description: "Whether the build script or its variables changed." },
    },
    required: ["added", "removed", "changed", "sources", "patches", "files", "scripts"],
  },
  async run(state, { conflicts = "fail" }, { signal }) {
    const { session } = state;
    const variant = await rerender(session.variant, state.variants);
    const result = await session.sync(variant, { conflicts, ...(signal === undefined ? {} : { signal }) });
    const { added, removed, changed, sources, patches, files, scripts } = result;
    return { added, removed, changed, sources, patches, files, scripts };
  },
});
