// `npm run bench [-- --reference PYTHON]`: measures the release build; `benches/*.mjs` say how.

import { mkdtempSync, rmSync, statSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { packAddon, packSdk } from "./pack.mjs";
import { environment, root, run, script } from "./run.mjs";
import { setUp, triple, writeChannel } from "./setup.mjs";

await script(() => {
  setUp("release");
  const channel = writeChannel("release");
  process.stdout.write(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n`);
  process.stdout.write("\nsize of the tarballs that npm gets\n\n");
  const out = mkdtempSync(join(tmpdir(), "sidewinder-bench-"));
  try {
    for (const tarball of [packSdk(out), packAddon(triple(), out)])
      process.stdout.write(`  ${basename(tarball)}  ${(statSync(tarball).size / 1e6).toFixed(2)} MB\n`);
  } finally {
    rmSync(out, { recursive: true });
  }
  const options = { cwd: root, stdio: "inherit", env: environment };
  run(process.execPath, ["benches/render.mjs"], options);
  run(process.execPath, ["benches/sessions.mjs", "--channel", channel, ...process.argv.slice(2)], options);
});
