/** `sidewinder check`: what is wrong with recipes, with the source line underlined. */

import { formatDiagnostics } from "../recipe/frames.js";
import { readText, requireNode } from "../recipe/node.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { hasColours } from "./colours.js";
import { define } from "./command.js";
import { UsageError } from "./usage.js";

export const check = define({
  name: "check",
  operands: "RECIPE...",
  summary: "Errors and warnings of recipes, with the source line underlined",
  json: "one diagnostic a line: {severity, code, message, file, span, help}",
  options: {},
  examples: ["check recipe.yaml", "check --json recipes/*/recipe.yaml"],
  exits: "1         also when a recipe has an error",
  async run({ values, operands }) {
    if (operands.length === 0) throw new UsageError("`check` needs a recipe", "check");
    const { fs } = requireNode("check");
    let errors = 0;
    let warnings = 0;
    for (const path of operands) {
      const text = await readText(fs, path);
      const diagnostics = Stage0Recipe.check(text, { path });
      errors += diagnostics.filter(({ severity }) => severity === "error").length;
      warnings += diagnostics.filter(({ severity }) => severity === "warning").length;
      if (values.json)
        for (const diagnostic of diagnostics) process.stdout.write(`${JSON.stringify(diagnostic)}\n`);
      else if (diagnostics.length > 0)
        process.stdout.write(
          `${formatDiagnostics(text, diagnostics, { colours: hasColours(process.stdout) })}\n`,
        );
    }
    return {
      text: `${errors} error(s), ${warnings} warning(s)\n`,
      data: undefined,
      exitCode: errors > 0 ? 1 : 0,
    };
  },
});
