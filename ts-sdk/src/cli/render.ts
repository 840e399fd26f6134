/** `sidewinder render`: lists the packages that recipes produce. */

import { existsSync } from "node:fs";
import type { RenderedVariant } from "../generated/types.js";
import { type Call, command } from "./command.js";
import { print } from "./output.js";
import { RENDER_OPTIONS, renderFile } from "./recipe-options.js";
import { UsageError } from "./usage-error.js";

export default command({
  name: "render",
  usage: ["RECIPE... [options]"],
  about:
    "Renders recipes and lists their packages in build order: one line for each output and each combination of the variants " +
    "that it uses. Nothing is downloaded or run. For a folder, its recipe.yaml is rendered.\n\n" +
    "--json prints the complete rendered variants as a list.",
  options: {
    ...RENDER_OPTIONS,
    jobs: {
      type: "string",
      value: "FILE",
      description: "For comparing renderers, in a checkout: print a record for each job in FILE",
    },
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
      await renderJobs(values.jobs, values.root);
      return 0;
    }
    if (operands.length === 0) throw new UsageError("missing argument: a recipe");
    const rendered: RenderedVariant[] = [];
    for (const path of operands) rendered.push(...(await renderFile(path, values, call)));
    print(call as Call, rendered, () => table(rendered));
    return 0;
  },
});

/** Runs the harness for comparing renderers, which is not part of the package. */
async function renderJobs(jobs: string, root: string): Promise<void> {
  const harness = new URL("../../../benches/render-jobs.mjs", import.meta.url);
  if (!existsSync(harness)) {
    throw new UsageError(
      "`--jobs` only works in a checkout of sidewinder",
      "use `--json` to get all rendered variants",
    );
  }
  const { renderJobs: run } = (await import(harness.href)) as {
    renderJobs(jobs: string, root: string, out: NodeJS.WritableStream): Promise<void>;
  };
  await run(jobs, root, process.stdout);
}

function table(variants: RenderedVariant[]): string {
  const lines = variants.map(({ name, version, buildString, subdir, skip, variant }) => {
    const keys = Object.entries(variant).map(([key, value]) => `${key}=${value}`);
    return `${name} ${version} ${buildString} [${subdir}]${skip ? " (skipped)" : ""}  ${keys.join(" ")}`.trimEnd();
  });
  return [...lines, `Rendered ${variants.length} variant(s)`, ""].join("\n");
}
