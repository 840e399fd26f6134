// usage: node examples/walkthrough/main.mjs [--channel CHANNEL]
//
// From a recipe to a build that is run, changed, and run again: nothing is resolved or installed a second time.

import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe, VariantConfig } from "sidewinder";

const { values } = parseArgs({ options: { channel: { type: "string", default: "conda-forge" } } });

const recipe = await Stage0Recipe.fromFile(fileURLToPath(new URL("recipe.yaml", import.meta.url)));
const [variant] = recipe.render(new VariantConfig());
console.log(`${variant.name} ${variant.version} ${variant.buildString}`);

// `await using session = …` does the same without `try`, where the language has it.
const session = await DebugSession.create(variant, { channels: [values.channel] });
try {
  const first = await session.runScript({ trace: true });
  console.log(`first run: exit code ${first.exitCode}`);
  console.log(first.stdout.trimEnd());

  const script = await session.readBuildScript();
  await session.writeBuildScript(script.replace("Hello", "Hello again"));
  const second = await session.runScript();
  console.log(`second run: exit code ${second.exitCode}`);
  console.log(second.stdout.trimEnd());
} finally {
  await session.close();
}
