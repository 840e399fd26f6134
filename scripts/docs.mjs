// `npm run docs [-- --out FOLDER | --dev]`: the documentation site, built by VitePress from `docs/*.md` and the SDK's doc
// comments. Fails on broken links and on exports without a doc comment.
//
//   --dev   serves the site with live reload

import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { environment, root, run, say, script } from "./run.mjs";
import { installPackages, setUp } from "./setup.mjs";

await script(async () => {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: join(root, "docs", "dist") },
      dev: { type: "boolean", default: false },
    },
  });
  // The declarations of the WebAssembly core are generated with it.
  if (existsSync(join(root, "ts-sdk/src/wasm/recipe.d.ts"))) installPackages();
  else await setUp("dev");
  const { writeReference } = await import("./docs/reference.mjs");
  say("Writing the API reference");
  await writeReference(join(root, "docs", "api"));
  const out = resolve(values.out);
  const vitepress = join(root, "node_modules/vitepress/bin/vitepress.js");
  run(process.execPath, [vitepress, values.dev ? "dev" : "build", "docs"], {
    env: { ...environment, SIDEWINDER_DOCS_OUT: out },
    ...(values.dev ? { stdio: "inherit" } : {}),
  });
  if (!values.dev) say(`The site is in ${out}; serve it with any web server`);
});
