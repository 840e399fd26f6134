// The Markdown files that become pages.

import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";

/** All Markdown files below a folder, by their paths with `/`; `dist` is left out. */
export function readPages(folder) {
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".md"))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).replaceAll(sep, "/"))
    .filter((name) => !name.startsWith("dist/"))
    .sort();
  return names.map((path) => ({ path, text: readFileSync(join(folder, path), "utf8") }));
}

/** Order and names of the pages in the menu; a page that is not here comes at the end, under its heading. */
export const MENU = [
  ["index.md", "Start"],
  ["first-session.md", "A first session"],
  ["diagnostics.md", "Reading diagnostics"],
  ["variants.md", "Variants"],
  ["channels.md", "Channels and credentials"],
  ["streaming.md", "Streaming and stopping"],
  ["packages.md", "Adding packages"],
  ["patches.md", "Making a patch"],
  ["command-line.md", "Command line"],
  ["browser.md", "In a browser"],
  ["fleet.md", "Many sessions: fleets"],
  ["versions.md", "Versions and match specs"],
  ["agents.md", "For agents"],
  ["python.md", "From Python's rattler_build"],
  ["differences.md", "Beside rattler-build"],
  ["errors.md", "Catalogue of errors"],
  ["faults.md", "Faults from outside"],
];
