// Packages next to the SDK that only some users install, so that their dependencies reach nobody else.

import { cpSync, existsSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { root, run, say } from "./run.mjs";

/** Their folders under `npm/`. */
export const COMPANIONS = ["mcp", "lsp"];

/** The manifest of a companion. */
export function companionManifest(name) {
  return JSON.parse(readFileSync(join(root, "npm", name, "package.json"), "utf8"));
}

/** What is out of step with the SDK's version: a companion works with exactly the SDK that it was released with. */
export function companionsOutOfStep({ version, peerDependencies }) {
  return COMPANIONS.flatMap((name) => {
    const manifest = companionManifest(name);
    const { dependencies } = manifest;
    const versions = [manifest.version, dependencies.sidewinder, peerDependencies[manifest.name]];
    const wrong = versions.filter((each) => each !== version);
    return wrong.length === 0
      ? []
      : [`npm/${name}/package.json: version ${wrong[0]}, ts-sdk/package.json: ${version}`];
  });
}

/** Compiles the companions against the SDK, which was built before. */
export function buildCompanions() {
  for (const name of COMPANIONS) {
    const folder = join(root, "npm", name);
    const missing = missingDependency(folder, companionManifest(name));
    if (missing !== undefined) {
      say(`Not building npm/${name}: ${missing} is not installed; run \`npm install --no-save\``);
      continue;
    }
    // Output of deleted source files would be packed as well.
    rmSync(join(folder, "dist"), { recursive: true, force: true });
    run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-p", folder]);
  }
}

/** Puts what npm gets of a companion into a folder. */
export function copyCompanion(name, target) {
  const folder = join(root, "npm", name);
  cpSync(join(folder, "dist"), join(target, "dist"), { recursive: true });
  cpSync(join(folder, "README.md"), join(target, "README.md"));
}

function missingDependency(folder, { dependencies }) {
  const search = createRequire(join(folder, "package.json")).resolve.paths("x");
  return Object.keys(dependencies).find(
    (name) => !search.some((modules) => existsSync(join(modules, name, "package.json"))),
  );
}
