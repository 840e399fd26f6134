// The API reference as Markdown pages, written by TypeDoc from the doc comments of the SDK's entry points.

import { rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Application, ReflectionKind } from "typedoc";
import { sdkManifest } from "../platforms.mjs";
import { root, StepFailed } from "../run.mjs";

const SDK = join(root, "ts-sdk");
const { Class, Interface, TypeAlias, Function: Call, Method, Property, Accessor, Variable } = ReflectionKind;

/**
 * Writes the pages into a folder below `docs`, with the sidebar for VitePress.
 *
 * Fails if an export has no doc comment or a doc comment has an invalid link.
 */
export async function writeReference(folder) {
  rmSync(folder, { recursive: true, force: true });
  const entries = entryPoints();
  const app = await Application.bootstrapWithPlugins({
    plugin: ["typedoc-plugin-markdown", "typedoc-vitepress-theme"],
    entryPoints: [...entries.values()],
    tsconfig: join(SDK, "tsconfig.json"),
    out: folder,
    docsRoot: dirname(folder),
    entryFileName: "index.md",
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
    hidePageHeader: true,
    pageTitleTemplates: { index: "API reference", member: "{name}", module: "{name}" },
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    typeDeclarationFormat: "table",
    enumMembersFormat: "table",
  });
  const project = await app.convert();
  if (project === undefined) throw new StepFailed("TypeDoc could not read the SDK");
  for (const [name, file] of entries) {
    const module = file.slice(join(SDK, "src").length + 1).replace(/\.ts$/, "");
    const reflection = project.children?.find((child) => [module, dirname(module)].includes(child.name));
    if (reflection === undefined) throw new StepFailed(`TypeDoc found no module ${module}`);
    reflection.name = name;
  }
  const bare = undocumented(project);
  if (bare.length > 0) throw new StepFailed(`exports without a doc comment: ${bare.join(", ")}`);
  app.validate(project);
  if (app.logger.hasErrors() || app.logger.hasWarnings())
    throw new StepFailed("TypeDoc reported problems in doc comments");
  await app.generateOutputs(project);
}

/** Entry points of the package by import path, e.g. `sidewinder/recipe`, with their source files. */
function entryPoints() {
  const exported = Object.entries(sdkManifest().exports).filter(([, target]) => typeof target === "object");
  return new Map(
    exported.map(([path, { types }]) => [
      path.replace(/^\./, "sidewinder"),
      join(SDK, types.replace("./dist/", "src/").replace(/\.d\.ts$/, ".ts")),
    ]),
  );
}

/**
 * Exports without a doc comment. Properties of anonymous types are documented by the type that contains them, and
 * properties picked from `DebugSession` are documented there.
 */
function undocumented(project) {
  return project
    .getReflectionsByKind(Class | Interface | TypeAlias | Call | Method | Property | Accessor | Variable)
    .filter(
      (reflection) =>
        ![reflection, reflection.getSignature, ...(reflection.signatures ?? [])].some((part) =>
          part?.hasComment(),
        ),
    )
    .map((reflection) => reflection.getFullName())
    .filter((name) => !name.includes("__type") && !name.includes(".FleetSession."));
}
