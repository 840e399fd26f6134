/** Parses and renders in a worker, so that typing never waits. */

import {
  type Diagnostic,
  init,
  RecipeParseError,
  RecipeRenderError,
  type RenderedVariant,
  Stage0Recipe,
  VariantConfig,
  VariantError,
} from "sidewinder/recipe";
import type { Outcome, Reply, Request, Task } from "./messages.js";

// The types of pages and those of workers cannot be loaded together; this is all that is needed of the latter.
const here = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void;
  postMessage(reply: Reply): void;
};
const loaded = init();

here.onmessage = async ({ data }) => {
  const { id } = data;
  try {
    await loaded;
    here.postMessage({ kind: "outcome", id, outcome: work(data) });
  } catch (error) {
    here.postMessage({ kind: "failed", id, message: error instanceof Error ? error.message : String(error) });
  }
};

function work(task: Task): Outcome {
  const started = performance.now();
  const config = { targetPlatform: task.platform, buildPlatform: task.platform };
  const problems = { recipe: Stage0Recipe.check(task.recipe), variants: [] as Diagnostic[] };
  let packages: RenderedVariant[] | undefined;
  try {
    const variants = VariantConfig.fromYaml(task.variants, { format: task.format, config });
    problems.variants = variants.warnings;
    // A recipe with errors was asked once already; parsing it again would only throw them.
    if (problems.recipe.every(({ severity }) => severity === "warning")) {
      const rendered = Stage0Recipe.fromYaml(task.recipe).renderWithWarnings(variants, config);
      problems.recipe.push(...rendered.warnings);
      packages = distinct(rendered.variants);
    }
  } catch (error) {
    if (VariantError.is(error)) problems.variants = error.diagnostics;
    else if (RecipeRenderError.is(error) || RecipeParseError.is(error))
      problems.recipe.push(...error.diagnostics);
    else throw error;
  }
  return { problems, packages, milliseconds: performance.now() - started };
}

/** Each package once: combinations of variants that an output does not use give it again. */
function distinct(packages: RenderedVariant[]): RenderedVariant[] {
  const seen = new Map<string, RenderedVariant>();
  for (const item of packages) {
    const key = JSON.stringify([item.subdir, item.name, item.version, item.buildString]);
    if (!seen.has(key)) seen.set(key, item);
  }
  return [...seen.values()];
}
