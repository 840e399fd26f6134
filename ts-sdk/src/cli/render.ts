/** `sidewinder render`: lists the packages that recipes produce. */

import type { RenderedVariant } from "../generated/types.js";
import { type Call, command } from "./command.js";
import { print } from "./output.js";
import { RENDER_OPTIONS, renderFile } from "./recipe-options.js";
import { UsageError } from "./usage-error.js";

export default command({
  name: "render",
  usage: ["RECIPE... [options]", "--jobs FILE --root DIR"],
  about:
    "Renders recipes and lists their packages in build order: one line for each output and each combination of the variants " +
    "that it uses. Nothing is downloaded or run. For a folder, its recipe.yaml is rendered.\n\n" +
    "--json prints the complete rendered variants as a list. --jobs prints one JSON record for each line of FILE.",
  options: {
    ...RENDER_OPTIONS,
    jobs: { type: "string", value: "FILE", description: "Render the jobs in FILE, one JSON object per line" },
    root: { type: "string", value: "DIR", description: "Folder for relative paths in --jobs" },
  },
  examples: [
    {
      description: "for this machine, with two variant files",
      line: "sidewinder render recipe.yaml -m variants.yaml -m local.yaml",
    },
    {
      description: "for macOS, only the packages for one Python version",
      line: "sidewinder render . --target-platform osx-arm64 --variant python=3.12.*",
    },
    {
      description: "names and hashes for a script",
      line: "sidewinder render recipe.yaml --json | jq -r '.[] | [.name, .hash] | @tsv'",
    },
  ],
  async run(call) {
    const { values, operands } = call;
    if (values.jobs !== undefined) {
      if (values.root === undefined) throw new UsageError("`--jobs` requires `--root`");
      const { renderJobs } = await import("./jobs.js");
      await renderJobs(values.jobs, values.root, process.stdout);
      return 0;
    }
    if (operands.length === 0) throw new UsageError("missing argument: a recipe");
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
