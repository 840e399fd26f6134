/** `sidewinder check`: what is wrong with recipes, with the source line underlined. */

import { readFileSync } from "node:fs";
import { SidewinderError, VariantError } from "../errors.js";
import type { Diagnostic } from "../generated/types.js";
import type { RenderConfig } from "../recipe/config.js";
import { findingsOf, mayNeedVariants } from "../recipe/findings.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { command, type OptionSpecs } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print, remark } from "./output.js";
import { recipeFile } from "./recipe-file.js";
import { RENDER_OPTIONS, renderConfig } from "./recipe-options.js";
import { hasColours } from "./terminal.js";
import { UsageError } from "./usage-error.js";

const { variant: _choosesPackages, ...HOW } = RENDER_OPTIONS;
const OPTIONS = {
  "no-render": { type: "boolean", says: "Only read the recipes, render nothing" },
  ...HOW,
} as const satisfies OptionSpecs;

export default command({
  name: "check",
  usage: ["RECIPE... [options]"],
  about:
    "Finds all errors and warnings of recipes at once, each with the line it is about underlined, and what to do about it. " +
    "Ends with status 1 if there is an error. A folder stands for the recipe.yaml in it.\n\n" +
    "A recipe that can be read is rendered as well, as `sidewinder render` would with the same options, for all its variants. " +
    "Without -m a variable that has no value is a warning only: it may be a key of a variant file.",
  options: OPTIONS,
  examples: [
    {
      says: "all recipes of a repository, as they are built",
      line: "sidewinder check recipes/* -m variants.yaml",
    },
    { says: "for another platform", line: "sidewinder check recipe.yaml --target-platform win-64" },
    { says: "places for an editor", line: `sidewinder check recipe.yaml --json | jq -c '.diagnostics[]'` },
  ],
  async run(call) {
    const { values, operands } = call;
    if (operands.length === 0) throw new UsageError("`check` needs a recipe");
    const config = renderConfig(values);
    const report = new Report(call.json);
    const variants =
      values["no-render"] === true ? "none" : await read(values["variant-config"], config, report);
    for (const operand of operands) await check(operand, config, variants, report);
    const { errors, warnings, diagnostics } = report;
    print(call, { errors, warnings, diagnostics }, () => `${errors} error(s), ${warnings} warning(s)\n`);
    if (variants === undefined && values["variant-config"] === undefined && mayNeedVariants(diagnostics)) {
      remark(call, "rendered without variant files; -m names those that the recipes are built with");
    }
    return errors > 0 ? EXIT.failed : EXIT.done;
  },
});

/** What was found so far; shown as it comes. */
class Report {
  readonly diagnostics: Diagnostic[] = [];
  readonly #json: boolean;

  constructor(json: boolean) {
    this.#json = json;
  }

  take(text: string, found: readonly Diagnostic[]): void {
    this.diagnostics.push(...found);
    if (this.#json || found.length === 0) return;
    const colours = hasColours(process.stdout);
    process.stdout.write(`${formatDiagnostics(text, [...found], { colours })}\n`);
  }

  get errors(): number {
    return this.diagnostics.filter(({ severity }) => severity === "error").length;
  }

  get warnings(): number {
    return this.diagnostics.length - this.errors;
  }
}

/** The variant files; where they have errors, `none`: recipes are read only. `undefined` where none are named. */
async function read(
  paths: string[] | undefined,
  config: RenderConfig,
  report: Report,
): Promise<VariantConfig | "none" | undefined> {
  if (paths === undefined) return undefined;
  try {
    const variants = await VariantConfig.fromFiles(paths, config);
    takeByFile(variants.warnings, report);
    return variants;
  } catch (error) {
    if (!VariantError.is(error) || error.diagnostics.length === 0) throw error;
    takeByFile(error.diagnostics, report);
    return "none";
  }
}

function takeByFile(found: readonly Diagnostic[], report: Report): void {
  for (const file of new Set(found.map((one) => one.file))) {
    report.take(
      textOf(file),
      found.filter((one) => one.file === file),
    );
  }
}

function textOf(file: string | undefined): string {
  try {
    return file === undefined ? "" : readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** One recipe; that it is not there is a finding too, so that the others are checked all the same. */
async function check(
  operand: string,
  config: RenderConfig,
  variants: VariantConfig | "none" | undefined,
  report: Report,
): Promise<void> {
  try {
    const { text, diagnostics } = await findingsOf(recipeFile(operand), config, variants);
    report.take(text, diagnostics);
  } catch (error) {
    if (!SidewinderError.is(error) || error.code !== "IO_FAILED") throw error;
    const { message, hint } = error;
    report.take("", [
      { severity: "error", code: "IO_FAILED", message, ...(hint === undefined ? {} : { help: hint }) },
    ]);
  }
}
