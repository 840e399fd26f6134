// `npm run playground`: opens the playground for work on it; `npm run playground:build` makes the static page.

import { join } from "node:path";
import { root, run, say, script } from "./run.mjs";
import { setUp } from "./setup.mjs";

await script(async () => {
  const build = process.argv.includes("--build");
  await setUp(build ? "release" : "dev");
  const vite = [join(root, "node_modules/vite/bin/vite.js"), ...(build ? ["build"] : []), "playground"];
  run(process.execPath, vite, { stdio: "inherit" });
  if (build) say("The page is in playground/dist; serve it with any web server");
});
