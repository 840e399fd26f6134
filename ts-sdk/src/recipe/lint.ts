/** Lint of recipes, with fixes. */

import {
  type Checks,
  checkArgument,
  invalidOption,
  name,
  oneOf,
  takeOptions,
  text,
  texts,
} from "../checks.js";
import type { LintFinding, LintFixResult, LintSeverity, TextEdit } from "../generated/types.js";
import type { Platform } from "./platform.js";
import { callTools } from "./tools.js";

/**
 * Which rules are applied, and what they know about a recipe besides its text.
 *
 * @example
 * const findings = lintRecipe(text, { ignore: ["missing-tests", "R-013", "conda-forge"] });
 */
export interface LintOptions {
  /**
   * Only these rules: ids such as `unused-context`, ids of conda-forge's linter such as `R-001`, or `conda-forge` for all
   * rules that only matter there.
   *
   * @default all rules
   */
  rules?: string[];
  /** Rules that are left out, named in the same way. */
  ignore?: string[];
  /** Names of the files next to the recipe: finds a `bld.bat` that is never run. */
  files?: string[];
  /** The platform that the recipe is for: rules that do not matter there are left out. */
  targetPlatform?: Platform;
  /** Which package format features the recipe may use. */
  repodataRevision?: "legacy" | "v3";
}

/** A rule of the linter. */
export interface LintRule {
  /** Its id, e.g. `unused-context`. */
  id: string;
  /** Its id in conda-forge's linter (conda-smithy), or `null`. */
  condaForge: string | null;
  /** How much its findings matter, unless a finding says otherwise. */
  severity: LintSeverity;
  /** Whether it only matters for recipes of conda-forge. */
  onlyCondaForge: boolean;
  /** What the rule says and why. */
  summary: string;
  /** A recipe that breaks it. */
  example: string;
}

const OPTIONS: Checks = {
  rules: texts,
  ignore: texts,
  files: texts,
  targetPlatform: name,
  repodataRevision: oneOf("legacy", "v3"),
};

/**
 * Lints the text of a recipe. In browsers and workers call `await initTools()` first.
 *
 * Works on recipes with errors, too: every rule is applied to what can be read. A text that is not YAML has no findings;
 * `Stage0Recipe.check` reports why.
 *
 * @returns The findings in the order of their places, some with a fix.
 * @throws SidewinderError with code `INVALID_OPTION` for an unknown rule, `WASM_NOT_LOADED` in browsers before
 *   `initTools`.
 *
 * @example
 * const [finding] = lintRecipe("package: {name: demo, version: '1.0'}", { rules: ["missing-tests"] });
 * console.log(finding.message); // → the recipe has no tests
 */
export function lintRecipe(yaml: string, options: LintOptions = {}): LintFinding[] {
  const json = optionsText(yaml, options);
  return callTools((tools) => tools.lintRecipe(yaml, json));
}

/**
 * Applies all safe fixes to the text of a recipe: those after which it renders to the same packages. Comments, order and
 * quoting of everything else stay.
 *
 * @returns The new text, what was fixed, and the findings that are left.
 * @throws SidewinderError with code `INVALID_OPTION` for an unknown rule, `WASM_NOT_LOADED` in browsers before
 *   `initTools`.
 *
 * @example
 * const { text: fixed } = fixRecipe("package:\n  name: demo\n  version: ${{version}}\n", { rules: ["template-spacing"] });
 * console.log(fixed.includes("${{ version }}")); // → true
 */
export function fixRecipe(yaml: string, options: LintOptions = {}): LintFixResult {
  const json = optionsText(yaml, options);
  return callTools((tools) => tools.fixRecipe(yaml, json));
}

/**
 * All rules of the linter, in the order of the documentation.
 *
 * @example
 * console.log(lintRules().find(({ condaForge }) => condaForge === "R-019")?.id); // → missing-checksum
 */
export function lintRules(): LintRule[] {
  return callTools((tools) => tools.lintRules());
}

/**
 * Applies text edits, such as those of {@link LintFinding.fix}, to the text that they were made for.
 *
 * @throws SidewinderError with code `INVALID_OPTION` if two edits overlap or one is outside of the text.
 *
 * @example
 * const yaml = "package:\n  name: demo\n  version: 1.10\n";
 * const [finding] = lintRecipe(yaml, { rules: ["unquoted-version"] });
 * console.log(applyTextEdits(yaml, finding.fix.edits).includes('version: "1.10"')); // → true
 */
export function applyTextEdits(yaml: string, edits: readonly TextEdit[]): string {
  checkArgument("text", yaml, text);
  const edited = callTools<string | null>((tools) => tools.applyTextEdits(yaml, JSON.stringify(edits)));
  if (edited === null) throw invalidOption("edits", "two of them overlap, or one is outside of the text");
  return edited;
}

function optionsText(yaml: string, options: LintOptions): string {
  checkArgument("text", yaml, text);
  return JSON.stringify(takeOptions(options, OPTIONS));
}
