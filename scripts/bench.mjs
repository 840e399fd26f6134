// `npm run bench [-- --reference PYTHON] [--corpus FOLDER]`: measures the release build; `benches/*.mjs` say how.
//
// With a Python that has the reference, recipes and sessions are set beside it. A corpus of recipes beside the repository
// is found by itself.

import { existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { parseArgs } from "node:util";
import { checkCoreSize } from "./core-size.mjs";
import { packAddon, packSdk } from "./pack.mjs";
import { environment, root, run, script } from "./run.mjs";
import { setUp, triple, writeChannel } from "./setup.mjs";

await script(() => {
  const { values: options } = parseArgs({
    options: { reference: { type: "string" }, corpus: { type: "string" } },
  });
  const { reference, corpus = join(dirname(root), "shared", "corpus") } = options;
  setUp("release");
  const channel = writeChannel("release");
  process.stdout.write(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n\n`);
  checkCoreSize();
  const out = mkdtempSync(join(tmpdir(), "sidewinder-bench-"));
  try {
    for (const tarball of [packSdk(out), packAddon(triple(), out)])
      process.stdout.write(`${basename(tarball)}  ${(statSync(tarball).size / 1e6).toFixed(2)} MB\n`);
  } finally {
    rmSync(out, { recursive: true });
  }
  const measure = (name, ...args) => {
    process.stdout.write("\n");
    run(process.execPath, [`benches/${name}.mjs`, ...args], {
      cwd: root,
      stdio: "inherit",
      env: environment,
    });
  };
  const beside = reference === undefined ? [] : ["--reference", reference];
  measure("render");
  measure("growth");
  if (existsSync(corpus)) measure("recipes", "--corpus", corpus, ...beside);
  else process.stdout.write(`\nno corpus of recipes in ${corpus}: give --corpus FOLDER\n`);
  measure("sessions", "--channel", channel, ...beside);
});
