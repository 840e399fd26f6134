// `npm run build`: what is shipped, and measured.

import { statSync } from "node:fs";
import { join } from "node:path";
import { root, script } from "./run.mjs";
import { setUp, triple } from "./setup.mjs";

await script(() => {
  setUp("release");
  for (const file of [`npm/${triple()}/sidewinder.${triple()}.node`, "ts-sdk/dist/wasm/recipe_bg.wasm"]) {
    process.stdout.write(`${file}  ${(statSync(join(root, file)).size / 1e6).toFixed(2)} MB\n`);
  }
});
