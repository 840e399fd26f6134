// usage: node scripts/benchmark-picture.mjs FILE
//
// Draws the results of `npm run bench -- --reference PYTHON --json FILE` as `docs/pictures/benchmark.svg`. A bar is
// sidewinder's time divided by the reference's.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { root } from "./run.mjs";

/** What the figures are about, in the order in which they are drawn. */
export const LABELS = {
  recipes: {
    "load variant files (native core)": "load variants",
    "parse and render (native core)": "parse and render recipes, native",
    "parse and render (WebAssembly)": "parse and render recipes, WebAssembly",
  },
  sessions: {
    "create simple": "set up without dependencies",
    "create cold": "set up, caches empty",
    "create warm": "set up, caches warm",
    add: "add a package",
    run: "run a script of one line",
  },
};
const [WIDTH, ROW, TOP, LEFT, RIGHT] = [760, 28, 62, 300, 560];
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .head { font-weight: 600 }
  .dim { fill: #59636e }
  .less { fill: #2a8a5c }
  .more { fill: #bc6c1a }
  .one { stroke: #59636e; stroke-dasharray: 3 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .dim { fill: #9198a1 }
    .less { fill: #46b381 }
    .more { fill: #e09b4a }
    .one { stroke: #9198a1 }
  }
`;

/** The picture of a benchmark's figures; those without a ratio are left out. */
export function benchmarkPicture({ machine, figures }) {
  const rows = Object.entries(LABELS).flatMap(([bench, labels]) =>
    Object.entries(labels).flatMap(([name, label]) => {
      const figure = figures[bench]?.find((entry) => entry.name === name);
      return figure?.ratio === undefined ? [] : [{ ...figure, label }];
    }),
  );
  if (rows.length === 0) throw new Error("no figure has a ratio: measure with --reference PYTHON");
  const most = Math.max(1.25, ...rows.map(({ ratio }) => ratio));
  const length = (ratio) => round((ratio / most) * (RIGHT - LEFT));
  const unity = round(LEFT + length(1));
  const bottom = TOP + rows.length * ROW;
  const height = bottom + 34;
  const drawn = rows.map(({ label, value, reference, ratio, unit }, at) => {
    const middle = TOP + at * ROW + 12;
    const times = `${ratio.toFixed(2)} · ${time(value, unit)} vs ${time(reference, unit)}`;
    return `<text x="${LEFT - 10}" y="${middle + 5}" text-anchor="end">${escaped(label)}</text>
<rect class="${ratio <= 1 ? "less" : "more"}" x="${LEFT}" y="${middle - 8}" width="${length(ratio)}" height="16" rx="2"/>
<text class="dim" x="${RIGHT + 12}" y="${middle + 5}">${times}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img">
<title>Time that sidewinder takes, as a part of the reference's: ${escaped(rows.map(({ label, ratio }) => `${label} ${ratio.toFixed(2)}`).join("; "))}</title>
<style>${STYLE}</style>
<text class="head" x="10" y="22">Time, as a part of the reference's (shorter is better)</text>
<text class="dim" x="${unity}" y="46" text-anchor="middle">1.0: as the reference</text>
${drawn.join("\n")}
<line class="one" x1="${unity}" y1="${TOP - 10}" x2="${unity}" y2="${bottom}"/>
<text class="dim" x="10" y="${bottom + 22}">${escaped(`${machine.processor.trim()}, ${machine.cores} cores, Node ${machine.node}`)}</text>
</svg>
`;
}

/** A time in the unit that reads best. */
function time(value, unit) {
  const ms = unit.startsWith("ms") ? value : value * 1000;
  if (ms >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${ms.toFixed(ms < 100 ? 1 : 0)} ms`;
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function escaped(text) {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file] = process.argv.slice(2);
  if (file === undefined) {
    console.error("usage: node scripts/benchmark-picture.mjs FILE");
    process.exit(2);
  }
  const picture = benchmarkPicture(JSON.parse(readFileSync(file, "utf8")));
  writeFileSync(join(root, "docs/pictures/benchmark.svg"), picture);
}
