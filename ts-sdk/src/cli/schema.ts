/** `sidewinder schema`: the JSON Schema of recipes or variant files. */

import { recipeSchema, variantSchema } from "../recipe/schema.js";
import { command, type OptionSpecs } from "./command.js";
import { UsageError } from "./usage-error.js";

const OPTIONS = {} as const satisfies OptionSpecs;

export default command({
  name: "schema",
  usage: ["[recipe | variants]"],
  about:
    "Prints the JSON Schema (draft 7) of recipe.yaml, or of variants.yaml. Editors use it for completion and for errors while " +
    "you type.",
  options: OPTIONS,
  examples: [
    { description: "a file for the settings of an editor", line: "sidewinder schema > recipe.schema.json" },
    { description: "of variant files", line: "sidewinder schema variants" },
  ],
  async run({ operands: [what = "recipe", second], json }) {
    if (second !== undefined) throw new UsageError(`unexpected argument \`${second}\``);
    if (what !== "recipe" && what !== "variants") {
      throw new UsageError(`unknown schema \`${what}\``, "expected recipe or variants");
    }
    const schema = what === "recipe" ? recipeSchema() : variantSchema();
    process.stdout.write(`${JSON.stringify(schema, null, json ? 0 : 2)}\n`);
    return 0;
  },
});
