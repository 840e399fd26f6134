// `npm run bench [-- --reference PYTHON] [--corpus FOLDER] [--json FILE]`: measures the release build; `benches/*.mjs` say how.
//
// With a Python that has the reference, recipes and sessions are compared with it. `--channel`, `--build`, `--host` and
// `--add` are those of `benches/sessions.mjs`. `--json` saves the figures, with the machine, for
// `scripts/benchmark-picture.mjs`.

import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkCoreSize } from "./core-size.mjs";
import { packAddon, packSdk } from "./pack.mjs";
import { environment, root, run, script } from "./run.mjs";
import { setUp, triple, writeChannel } from "./setup.mjs";

await script(async () => {
  const { values: options } = parseArgs({
    options: {
      reference: { type: "string" },
      corpus: { type: "string" },
      json: { type: "string" },
      channel: { type: "string" },
      build: { type: "string", multiple: true },
      host: { type: "string", multiple: true },
      add: { type: "string" },
    },
  });
  const { reference, corpus = join(dirname(root), "shared", "corpus"), json, ...sessions } = options;
  await setUp("release");
  const channel = writeChannel("release");
  process.stdout.write(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n\n`);
  checkCoreSize();
  const out = mkdtempSync(join(tmpdir(), "sidewinder-bench-"));
  const figures = {};
  try {
    for (const tarball of [packSdk(out), packAddon(triple(), out)])
      process.stdout.write(`${basename(tarball)}  ${(statSync(tarball).size / 1e6).toFixed(2)} MB\n`);
    const measure = (name, ...args) => {
      process.stdout.write("\n");
      run(process.execPath, [`benches/${name}.mjs`, ...args], {
        cwd: root,
        stdio: "inherit",
        env: environment,
      });
    };
    const keep = (name, ...args) => {
      const file = join(out, `${name}.json`);
      measure(name, ...args, "--json", file);
      figures[name] = JSON.parse(readFileSync(file, "utf8"));
    };
    const comparison = reference === undefined ? [] : ["--reference", reference];
    keep("render");
    keep("first-recipe");
    measure("growth");
    if (existsSync(corpus)) keep("recipes", "--corpus", corpus, ...comparison);
    else process.stdout.write(`\nno corpus of recipes in ${corpus}: give --corpus FOLDER\n`);
    keep("sessions", ...given({ channel, ...sessions }), ...comparison);
    const { add: _, ...requirements } = sessions;
    keep("open_sessions", ...given({ channel, ...requirements }), ...comparison);
    keep("prune", "--channel", channel);
    keep("endurance", "--channel", channel);
  } finally {
    rmSync(out, { recursive: true });
  }
  if (json === undefined) return;
  const machine = { processor: cpus()[0].model, cores: cpus().length, node: process.version };
  writeFileSync(resolve(json), `${JSON.stringify({ machine, figures }, undefined, 2)}\n`);
});

function given(options) {
  return Object.entries(options).flatMap(([name, values]) =>
    [values].flat().flatMap((value) => [`--${name}`, value]),
  );
}
