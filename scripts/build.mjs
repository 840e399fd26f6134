// `npm run build`: what is shipped, and measured.

import { statSync } from "node:fs";
import { join } from "node:path";
import { checkCoreSize } from "./core-size.mjs";
import { root, script } from "./run.mjs";
import { setUp, triple } from "./setup.mjs";

await script(async () => {
  await setUp("release");
  const addon = `npm/${triple()}/sidewinder.${triple()}.node`;
  process.stdout.write(`${addon}  ${(statSync(join(root, addon)).size / 1e6).toFixed(2)} MB\n`);
  checkCoreSize();
});
