// usage: node main.mjs FOLDER --out OUT [--channel CHANNEL]... [--max-attempts N] [--only NAME]
//
// Repairs a copy of each recipe folder of FOLDER in OUT. What counts as repaired: a session from scratch of the edited
// recipe builds, packages and, where the recipe has tests, tests it. Writes OUT/NAME.report.md for a reviewer.

import { cp, mkdir, mkdtemp, readdir, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { close } from "./attempt.mjs";
import { RecipeFolder } from "./folder.mjs";
import { policy } from "./policy/index.mjs";
import { repair } from "./repair.mjs";
import { reportPage } from "./report.mjs";
import { verify } from "./verify.mjs";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: "string", short: "o" },
    channel: { type: "string", short: "c", multiple: true, default: ["conda-forge"] },
    "max-attempts": { type: "string", default: "24" },
    "max-depth": { type: "string", default: "8" },
    timeout: { type: "string", default: "600" },
    only: { type: "string" },
    quiet: { type: "boolean", default: false },
  },
});
const [source] = positionals;
if (source === undefined || values.out === undefined) {
  console.error("usage: node main.mjs FOLDER --out OUT [--channel CHANNEL]...");
  process.exit(2);
}
const out = resolve(values.out);
await mkdir(out, { recursive: true });

const names = [];
for (const name of (await readdir(source)).sort()) {
  const isRecipe = await stat(join(source, name, "recipe.yaml")).catch(() => undefined);
  if (isRecipe && (values.only === undefined || name.includes(values.only))) names.push(name);
}

let repaired = 0;
for (const name of names) {
  const dir = join(out, name);
  await rm(dir, { recursive: true, force: true });
  await cp(join(source, name), dir, { recursive: true, verbatimSymlinks: true });
  const workDir = await mkdtemp(join(tmpdir(), "sidewinder-repair-"));
  const options = {
    channels: values.channel.map((channel) => (/^[./]/.test(channel) ? resolve(channel) : channel)),
    workDir,
    maxAttempts: Number(values["max-attempts"]),
    maxDepth: Number(values["max-depth"]),
    timeoutMs: Number(values.timeout) * 1000,
    log: values.quiet ? undefined : (text) => text && console.error(`  ${name}: ${text}`),
  };
  const folder = new RecipeFolder(dir);
  let report;
  try {
    report = await repair(folder, policy, options);
    if (report.repaired) report = { ...report, ...(await verify(folder, join(source, name), options)) };
  } catch (error) {
    report = { repaired: false, edits: [], attempts: 0, cause: "", last: error.stack ?? String(error) };
  }
  if (report.outcome) await close(report.outcome);
  if (report.repaired) repaired += 1;
  report.changes = await folder.changes();
  await writeFile(join(out, `${name}.report.md`), reportPage(name, report));
  await writeFile(join(out, `${name}.report.json`), `${JSON.stringify(report, summary, 2)}\n`);
  console.log(`${report.repaired ? "repaired" : "failed  "} ${name}: ${first(report)}`);
  await rm(workDir, { recursive: true, force: true });
}
console.log(`repaired ${repaired}/${names.length}`);

function summary(key, value) {
  return key === "outcome" || key === "files" ? undefined : value;
}

function first({ repaired: ok, edits, last, cause }) {
  return String(ok ? edits.map(({ edit }) => edit).join("; ") : (last ?? cause))
    .split("\n")
    .slice(0, 2)
    .join(" ");
}
