// usage: node benches/prune.mjs [--channel CHANNEL] [--sessions N] [--host SPEC]... [--json FILE]
//
// Times `DebugSession.prune` of many kept sessions, and `rm -rf` of as many copies of the same folders (`cp -a`), one after the
// other, as an administrator would remove them.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DebugSession, Stage0Recipe } from "../ts-sdk/dist/index.js";
import { keepFigures } from "./figures.mjs";

const { values: options } = parseArgs({
  options: {
    channel: { type: "string", default: new URL("../.sidewinder/channel", import.meta.url).pathname },
    sessions: { type: "string", default: "42" },
    host: { type: "string", multiple: true, default: ["libgreet"] },
    json: { type: "string" },
  },
});
const count = Number(options.sessions);
const work = mkdtempSync(join(tmpdir(), "sidewinder-prune-"));
const cacheDir = join(work, "cache");
try {
  const host = options.host.map((spec) => `    - ${spec}\n`).join("");
  const recipe = `package: {name: bench, version: "1"}\nbuild: {script: ["true"]}\nrequirements:\n  host:\n${host}`;
  const [variant] = Stage0Recipe.fromYaml(recipe).render();
  const folders = [];
  for (let k = 0; k < count; k++) {
    const outputDir = join(work, `session-${k}`);
    const session = await DebugSession.create(variant, { channels: [options.channel], cacheDir, outputDir });
    await session.close({ keep: true });
    folders.push(outputDir);
  }
  const copies = folders.map((folder) => `${folder}-copy`);
  for (const [index, folder] of folders.entries()) execFileSync("cp", ["-a", folder, copies[index]]);
  execFileSync("sync");
  const files = Number(
    execFileSync("sh", ["-c", `find ${folders[0]} -type f | wc -l`], { encoding: "utf8" }),
  );

  const reference = time(() => copies.map((copy) => execFileSync("rm", ["-rf", copy])));
  execFileSync("sync");
  const started = performance.now();
  const pruned = await DebugSession.prune({ cacheDir, kept: true });
  const value = performance.now() - started;
  const removed = pruned.filter((session) => session.removed).length;
  if (removed !== count) throw new Error(`${removed} of ${count} sessions were removed`);
  console.log(
    `${count} sessions of ${files} files: prune ${value.toFixed(0)} ms, rm -rf of copies ${reference.toFixed(0)} ms`,
  );
  keepFigures(options.json, [{ name: "prune", unit: "ms", value, reference, ratio: value / reference }]);
} finally {
  rmSync(work, { recursive: true, force: true });
}

function time(act) {
  const started = performance.now();
  act();
  return performance.now() - started;
}
