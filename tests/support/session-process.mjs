// A process of its own that makes a session and then waits: says what happens, one JSON text a line, until it is killed.

import { writeSync } from "node:fs";
import { DebugSession } from "../../ts-sdk/dist/index.js";

const { variant, options } = JSON.parse(process.argv[2] ?? "");
const say = (event) => writeSync(1, `${JSON.stringify(event)}\n`);
// Also keeps the process alive.
process.stdin.resume();

say({ kind: "begin" });
const session = await DebugSession.create(variant, { ...options, onProgress: say });
say({ kind: "created", dir: session.paths.buildDir });
process.stdin.on("end", async () => {
  await session.close();
  process.exit(0);
});
