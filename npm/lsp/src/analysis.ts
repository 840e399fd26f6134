/** All that is wrong with an open document: what the parser, the rendering and the linter find. */

import { readdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import {
  type Diagnostic,
  type LintFinding,
  type LintOptions,
  lintRecipe,
  type RenderConfig,
  SidewinderError,
  Stage0Recipe,
  VariantConfig,
} from "sidewinder/recipe";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { ServerSettings } from "./server.js";
import { formatOf, variantsFor } from "./variants.js";

/** A diagnostic or a finding of the linter. */
export type Problem = { diagnostic: Diagnostic } | { finding: LintFinding };

/** What was found in a version of a document. */
export interface Analysis {
  version: number;
  problems: Problem[];
}

/** Whether a document is a recipe in the v1 format. */
export function isRecipe(uri: string): boolean {
  return /(?:^|\/)[^/]*recipe\.ya?ml$/.test(uri);
}

/** Whether a document is a variant file. */
export function isVariantFile(uri: string): boolean {
  return /\/(?:variants\.ya?ml|conda_build_config\.yaml)$/.test(uri);
}

/**
 * Checks a document.
 *
 * @param open Texts of all open documents by URI.
 */
export function analyze(
  document: TextDocument,
  open: ReadonlyMap<string, string>,
  config: RenderConfig,
  settings: ServerSettings,
): Analysis {
  const text = document.getText();
  const diagnostics = isRecipe(document.uri)
    ? recipeProblems(document, open, config, settings)
    : VariantConfig.check(text, {
        config,
        format: formatOf(document.uri),
      });
  const problems: Problem[] = diagnostics.map((diagnostic) => ({ diagnostic }));
  if (isRecipe(document.uri) && settings.lint !== false) {
    // The linter's words for these are better, and have a fix.
    const findings = lintRecipe(text, lintOptions(document.uri, config, settings));
    const replaced = new Set(findings.map(({ rule, span }) => `${rule} ${span?.offset}`));
    const kept = problems.filter(
      (problem) =>
        !("diagnostic" in problem) ||
        problem.diagnostic.code !== "invalid-license" ||
        !replaced.has(`unknown-license ${problem.diagnostic.span?.offset}`),
    );
    return { version: document.version, problems: [...kept, ...findings.map((finding) => ({ finding }))] };
  }
  return { version: document.version, problems };
}

/** The options of the linter for a document. */
export function lintOptions(uri: string, config: RenderConfig, settings: ServerSettings): LintOptions {
  const { targetPlatform } = config;
  return {
    ...(settings.lint === false ? {} : settings.lint),
    ...(targetPlatform === undefined ? {} : { targetPlatform }),
    files: filesNextTo(uri),
  };
}

function recipeProblems(
  document: TextDocument,
  open: ReadonlyMap<string, string>,
  config: RenderConfig,
  settings: ServerSettings,
): Diagnostic[] {
  const text = document.getText();
  const read = Stage0Recipe.check(text);
  if (read.some(({ severity }) => severity === "error")) return read;
  const variants = variantsFor(document.uri, open, config, settings.variantFiles);
  try {
    return Stage0Recipe.fromYaml(text).findings(variants, config).diagnostics;
  } catch (error) {
    // A platform that does not exist is a mistake in the settings, not in the recipe.
    if (SidewinderError.is(error)) return read;
    throw error;
  }
}

function filesNextTo(uri: string): string[] {
  try {
    return readdirSync(dirname(fileURLToPath(uri)));
  } catch {
    // A document that is not saved yet.
    return [];
  }
}
