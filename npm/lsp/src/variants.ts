/** The variants that a document is rendered for: those of the file next to it, and those of the settings. */

import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { type RenderConfig, SidewinderError, VariantConfig } from "sidewinder/recipe";

/** In the order in which the command line looks for them. */
const NAMES = ["variants.yaml", "conda_build_config.yaml"];

/**
 * The variants for a recipe; `undefined` without such a file. A file with errors is left out: they are reported there.
 *
 * @param open Texts of open documents by URI: they may be newer than the files.
 * @param more Paths of further files, which override the one next to the recipe.
 */
export function variantsFor(
  uri: string,
  open: ReadonlyMap<string, string>,
  config: RenderConfig,
  more: readonly string[] = [],
): VariantConfig | undefined {
  const folder = uri.slice(0, uri.lastIndexOf("/"));
  const texts: [string, string][] = [];
  for (const name of NAMES) {
    const text = textOf(`${folder}/${name}`, open);
    if (text === undefined) continue;
    texts.push([name, text]);
    break;
  }
  for (const path of more) {
    const text = textOf(pathToFileURL(path).href, open);
    if (text !== undefined) texts.push([path, text]);
  }
  const read = texts.flatMap(([path, text]) => variantsIn(path, text, config) ?? []);
  return read.length === 0 ? undefined : read.reduce((below, above) => below.merge(above));
}

function textOf(uri: string, open: ReadonlyMap<string, string>): string | undefined {
  const text = open.get(uri);
  if (text !== undefined) return text;
  try {
    return readFileSync(fileURLToPath(uri), "utf8");
  } catch {
    // Not there, or a document without a file.
    return undefined;
  }
}

/** The format of a variant file by its name. */
export function formatOf(path: string): "variants" | "conda_build_config" {
  return /(?:^|[/\\])conda_build_config\.yaml$/.test(path) ? "conda_build_config" : "variants";
}

function variantsIn(path: string, text: string, config: RenderConfig): VariantConfig | undefined {
  try {
    return VariantConfig.fromYaml(text, { config, format: formatOf(path) });
  } catch (error) {
    if (SidewinderError.is(error)) return undefined;
    throw error;
  }
}
