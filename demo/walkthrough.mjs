// The walkthrough: from a recipe's text to a debugged build, step by step.

import { readdir, readFile, writeFile } from "node:fs/promises";
import { DebugSession, Stage0Recipe, VariantConfig } from "sidewinder";

const RECIPE = `\
package:
  name: debug-demo
  version: "1.0.0"
build:
  number: 0
  noarch: generic
  script:
    content: |
      echo "Hello from the build script!"
      mkdir -p $PREFIX/bin
      echo "hello from debug-demo" > $PREFIX/bin/hello
requirements:
  run:
    - python
`;

/**
 * @param {object} options
 * @param {string[]} options.channels Where packages come from.
 * @param {string} options.extra A package of these channels, to be added in step 8.
 * @param {(text: string) => void} options.print
 */
export async function walkthrough({ channels, extra, print }) {
  print("1. Parse and render the recipe");
  const variants = Stage0Recipe.fromYaml(RECIPE).render(new VariantConfig(), {});
  print(`   Rendered ${variants.length} variant(s)`);
  const [variant] = variants;
  print(`   ${variant.name} ${variant.version} ${variant.buildString}`);

  print("2. Create a session: everything is set up, the build has not run");
  const session = await DebugSession.create(variant, { channels });
  try {
    print(`   work folder: ${session.workDir}`);
    print(`   host prefix: ${session.hostPrefix.length} bytes long`);

    print("3. Read the build script");
    print(indent(await session.readBuildScript()));
    print(`   in the work folder: ${(await readdir(session.workDir)).sort().join(", ")}`);

    print("4. Run it, with a trace");
    show(await session.runScript({ trace: true }), print);

    print("5. Edit it: an ordinary file");
    const script = await readFile(session.buildScript, "utf8");
    const edited = script.replace("Hello from the build script!", "Hello from the MODIFIED build script!");
    await writeFile(session.buildScript, edited);
    print(`   ${session.buildScript}`);

    print("6. Run it again: nothing is solved, nothing installed");
    show(await session.runScript({ trace: true }), print);

    print("7. Branch on the result: a failure is a value");
    const result = await session.runScript();
    show(result, print);
    if (result.success) print("   the build script succeeded");
    else if (result.stderr.includes("command not found")) print("   a build dependency is missing");
    else if (result.stderr.includes("No such file or directory")) print("   check the sources");

    print("8. Go on, without repeating the set-up");
    const change = await session.addPackages([extra]);
    print(`   added: ${change.added.map(({ name, version }) => `${name} ${version}`).join(", ")}`);
  } finally {
    await session.close();
  }
}

/** Shows what a run gave. */
export function show({ exitCode, success, stdout, stderr }, print) {
  print(`   exit code ${exitCode}, ${success ? "success" : "failure"}`);
  print(`   stdout:${stdout === "" ? " (empty)" : `\n${indent(stdout)}`}`);
  print(`   stderr:${stderr === "" ? " (empty)" : `\n${indent(stderr)}`}`);
}

/** Sets a text apart from what the demo itself says. */
export function indent(text) {
  return text
    .trimEnd()
    .split("\n")
    .map((line) => `   | ${line}`.trimEnd())
    .join("\n");
}
