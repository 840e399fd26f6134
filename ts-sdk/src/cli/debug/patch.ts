/** `sidewinder debug patch`: the changes of the sources, as a patch. */

import { resolve } from "node:path";
import { define, given } from "../command.js";
import { WHERE, withSession } from "./where.js";

export const patch = define({
  name: "debug patch",
  summary: "Make a patch of what was changed in the sources",
  json: "{text, path, files}: a `Patch`",
  options: {
    ...WHERE,
    name: { type: "string", value: "NAME", about: "file name without extension; changes if not given" },
    "patch-dir": { type: "string", value: "DIR", about: "where it goes; the recipe's folder if not given" },
    overwrite: { type: "boolean", about: "replace a patch of that name" },
    "dry-run": { type: "boolean", about: "print the patch, write nothing" },
    "update-recipe": { type: "boolean", about: "also name it in the recipe's `patches`" },
    add: { type: "string", multiple: true, value: "GLOB", about: "new files to take in" },
    include: { type: "string", multiple: true, value: "GLOB", about: "only files like that" },
    exclude: { type: "string", multiple: true, value: "GLOB", about: "no files like that" },
  },
  examples: ["debug patch --dry-run", "debug patch --name fix-build --update-recipe"],
  async run({ values }) {
    const { name, add, include, exclude } = values;
    const dir = values["patch-dir"];
    return await withSession(values, async (session) => {
      const made = await session.createPatch({
        overwrite: values.overwrite,
        dryRun: values["dry-run"],
        updateRecipe: values["update-recipe"],
        ...given({ name, add, include, exclude, outputDir: dir === undefined ? undefined : resolve(dir) }),
      });
      return { text: made.path === null ? made.text : `${made.path}\n`, data: made };
    });
  },
});
