// The API reference as Markdown: what TypeDoc makes of the doc comments of the SDK's three entry points.

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Application } from "typedoc";
import { root, StepFailed } from "../run.mjs";
import { readPages } from "./pages.mjs";

const SDK = join(root, "ts-sdk");

/** The pages of the reference: path below `api/`, and text. */
export async function apiPages() {
  const folder = mkdtempSync(join(tmpdir(), "sidewinder-docs-"));
  try {
    const app = await Application.bootstrapWithPlugins({
      plugin: ["typedoc-plugin-markdown"],
      entryPoints: ["index.ts", "recipe/index.ts", "agent/index.ts"].map((file) => join(SDK, "src", file)),
      tsconfig: join(SDK, "tsconfig.json"),
      outputs: [{ name: "markdown", path: folder }],
      name: "API reference",
      readme: "none",
      excludeInternal: true,
      excludePrivate: true,
      excludeExternals: true,
      disableSources: true,
      validation: { invalidLink: true, notExported: false },
      treatWarningsAsErrors: true,
      logLevel: "Warn",
      router: "member",
      hideBreadcrumbs: true,
      pageTitleTemplates: { index: "API reference", member: "{name}", module: "{name}" },
      hidePageHeader: true,
      parametersFormat: "table",
      interfacePropertiesFormat: "table",
      typeDeclarationFormat: "table",
      enumMembersFormat: "table",
    });
    const project = await app.convert();
    if (project === undefined) throw new StepFailed("the SDK cannot be read by TypeDoc");
    for (const [module, name] of [
      ["index", "sidewinder"],
      ["recipe", "sidewinder/recipe"],
      ["agent", "sidewinder/agent"],
    ]) {
      const found = project.children?.find((child) => [module, `${module}/index`].includes(child.name));
      if (found === undefined) throw new StepFailed(`TypeDoc found no module ${module}`);
      found.name = name;
    }
    app.validate(project);
    if (app.logger.hasErrors() || app.logger.hasWarnings())
      throw new StepFailed("TypeDoc has found mistakes in doc comments");
    await app.generateOutputs(project);
    return readPages(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
