/** `edit_recipe` */

import { extname } from "node:path";
import type { RecipeEdit } from "../../generated/types.js";
import { findingsOf } from "../../recipe/findings.js";
import { Stage0Recipe } from "../../recipe/stage0.js";
import { invalidInput } from "../core/input.js";
import { withFile } from "../core/queue.js";
import { recipePart } from "../core/recipe-files.js";
import { replaceText } from "../core/replace-text.js";
import { readBytes, writeBytes } from "../core/text-files.js";
import { FINDINGS, recipeSpec, shownFindings } from "./spec.js";

/** One structured edit. The recipe core checks which fields each kind needs. */
const EDIT = {
  type: "object",
  properties: {
    kind: {
      type: "string",
      description:
        "addRequirement (section, spec), removeRequirement (section, name), addPatch and removePatch (source, patch), " +
        "setBuildNumber (number), setVersion (version), setContext (name, value), setSource (source, key, value), " +
        "replaceScript (find, replace), addScriptLine (line, before or after), removeScriptLine (line), " +
        "addTest (commands, requirements, or imports), addTestCommand (test, command), replaceTest (test, find, replace), " +
        "addTestRequirement (test, section, spec), set (path, value), remove (path).",
    },
    output: { type: "string", description: "Name of the output, in recipes with several." },
    section: {
      type: "string",
      enum: ["build", "host", "run", "run_constraints"],
      description: "Section of the requirements; of a test `build` or `run`.",
    },
    spec: { type: "string", description: "A match spec or template, e.g. `${{ compiler('c') }}`." },
    name: { type: "string", description: "Package name, or variable of the context." },
    source: { type: "integer", minimum: 0, description: "Which source, from 0." },
    patch: { type: "string", description: "File name of the patch." },
    number: { type: "integer", minimum: 0, description: "Build number." },
    version: { type: "string", description: "Version." },
    key: { type: "string", description: "Field of the source, e.g. `url` or `sha256`." },
    path: {
      type: "array",
      items: { type: "string" },
      description: "Keys that lead to the value; items of lists by their numbers, from 0.",
    },
    find: { type: "string", description: "Text to replace in the build script or test, within one line." },
    replace: { type: "string", description: "What to write in its place; empty to remove it." },
    line: { type: "string", description: "A line of the build script." },
    before: {
      type: "string",
      description: "Text of the line that the new one goes before. Default: the end.",
    },
    after: { type: "string", description: "Text of the line that the new one goes after." },
    test: { type: "integer", minimum: 0, description: "Which test, from 0." },
    command: { type: "string", description: "A command of a script test." },
    commands: { type: "array", items: { type: "string" }, description: "Commands of a new script test." },
    imports: { type: "array", items: { type: "string" }, description: "Modules of a new Python test." },
    requirements: {
      type: "array",
      items: { type: "string" },
      description: "What a new script test needs besides the package.",
    },
    value: { type: ["string", "number", "boolean"], description: "The new value." },
  },
  required: ["kind"],
} as const;

export const editRecipe = recipeSpec({
  name: "edit_recipe",
  title: "Edit a recipe",
  description:
    "Edits a recipe and checks it. Give `edits` for structured edits, which keep comments and layout and are made all or none; " +
    "or `old_text` and `new_text`, where the old text must occur exactly once. Text edits also work on scripts and patches in " +
    "the recipe's folder.",
  effect: "change",
  input: {
    type: "object",
    properties: {
      path: {
        type: "string",
        description:
          "The recipe file or its folder, or a script or patch of the recipe, relative to the root folder.",
        default: ".",
      },
      edits: { type: "array", items: EDIT, description: "Structured edits, in order." },
      old_text: { type: "string", description: "The text to replace, exactly as it is in the file." },
      new_text: { type: "string", description: "The new text." },
      all: { type: "boolean", description: "Replace every occurrence of the text.", default: false },
    },
  },
  output: {
    type: "object",
    properties: {
      path: { type: "string" },
      changed: { type: "boolean" },
      ...FINDINGS,
    },
    required: ["path", "changed", "errors", "warnings", "report"],
  },
  async run({ root }, { path = ".", edits, old_text, new_text, all }, { tool, signal, maxChars }) {
    const isTextEdit = old_text !== undefined || new_text !== undefined;
    if ((edits === undefined) === !isTextEdit) {
      throw invalidInput(tool, "expected either `edits`, or `old_text` and `new_text`");
    }
    if (isTextEdit && (old_text === undefined || new_text === undefined)) {
      throw invalidInput(tool, "`old_text` and `new_text` go together");
    }
    const { file, shown } = await recipePart(tool, root, path);
    const isRecipe = [".yaml", ".yml"].includes(extname(file));
    return await withFile(file, signal, async () => {
      const named = { tool, path, file };
      const before = await readBytes(named);
      let after = before;
      if (edits !== undefined) {
        if (!isRecipe)
          throw invalidInput(tool, `\`${path}\` is not a recipe`, "use `old_text` and `new_text`");
        const recipe = Stage0Recipe.fromYaml(before.toString("utf8"), { path: file });
        after = Buffer.from(recipe.edit(edits as RecipeEdit[]).text);
      } else if (old_text !== undefined && new_text !== undefined) {
        after = replaceText(tool, path, before, { old_text, new_text, all }).bytes;
      }
      const changed = !after.equals(before);
      if (changed) await writeBytes(named, after);
      if (!isRecipe) return { path: shown, changed, errors: 0, warnings: 0, report: "" };
      const { text, diagnostics } = await findingsOf(file, {});
      return { path: shown, changed, ...shownFindings(text, diagnostics, maxChars) };
    });
  },
});
