/** `sidewinder convert`: a `meta.yaml` of conda-build becomes a v1 recipe. */

import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { text as readAll } from "node:stream/consumers";
import { SidewinderError } from "../errors.js";
import { convertRecipe } from "../recipe/convert.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { command, type OptionSpecs, onlyOperand } from "./command.js";
import { EXIT } from "./exit-status.js";
import { print, remark } from "./output.js";
import { hasColors } from "./terminal.js";

const OPTIONS = {
  output: {
    type: "string",
    short: "o",
    value: "FILE",
    description: "Write the recipe to this file; default: standard output",
  },
  force: { type: "boolean", description: "Overwrite the file of --output" },
} as const satisfies OptionSpecs;

export default command({
  name: "convert",
  usage: ["META [options]"],
  about:
    "Converts a recipe of conda-build, `meta.yaml`, to the v1 format, `recipe.yaml`. META is the file, its folder, or `-` for " +
    "standard input.\n\n" +
    "What has no counterpart in v1 is an error with its place in the old recipe, what is left out or should be checked a " +
    "warning; the rest is converted all the same. Exits with status 1 if there are errors.",
  options: OPTIONS,
  examples: [
    {
      description: "next to the old recipe",
      line: "sidewinder convert recipe/meta.yaml -o recipe/recipe.yaml",
    },
    { description: "only what needs attention", line: "sidewinder convert meta.yaml >/dev/null" },
    {
      description: "for programs",
      line: "sidewinder convert meta.yaml --json | jq -r '.diagnostics[].message'",
    },
  ],
  async run(call) {
    const operand = onlyOperand(call, "a meta.yaml");
    const { output, force } = call.values;
    const path = operand === "-" ? undefined : metaFile(operand);
    const meta = path === undefined ? await readAll(process.stdin) : read(path);
    const files = path === undefined ? [] : readdirSync(dirname(path));
    const { recipe, diagnostics, renames } = convertRecipe(meta, {
      files,
      ...(path === undefined ? {} : { path }),
    });
    const failed = diagnostics.some(({ severity }) => severity === "error");
    if (!call.json && diagnostics.length > 0) {
      process.stderr.write(
        `${formatDiagnostics(meta, diagnostics, { colors: hasColors(process.stderr) })}\n`,
      );
    }
    for (const { from, to } of renames)
      remark(call, `rename \`${from}\` to \`${to}\`: v1 runs it by that name`);
    if (output !== undefined && recipe !== "") write(output, recipe, force === true);
    print(call, { recipe, diagnostics, renames }, () => (output === undefined ? recipe : ""));
    return failed ? EXIT.failed : EXIT.done;
  },
});

/** The file for an operand; for a folder or a feedstock its `meta.yaml`. */
function metaFile(operand: string): string {
  if (existsSync(operand) && statSync(operand).isDirectory()) {
    const inside = [join(operand, "meta.yaml"), join(operand, "recipe", "meta.yaml")].find(existsSync);
    if (inside !== undefined) return inside;
    throw new SidewinderError("IO_FAILED", `no meta.yaml in \`${operand}\``);
  }
  if (existsSync(operand)) return operand;
  throw new SidewinderError("IO_FAILED", `file not found: \`${operand}\``, {
    ...(basename(operand) === "recipe.yaml" ? { hint: "recipe.yaml is the v1 format already" } : {}),
  });
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new SidewinderError("IO_FAILED", `failed to read \`${path}\``, { cause });
  }
}

function write(path: string, recipe: string, force: boolean): void {
  try {
    writeFileSync(path, recipe, { flag: force ? "w" : "wx" });
  } catch (cause) {
    const exists = (cause as NodeJS.ErrnoException).code === "EEXIST";
    throw new SidewinderError(
      "IO_FAILED",
      exists ? `file exists: \`${path}\`` : `failed to write \`${path}\``,
      {
        cause,
        ...(exists ? { hint: "pass --force to overwrite it" } : {}),
      },
    );
  }
}
