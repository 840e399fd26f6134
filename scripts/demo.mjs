// `npm run demo [-- --channel CHANNEL]`: sets everything up, then shows what sidewinder does.

import { join } from "node:path";
import { environment, root, run, script } from "./run.mjs";
import { setUp, writeChannel } from "./setup.mjs";

await script(async () => {
  await setUp("dev");
  const channel = writeChannel();
  const demo = [join(root, "demo/main.mjs"), "--embedded", channel, ...process.argv.slice(2)];
  run(process.execPath, demo, { stdio: "inherit", env: environment });
});
