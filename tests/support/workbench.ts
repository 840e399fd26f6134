/** What the tests across crates work on: the embedded channel, caches of their own, small recipes. */

import { existsSync } from "node:fs";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll } from "vitest";
import { type RenderedVariant, Stage0Recipe, VariantConfig } from "../../ts-sdk/src/index.js";

/** The root of the repository. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The embedded channel; `npm test` and `npm run demo` make it. */
export const channel = join(root, ".sidewinder", "channel");

if (!existsSync(join(channel, "noarch", "repodata.json"))) {
  throw new Error("embedded channel not found; run `npm run setup`, which creates it");
}

const folders: string[] = [];

/** A new folder that is removed after the tests of the file. */
export async function scratch(): Promise<string> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "sidewinder-test-")));
  folders.push(folder);
  return folder;
}

afterAll(async () => {
  for (const folder of folders) await rm(folder, { recursive: true, force: true });
});

/** The only variant of a recipe's text. */
export function variantOf(text: string, variants: Record<string, string[]> = {}): RenderedVariant {
  const [variant, ...others] = Stage0Recipe.fromYaml(text).render(new VariantConfig(variants));
  if (variant === undefined || others.length > 0) throw new Error("the recipe gives not one variant");
  return variant;
}

/** A recipe whose script is these lines. */
export function scripted(lines: string[], more = ""): string {
  const script = lines.map((line) => `      ${line}\n`).join("");
  return `package: {name: probe, version: "1.0"}\nbuild:\n  script:\n    content: |\n${script}${more}`;
}

/** A C program whose recipe forgets the library that it needs: `libgreet`. */
export async function forgetful(): Promise<RenderedVariant> {
  const folder = join(root, "tests/fixtures/demo-compile");
  const recipe = await Stage0Recipe.fromFile(join(folder, "recipe.yaml"));
  const [variant] = recipe.render(await VariantConfig.fromFiles([join(folder, "variants.yaml")]));
  if (variant === undefined) throw new Error("the recipe gives no variant");
  return variant;
}
