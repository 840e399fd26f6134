// `npm run docs [-- --out FOLDER]`: the documentation as a static site, from `docs/*.md` and the SDK's doc comments.
//
// Fails on a link that leads nowhere. The site needs no server: opening `index.html` is enough.

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { root, say, script } from "./run.mjs";
import { installPackages, setUp } from "./setup.mjs";

await script(async () => {
  const { values } = parseArgs({ options: { out: { type: "string", default: join(root, "docs", "dist") } } });
  // The types of the WebAssembly core are made with it.
  if (existsSync(join(root, "ts-sdk/src/wasm/recipe.d.ts"))) installPackages();
  else setUp("dev");
  const { buildSite } = await import("./docs/site.mjs");
  const out = resolve(values.out);
  const pages = await buildSite(out);
  for (const { group, title, file } of pages)
    if (group !== "api") process.stdout.write(`${file.padEnd(24)} ${title}\n`);
  const reference = pages.filter(({ group }) => group === "api").length;
  say(`${pages.length} pages in ${out}, ${reference} of them of the API reference`);
});
