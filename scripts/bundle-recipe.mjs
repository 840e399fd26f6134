// Puts `sidewinder/recipe` into one file: in a fresh process, loading some 18 modules takes longer than parsing a recipe.

import { readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import { root } from "./run.mjs";

const dist = join(root, "ts-sdk/dist");
const ENTRY = join(dist, "recipe/index.js");
const BUNDLE = join(dist, "recipe/bundle.js");
/** Next to the modules it replaces, so that `new URL("../wasm/…", import.meta.url)` still leads to the WebAssembly files. */
const VIRTUAL = join(dist, "recipe/bundle-entry.js");

/**
 * Bundles the modules that the recipe entry point loads, and turns each of them into a re-export of the bundle. The rest of the
 * SDK goes on importing them by their names and gets the same classes, whichever entry point a program uses.
 */
export async function bundleRecipe() {
  const modules = await reachable(ENTRY);
  const exports = new Map();
  for (const file of modules) exports.set(file, Object.keys(await import(pathToFileURL(file).href)));
  const entry = modules.flatMap((file, index) =>
    exports
      .get(file)
      .map((name) => `export { ${name} as ${unique(index, name)} } from ${JSON.stringify(file)};`),
  );
  const bundle = await rolldown({
    input: VIRTUAL,
    plugins: [
      {
        name: "bundle-entry",
        resolveId: (id) => (id === VIRTUAL ? id : undefined),
        load: (id) => (id === VIRTUAL ? entry.join("\n") : undefined),
      },
    ],
  });
  await bundle.write({ file: BUNDLE, format: "esm" });
  await bundle.close();
  for (const [index, file] of modules.entries()) {
    const names = exports.get(file).map((name) => `${unique(index, name)} as ${name}`);
    const from = relative(dirname(file), BUNDLE).split(sep).join("/");
    const specifier = from.startsWith(".") ? from : `./${from}`;
    writeFileSync(file, names.length === 0 ? "" : `export { ${names.join(", ")} } from "${specifier}";\n`);
  }
}

const unique = (index, name) => `m${index}_${name}`;

/** The files that a module imports statically, and itself. */
async function reachable(entry) {
  const seen = new Set([entry]);
  for (const file of seen) {
    for (const [, specifier] of readFileSync(file, "utf8").matchAll(
      /^(?:import|export)\b[^"';]*\bfrom\s*["'](\.[^"']+)["']/gm,
    ))
      seen.add(join(dirname(file), specifier));
  }
  return [...seen];
}
