/** `sidewinder render`: what a recipe gives. */

import type { RenderedVariant } from "../generated/types.js";
import { type Call, command } from "./command.js";
import { print } from "./output.js";
import { RENDER_OPTIONS, renderFile } from "./recipe-options.js";
import { UsageError } from "./usage-error.js";

export default command({
  name: "render",
  usage: ["RECIPE... [options]", "--jobs FILE --root DIR"],
  about:
    "Shows the packages that recipes give: one line for each combination of the variants that a recipe uses, and for each " +
    "of its outputs, in build order. Nothing is fetched and nothing is run. A folder stands for the recipe.yaml in it.\n\n" +
    "With --json all of it, as a list of rendered variants. With --jobs one JSON record for each line of FILE.",
  options: {
    ...RENDER_OPTIONS,
    jobs: { type: "string", value: "FILE", says: "Render the jobs of FILE, one JSON object a line" },
    root: { type: "string", value: "DIR", says: "Folder that the paths in --jobs are relative to" },
  },
  examples: [
    {
      says: "for this machine, with two variant files",
      line: "sidewinder render recipe.yaml -m variants.yaml -m local.yaml",
    },
    {
      says: "for macOS, only what is built for one Python",
      line: "sidewinder render . --target-platform osx-arm64 --variant python=3.12.*",
    },
    {
      says: "names and hashes for a script",
      line: "sidewinder render recipe.yaml --json | jq -r '.[] | [.name, .hash] | @tsv'",
    },
  ],
  async run(call) {
    const { values, operands } = call;
    if (values.jobs !== undefined) {
      if (values.root === undefined) throw new UsageError("`--jobs` needs `--root`");
      const { renderJobs } = await import("./jobs.js");
      await renderJobs(values.jobs, values.root, process.stdout);
      return 0;
    }
    if (operands.length === 0) throw new UsageError("`render` needs a recipe");
    const rendered: RenderedVariant[] = [];
    for (const path of operands) rendered.push(...(await renderFile(path, values)));
    print(call as Call, rendered, () => table(rendered));
    return 0;
  },
});

function table(variants: RenderedVariant[]): string {
  const lines = variants.map(({ name, version, buildString, subdir, skip, variant }) => {
    const keys = Object.entries(variant).map(([key, value]) => `${key}=${value}`);
    return `${name} ${version} ${buildString} [${subdir}]${skip ? " (skipped)" : ""}  ${keys.join(" ")}`.trimEnd();
  });
  return [...lines, `Rendered ${variants.length} variant(s)`, ""].join("\n");
}
