// usage: node benches/growth.mjs
//
// Whether time grows with the input and not with its square: recipes and variant files of three sizes, each twice the one
// before, rendered in WebAssembly. Twice the input should take about twice the time. And whether memory grows with the
// number of recipes in one synchronous loop, where no finalizer ever runs: it should not.

import { Stage0Recipe, VariantConfig } from "../ts-sdk/dist/recipe/index.js";
import { wasm } from "../ts-sdk/dist/recipe/wasm.js";

const ROUNDS = 9;

const CASES = [
  { what: "outputs of a recipe", unit: "", sizes: [50, 100, 200], prepare: manyOutputs },
  { what: "outputs that pin each other", unit: "", sizes: [50, 100, 200], prepare: pinnedOutputs },
  { what: "combinations of variants", unit: "", sizes: [1250, 2500, 5000], prepare: combinations },
  { what: "recipe text, dependencies", unit: " kB", sizes: [256, 512, 1024], prepare: longList },
  { what: "recipe text, comments", unit: " kB", sizes: [256, 512, 1024], prepare: longComment },
  { what: "recipe text, script", unit: " kB", sizes: [256, 512, 1024], prepare: longScript },
  { what: "context variables", unit: "", sizes: [500, 1000, 2000], prepare: longContext },
  { what: "warnings of a check", unit: "", sizes: [250, 500, 1000], prepare: manyWarnings },
];

const rows = CASES.map(({ what, unit, sizes, prepare }) => {
  const times = sizes.map((size) => best(prepare(size)));
  const row = { what };
  sizes.forEach((size, at) => {
    row[["size", "twice", "four times"][at]] = `${size}${unit}: ${times[at].toFixed(1)} ms`;
  });
  row["growth per doubling"] = times
    .slice(1)
    .map((time, at) => (time / times[at]).toFixed(2))
    .join(", ");
  return row;
});
console.log("Growth: 2 is linear, 4 is quadratic");
console.table(rows);
console.log("Memory of the WebAssembly module");
console.table(memoryOf([1_000, 10_000, 20_000]));

function best(work) {
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** The module's memory after so many different recipes. */
function memoryOf(counts) {
  const variants = new VariantConfig({ python: ["3.12.*"] });
  const last = counts.at(-1);
  const rows = [];
  for (let at = 1; at <= last; at += 1) {
    const list = repeat(20 + (at % 100), (item) => `    - package-${at}-${item} >=1.${item}\n`);
    Stage0Recipe.fromYaml(recipe(`requirements:\n  host:\n    - python\n${list}`)).render(variants);
    if (counts.includes(at)) rows.push({ recipes: at, MB: (wasm().memoryBytes() / 1e6).toFixed(1) });
  }
  return rows;
}

function manyOutputs(count) {
  const outputs = repeat(
    count,
    (at) => `  - package:
      name: part-${at}
    requirements:
      host: [python, zlib]
      run: [python, '\${{ "extra" if unix else "other" }}']
    tests:
      - script: [part-${at} --version]
`,
  );
  const text = `context:\n  version: 1.0.0\nrecipe:\n  name: many\n  version: \${{ version }}\noutputs:\n${outputs}`;
  return rendering(text, count);
}

function pinnedOutputs(count) {
  const outputs = repeat(
    count,
    (at) => `  - package:
      name: part-${at}
    requirements:
      run:
        - python
${at === 0 ? "" : `        - \${{ pin_subpackage("part-${at - 1}", exact=True) }}\n`}`,
  );
  return rendering(`recipe:\n  name: many\n  version: 1.0.0\noutputs:\n${outputs}`, count);
}

function combinations(count) {
  const file = `a:\n${repeat(50, (at) => `  - "${at}"\n`)}b:\n${repeat(count / 50, (at) => `  - "${at}"\n`)}`;
  const text = "package:\n  name: many\n  version: 1.0.0\nrequirements:\n  host: [a, b]\n";
  return () => {
    const rendered = Stage0Recipe.fromYaml(text).render(VariantConfig.fromYaml(file));
    if (rendered.length !== count) throw new Error(`${rendered.length} packages instead of ${count}`);
  };
}

function longList(kilobytes) {
  const line = (at) => `    - some-package-${at} >=1.2,<2\n`;
  return rendering(recipe(`requirements:\n  host:\n${fill(kilobytes, line)}`), 1);
}

function longComment(kilobytes) {
  return rendering(recipe(fill(kilobytes, (at) => `# A comment in line ${at}, about nothing.\n`)), 1);
}

function longScript(kilobytes) {
  const line = (at) => `      echo "line ${at} of \${{ name }}"\n`;
  return rendering(
    `context:\n  name: long\n${recipe(`build:\n  script:\n    content: |\n${fill(kilobytes, line)}`)}`,
    1,
  );
}

function longContext(count) {
  const line = (at) => `  v${at}: ${at === 0 ? "x" : `"\${{ v${at - 1} }}"`}\n`;
  return rendering(`context:\n${repeat(count, line)}${recipe("")}`, 1);
}

function manyWarnings(count) {
  const text = recipe(`requirements:\n  hosts: []\n${repeat(count, (at) => `unknown-${at}: 1\n`)}`);
  return () => {
    if (Stage0Recipe.check(text).length < count) throw new Error("there should be more diagnostics");
  };
}

function recipe(rest) {
  return `package:\n  name: long\n  version: 1.0.0\n${rest}`;
}

function rendering(text, packages) {
  const variants = new VariantConfig({ python: ["3.12.*"] });
  return () => {
    const rendered = Stage0Recipe.fromYaml(text).render(variants);
    if (rendered.length !== packages) throw new Error(`${rendered.length} packages instead of ${packages}`);
  };
}

function repeat(count, line) {
  return Array.from({ length: count }, (_, at) => line(at)).join("");
}

function fill(kilobytes, line) {
  const lines = [];
  for (let at = 0, bytes = 0; bytes < kilobytes * 1024; at += 1) {
    lines.push(line(at));
    bytes += lines[at].length;
  }
  return lines.join("");
}
