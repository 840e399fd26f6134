// The second part: a recipe that forgets a library is diagnosed, repaired in place, and built.

import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { DebugSession, Stage0Recipe, VariantConfig } from "sidewinder";
import { indent } from "./walkthrough.mjs";

const FOLDER = join(dirname(fileURLToPath(import.meta.url)), "../tests/fixtures/demo-compile");

/**
 * @param {object} options
 * @param {string[]} options.channels Where packages come from; they have a C compiler and `libgreet`.
 * @param {(text: string) => void} options.print
 */
export async function repair({ channels, print }) {
  print("A. Set up a recipe that compiles C");
  const recipe = await Stage0Recipe.fromFile(join(FOLDER, "recipe.yaml"));
  const config = await VariantConfig.fromFiles([join(FOLDER, "variants.yaml")]);
  const [variant] = recipe.render(config);
  const session = await DebugSession.create(variant, { channels });
  try {
    print(`   ${variant.name} ${variant.version} ${variant.buildString}`);
    print(`   build environment: ${names(await session.packages("build"))}`);
    print(`   host environment: ${names(await session.packages("host"))}`);

    print("B. Run the build: it fails, as the recipe forgets a library");
    const first = await session.runScript();
    print(`   exit code ${first.exitCode}`);
    const evidence = first.stderr.split("\n").find((line) => line.includes("greet.h"));
    print(indent(evidence ?? first.stderr));

    print("C. Add the library, and run the build again");
    const change = await session.addPackages(["libgreet"]);
    print(`   added: ${names(change.added)}`);
    const second = await session.runScript();
    print(`   exit code ${second.exitCode}`);
    print(indent(second.stdout));

    print("D. Change the source, run, and take the change as a patch");
    const source = join(session.workDir, "hello.c");
    await writeFile(source, (await readFile(source, "utf8")).replace("world", "sidewinder"));
    const third = await session.runScript();
    print(indent(third.stdout));
    const patch = await session.createPatch({ dryRun: true });
    print(`   ${patch.files.map(({ path, change }) => `${change}: ${path}`).join(", ")}`);
    print(indent(patch.text));

    if (first.success || !second.success || !third.success) throw new Error("a step did not end as expected");
  } finally {
    await session.close();
  }
}

function names(packages) {
  return packages.map(({ name, version }) => `${name} ${version}`).join(", ") || "(empty)";
}
