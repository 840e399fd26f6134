/** `sidewinder check`: prints errors and warnings of recipes with the source line underlined. */

import { SidewinderError, VariantError } from "../errors.js";
import type { Diagnostic } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { findingsOf } from "../recipe/findings.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { command, type OptionSpecs } from "./command.js";
import { byFile } from "./diagnostics.js";
import { EXIT } from "./exit-status.js";
import { print, remark } from "./output.js";
import { recipeFile } from "./recipe-file.js";
import { RENDER_OPTIONS, renderConfig, variantFiles } from "./recipe-options.js";
import { hasColors } from "./terminal.js";
import { UsageError } from "./usage-error.js";

const { variant: _choosesPackages, ...HOW } = RENDER_OPTIONS;
const OPTIONS = {
  "no-render": { type: "boolean", description: "Parse the recipes without rendering them" },
  ...HOW,
} as const satisfies OptionSpecs;

export default command({
  name: "check",
  usage: ["RECIPE... [options]"],
  about:
    "Reports all errors and warnings in recipes, with the source line underlined and a hint where there is one. Exits with " +
    "status 1 if there are errors. For a folder, its recipe.yaml is checked.\n\n" +
    "Recipes that parse are rendered too, for all their variants, like `sidewinder render` with the same options. Without -m, " +
    "an undefined variable is only a warning, because a variant file may define it.",
  options: OPTIONS,
  examples: [
    {
      description: "all recipes of a repository, with its variants",
      line: "sidewinder check recipes/* -m variants.yaml",
    },
    { description: "for another platform", line: "sidewinder check recipe.yaml --target-platform win-64" },
    {
      description: "locations for an editor",
      line: `sidewinder check recipe.yaml --json | jq -c '.diagnostics[]'`,
    },
  ],
  async run(call) {
    const { values, operands } = call;
    if (operands.length === 0) throw new UsageError("missing argument: a recipe");
    const config = renderConfig(values);
    const report = new Report(call.json);
    // Recipes in one folder share their variant files, whose problems are reported once.
    const byFiles = new Map<string, VariantConfig | "none" | undefined>();
    const variantsOf = async (operand: string): Promise<VariantConfig | "none" | undefined> => {
      if (values["no-render"] === true) return "none";
      const files = variantFiles(fileOf(operand), values, call);
      const key = files.join("\0");
      if (!byFiles.has(key))
        byFiles.set(key, await read(files.length === 0 ? undefined : files, config, report));
      return byFiles.get(key);
    };
    for (const operand of operands) await check(operand, config, await variantsOf(operand), report);
    const { errors, warnings, diagnostics } = report;
    print(call, { errors, warnings, diagnostics }, () => `${errors} error(s), ${warnings} warning(s)\n`);
    if (report.needsVariants) {
      remark(call, "rendered without variant files; pass them with -m");
    }
    return errors > 0 ? EXIT.failed : EXIT.done;
  },
});

/** The recipe file, or the operand itself where there is none: that is reported when it is checked. */
function fileOf(operand: string): string {
  try {
    return recipeFile(operand);
  } catch {
    return operand;
  }
}

/** Collects diagnostics and prints them as they arrive. */
class Report {
  readonly diagnostics: Diagnostic[] = [];
  /** Whether variant files might define some of the variables that have no value. */
  needsVariants = false;
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  take(text: string, found: readonly Diagnostic[]): void {
    this.diagnostics.push(...found);
    if (this.#json || found.length === 0) return;
    const colors = hasColors(process.stdout);
    process.stdout.write(`${formatDiagnostics(text, [...found], { colors })}\n`);
  }

  get errors(): number {
    return this.diagnostics.filter(({ severity }) => severity === "error").length;
  }

  get warnings(): number {
    return this.diagnostics.length - this.errors;
  }
}

/** Loads the variant files. `none`: they have errors, so recipes are only parsed. `undefined`: none were given. */
async function read(
  paths: string[] | undefined,
  config: RenderConfig,
  report: Report,
): Promise<VariantConfig | "none" | undefined> {
  if (paths === undefined) return undefined;
  try {
    const variants = await VariantConfig.fromFiles(paths, config);
    takeByFile([...variants.warnings, ...VariantConfig.problems(variants, config.targetPlatform)], report);
    return variants;
  } catch (error) {
    if (!VariantError.is(error) || error.diagnostics.length === 0) throw error;
    takeByFile(error.diagnostics, report);
    return "none";
  }
}

function takeByFile(found: readonly Diagnostic[], report: Report): void {
  for (const { text, diagnostics } of byFile(found)) report.take(text, diagnostics);
}

/** Checks one recipe. A missing file is reported like a diagnostic, so that the remaining recipes are still checked. */
async function check(
  operand: string,
  config: RenderConfig,
  variants: VariantConfig | "none" | undefined,
  report: Report,
): Promise<void> {
  try {
    const { text, diagnostics, needsVariants } = await findingsOf(recipeFile(operand), config, variants);
    report.take(text, diagnostics);
    report.needsVariants ||= needsVariants;
  } catch (error) {
    if (!SidewinderError.is(error) || error.code !== "IO_FAILED") throw error;
    const { message, hint } = error;
    report.take("", [
      { severity: "error", code: "IO_FAILED", message, ...(hint === undefined ? {} : { help: hint }) },
    ]);
  }
}
