/** `sidewinder check`: what is wrong with recipes, with the source line underlined. */

import type { Diagnostic } from "../generated/types.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { readText, requireNode } from "../recipe/node.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { choice, command } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print } from "./output.js";
import { recipeFile } from "./recipe-file.js";
import { hasColours } from "./terminal.js";
import { UsageError } from "./usage-error.js";

export default command({
  name: "check",
  usage: ["RECIPE... [options]"],
  about:
    "Finds all errors and warnings of recipes at once, each with the line it is about underlined, and what to do about it. " +
    "Ends with status 1 if there is an error. A folder stands for the recipe.yaml in it.",
  options: {
    "repodata-revision": {
      type: "string",
      value: "REVISION",
      says: "legacy or v3: which features of package metadata recipes may use; default: legacy",
    },
  },
  examples: [
    { says: "all recipes of a repository", line: "sidewinder check recipes/*" },
    { says: "places for an editor", line: `sidewinder check recipe.yaml --json | jq -c '.diagnostics[]'` },
  ],
  async run(call) {
    const { values, operands } = call;
    if (operands.length === 0) throw new UsageError("`check` needs a recipe");
    const repodataRevision = choice("repodata-revision", values["repodata-revision"] ?? "legacy", [
      "legacy",
      "v3",
    ]);
    const colours = hasColours(process.stdout);
    const { fs } = requireNode("check");
    const found: Diagnostic[] = [];
    for (const operand of operands) {
      const path = recipeFile(operand);
      const text = await readText(fs, path);
      const diagnostics = Stage0Recipe.check(text, { path, repodataRevision });
      found.push(...diagnostics);
      if (call.json || diagnostics.length === 0) continue;
      process.stdout.write(`${formatDiagnostics(text, diagnostics, { colours })}\n`);
    }
    const errors = found.filter(({ severity }) => severity === "error").length;
    const warnings = found.filter(({ severity }) => severity === "warning").length;
    print(
      call,
      { errors, warnings, diagnostics: found },
      () => `${errors} error(s), ${warnings} warning(s)\n`,
    );
    return errors > 0 ? EXIT.failed : EXIT.done;
  },
});
