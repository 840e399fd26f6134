/** `sidewinder lint`: findings of the linter, and their fixes. */

import { readdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { SidewinderError } from "../errors.js";
import type { Diagnostic, LintFinding } from "../generated/types.js";
import { closest } from "../nearest.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { fixRecipe, type LintOptions, lintRecipe, lintRules } from "../recipe/lint.js";
import { readText, requireNode } from "../recipe/node.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { choice, command, given, type OptionSpecs, type Values } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print } from "./output.js";
import { recipeFile } from "./recipe-file.js";
import { hasColors, styleOf } from "./terminal.js";
import { UsageError } from "./usage-error.js";

const OPTIONS = {
  fix: { type: "boolean", description: "Apply safe fixes: the recipes still render to the same packages" },
  rule: {
    type: "string",
    multiple: true,
    value: "RULE",
    description:
      "Apply only this rule: its id, its id at conda-forge such as R-019, or conda-forge for a group",
  },
  ignore: { type: "string", multiple: true, value: "RULE", description: "Leave this rule out" },
  rules: { type: "boolean", description: "List all rules" },
  "target-platform": {
    type: "string",
    value: "PLATFORM",
    description: "Platform that the recipes are for, e.g. emscripten-wasm32; default: any",
  },
  "repodata-revision": {
    type: "string",
    value: "REVISION",
    description: "Package metadata features that recipes may use: legacy or v3; default: legacy",
  },
} as const satisfies OptionSpecs;

/** What was found in one recipe. */
interface FileReport {
  file: string;
  /** Errors of the recipe's text: `check` reports them as well. */
  errors: Diagnostic[];
  fixed: LintFinding[];
  findings: LintFinding[];
}

export default command({
  name: "lint",
  usage: ["RECIPE... [options]", "--rules"],
  about:
    "Finds what renders, but should be written differently, such as unused variables, sources without a checksum, missing " +
    "license files and duplicate dependencies. Rules that conda-forge's linter has, too, name its id. For a folder, its " +
    "recipe.yaml is linted.\n\n" +
    "Exits with status 1 if there are errors or warnings; hints do not count. With --fix, what was fixed does not count " +
    "either.",
  options: OPTIONS,
  examples: [
    { description: "all recipes of a repository", line: "sidewinder lint recipes/*" },
    { description: "fix what can be fixed safely", line: "sidewinder lint recipe.yaml --fix" },
    {
      description: "without a rule, and without those that only matter at conda-forge",
      line: "sidewinder lint recipe.yaml --ignore missing-tests --ignore conda-forge",
    },
    {
      description: "edits for an editor",
      line: "sidewinder lint recipe.yaml --json | jq '.files[].findings[].fix'",
    },
  ],
  async run(call) {
    const { values, operands, json } = call;
    if (values.rules === true) {
      print(call, lintRules(), ruleList);
      return EXIT.done;
    }
    if (operands.length === 0) throw new UsageError("missing argument: a recipe");
    const options = lintOptions(values);
    const files: FileReport[] = [];
    for (const operand of operands) {
      const report = await lint(operand, options, values.fix === true);
      files.push(report.report);
      if (!json) process.stdout.write(shown(report));
    }
    const all = files.flatMap(({ findings }) => findings);
    const errors = files.reduce((sum, file) => sum + file.errors.length, 0);
    const warnings = all.filter(({ severity }) => severity === "warning").length;
    const hints = all.length - warnings;
    const fixed = files.reduce((sum, file) => sum + file.fixed.length, 0);
    print(call, { errors, warnings, hints, fixed, files }, () => {
      const parts = [`${errors} error(s)`, `${warnings} warning(s)`, `${hints} hint(s)`];
      if (values.fix === true) parts.push(`${fixed} fixed`);
      else {
        const fixable = all.filter(({ fix }) => fix?.safe === true).length;
        if (fixable > 0) parts.push(`${fixable} can be fixed with --fix`);
      }
      return `${parts.join(", ")}\n`;
    });
    return errors + warnings > 0 ? EXIT.failed : EXIT.done;
  },
});

function lintOptions(values: Values<typeof OPTIONS>): LintOptions {
  const { rule, ignore, "target-platform": targetPlatform, "repodata-revision": revision } = values;
  const rules = lintRules();
  const known = rules.flatMap(({ id, condaForge }) => (condaForge === null ? [id] : [id, condaForge]));
  for (const name of [...(rule ?? []), ...(ignore ?? [])]) {
    if (name === "conda-forge" || known.some((id) => id.toLowerCase() === name.toLowerCase())) continue;
    const near = closest(name, known);
    throw new UsageError(
      `unknown rule \`${name}\``,
      near === undefined ? "`sidewinder lint --rules` lists them" : `did you mean \`${near}\`?`,
    );
  }
  return given({
    rules: rule,
    ignore,
    targetPlatform: targetPlatform as LintOptions["targetPlatform"],
    repodataRevision:
      revision === undefined ? undefined : choice("repodata-revision", revision, ["legacy", "v3"]),
  });
}

interface Linted {
  report: FileReport;
  /** The text that the findings are about. */
  text: string;
}

async function lint(operand: string, options: LintOptions, fix: boolean): Promise<Linted> {
  let file: string;
  let text: string;
  try {
    file = recipeFile(operand);
    text = await readText(requireNode("lint").fs, file);
  } catch (error) {
    // Reported like a diagnostic, so that the remaining recipes are still linted.
    if (!SidewinderError.is(error) || error.code !== "IO_FAILED") throw error;
    const { message, hint } = error;
    const problem: Diagnostic = { severity: "error", code: "IO_FAILED", message };
    if (hint !== undefined) problem.help = hint;
    return { report: { file: operand, errors: [problem], fixed: [], findings: [] }, text: "" };
  }
  const all = { ...options, files: readdirSync(dirname(file)) };
  let fixed: LintFinding[] = [];
  let findings: LintFinding[];
  if (fix) {
    const result = fixRecipe(text, all);
    if (result.text !== text) writeFileSync(file, result.text);
    ({ text, fixed, findings } = result);
  } else {
    findings = lintRecipe(text, all);
  }
  const { repodataRevision = "legacy" } = options;
  const diagnostics = Stage0Recipe.check(text, { path: file, repodataRevision });
  const offsets = new Set(
    findings.filter(({ rule }) => rule === "unknown-license").map(({ span }) => span?.offset),
  );
  const errors = diagnostics.filter(
    ({ severity, code, span }) =>
      severity === "error" && !(code === "invalid-license" && offsets.has(span?.offset)),
  );
  return { report: { file, errors, fixed, findings }, text };
}

/** The findings with the lines that they are about, and what was fixed. */
function shown({ report: { file, errors, fixed, findings }, text }: Linted): string {
  const colors = hasColors(process.stdout);
  const frames = [
    ...errors,
    ...findings.map(({ rule, severity, message, span, help, fix, condaForge }): Diagnostic => {
      const notes = [help, fix?.safe === true ? "fixed by --fix" : undefined].filter(
        (note) => note !== undefined,
      );
      return {
        severity: "warning",
        code: [severity === "hint" ? `${rule}, hint` : rule, condaForge].filter(Boolean).join(", "),
        message,
        file,
        ...(span === undefined ? {} : { span }),
        ...(notes.length === 0 ? {} : { help: notes.join("; ") }),
      };
    }),
  ];
  const { bold } = styleOf(colors);
  const done = fixed.map(
    ({ rule, message, span }) => `${file}:${span?.line ?? 1}: ${bold("fixed")} ${message} [${rule}]\n`,
  );
  const drawn = frames.length === 0 ? "" : `${formatDiagnostics(text, frames, { colors })}\n`;
  return done.join("") + drawn;
}

function ruleList(): string {
  const rules = lintRules();
  const width = Math.max(...rules.map(({ id }) => id.length));
  return rules
    .map(
      ({ id, condaForge, summary }) => `${id.padEnd(width)}  ${(condaForge ?? "").padEnd(6)}  ${summary}\n`,
    )
    .join("");
}
