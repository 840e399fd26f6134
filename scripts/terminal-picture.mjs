// usage: node scripts/terminal-picture.mjs
//
// Draws the first part of the demo's output, as the tests know it, as a terminal: `docs/pictures/walkthrough.svg`.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

/** The picture of a text: headings bright, output dim. Its own dark ground makes it right on light and dark pages. */
export function terminalPicture(text) {
  const lines = ["$ npm run demo", ...text.split("\n== A build")[0].trimEnd().split("\n").slice(1)];
  const rows = lines.map((line, at) => {
    const color = /^(\d\.|\$)/.test(line) ? "#fff" : line.startsWith("   |") ? "#9fd6a8" : "#b8c0cc";
    const shown = line.slice(0, 92).replaceAll("&", "&amp;").replaceAll("<", "&lt;");
    return `<text x="16" y="${30 + at * 17}" fill="${color}" xml:space="preserve">${shown}</text>`;
  });
  const height = lines.length * 17 + 34;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="760" height="${height}" viewBox="0 0 760 ${height}" font-family="ui-monospace, Menlo, Consolas, monospace" font-size="13" role="img">
<title>A terminal in which the demo renders a recipe, sets its build up, runs it, edits the script and runs it again</title>
<rect x="0.5" y="0.5" width="759" height="${height - 1}" rx="8" fill="#15171a" stroke="#3a4048"/>
${rows.join("\n")}
</svg>
`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = readFileSync(join(root, "tests/snapshots/walkthrough.txt"), "utf8");
  writeFileSync(join(root, "docs/pictures/walkthrough.svg"), terminalPicture(text));
}
