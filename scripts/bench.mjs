// `npm run bench [-- --reference PYTHON]`: measures the release build; `benches/*.mjs` say how.

import { cpus } from "node:os";
import { environment, root, run, script } from "./run.mjs";
import { setUp, writeChannel } from "./setup.mjs";

await script(() => {
  setUp("release");
  const channel = writeChannel("release");
  process.stdout.write(`${cpus()[0].model}, ${cpus().length} cores, Node ${process.version}\n`);
  const options = { cwd: root, stdio: "inherit", env: environment };
  run(process.execPath, ["benches/render.mjs"], options);
  run(process.execPath, ["benches/sessions.mjs", "--channel", channel, ...process.argv.slice(2)], options);
});
