/** Settings of a rendering: checked, completed, made into the text that crosses to the core. */

import { takeOptions } from "../checks.js";
import { RENDER_CONFIG } from "../generated/checks.js";
import type { RenderConfig as RenderConfigRecord } from "../generated/types.js";
import type { Settings } from "../wasm/recipe.js";
import { jsonText } from "./json.js";
import { machinePlatform } from "./platform.js";
import { wasm } from "./wasm.js";

/**
 * Settings of a rendering.
 *
 * Platforms are conda subdirs such as `linux-64`. `targetPlatform` and `buildPlatform` default to the machine's
 * (`linux-64` in a browser), `hostPlatform` to `targetPlatform`. Nothing is read from the machine: what `env.get` sees
 * comes from `env`, what `load_from_file` sees from `files` (relative path → text).
 *
 * Flags default to false; `repodataRevision` to that of the recipe, which is `legacy` unless it was parsed as another.
 *
 * @example
 * const windows = recipe.render(new VariantConfig(), { targetPlatform: "win-64", buildNumberOverride: 7 });
 * console.log(windows[0].buildString.endsWith("_7")); // → true
 */
export interface RenderConfig extends Partial<Omit<RenderConfigRecord, "extraContext">> {
  /** Further context variables; hashed where they are used, never multiplied. */
  extraContext?: Record<string, unknown>;
}

/** The JSON text of settings, with the machine's platform where none is given, over what the recipe itself brings. */
export function configText(
  config: RenderConfig | undefined,
  recipe: Pick<RenderConfig, "repodataRevision" | "files"> = {},
): string {
  const taken = takeOptions(config, RENDER_CONFIG);
  const machine = machinePlatform();
  return jsonText({
    ...recipe,
    ...taken,
    targetPlatform: taken.targetPlatform ?? machine,
    buildPlatform: taken.buildPlatform ?? machine,
    files: { ...recipe.files, ...taken.files },
  });
}

let last: { text: string; settings: Settings } | undefined;

/**
 * @internal The settings of a JSON text in the core, valid until the next call. Most calls have the settings of the one before, which
 * are then not read again.
 */
export function coreSettings(text: string): Settings {
  if (last?.text === text) return last.settings;
  const settings = wasm().Settings.parse(text);
  last?.settings.free();
  last = { text, settings };
  return settings;
}
