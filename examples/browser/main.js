// A page that checks and renders a recipe while it is typed.

import { formatDiagnostics, init, RecipeRenderError, Stage0Recipe, VariantConfig } from "sidewinder/recipe";

const recipe = document.getElementById("recipe");
const result = document.getElementById("result");

recipe.value = `package:
  name: demo
  version: "1.0"
requirements:
  host:
    - python
`;

await init(); // loads the WebAssembly core, once
const variants = new VariantConfig({ python: ["3.12.*", "3.13.*"] });

function show() {
  result.textContent = answer(recipe.value);
}

function answer(text) {
  const diagnostics = Stage0Recipe.check(text);
  if (diagnostics.some(({ severity }) => severity === "error")) return formatDiagnostics(text, diagnostics);
  try {
    const rendered = Stage0Recipe.fromYaml(text).render(variants, { targetPlatform: "linux-64" });
    return rendered.map(({ name, version, buildString }) => `${name} ${version} ${buildString}`).join("\n");
  } catch (error) {
    if (!RecipeRenderError.is(error)) throw error;
    return formatDiagnostics(text, error.diagnostics);
  }
}

recipe.addEventListener("input", show);
show();
