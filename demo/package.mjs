// The third part: the repaired recipe is built from scratch, packaged and tested, and a reviewer gets a report.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildRecipe, formatReport, Stage0Recipe, VariantConfig } from "sidewinder";
import { indent } from "./walkthrough.mjs";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "../tests/fixtures/demo-compile");

/**
 * @param {object} options
 * @param {string[]} options.channels Where packages come from; they have a C compiler and `libgreet`.
 * @param {(text: string) => void} options.print
 */
export async function packageAndTest({ channels, print }) {
  const path = join(FOLDER, "recipe.yaml");
  const before = await readFile(path, "utf8");
  const variants = await VariantConfig.fromFiles([join(FOLDER, "variants.yaml")]);
  const outputDir = await mkdtemp(join(tmpdir(), "sidewinder-demo-"));
  try {
    print("A. Put the library into the recipe, and a test that runs the program");
    const after = before
      .replace("requirements:\n", "requirements:\n  host:\n    - libgreet\n")
      .replace("about:\n", "tests:\n  - script:\n      - hello-greet | grep Hello\n\nabout:\n");

    print("B. Build, package and test it");
    const recipe = Stage0Recipe.fromYaml(after, { path });
    const report = await buildRecipe(recipe, { channels, variants, outputDir });
    try {
      for (const { variant, phase, package: built, tests } of report.outputs) {
        print(`   ${variant.name} ${variant.version}: ${phase}`);
        for (const file of built?.files ?? []) print(`   packaged: ${file.path}`);
        for (const { test, success } of tests) {
          print(`   test ${test.index} (${test.summary}): ${success ? "passed" : "failed"}`);
        }
      }

      print("C. What a reviewer reads");
      const page = formatReport(report, { before });
      print(indent(page.slice(page.indexOf("```diff"), page.indexOf("<details>"))));
      print(indent(page.slice(page.indexOf("| Output"), page.indexOf("## hello-greet"))));
      if (!report.success) throw new Error("the repaired recipe was not built");
    } finally {
      await report.close();
    }
  } finally {
    await rm(outputDir, { recursive: true, force: true });
  }
}
