// usage: node main.mjs [FOLDER] [--channel CHANNEL]... [--engine URL] [--report FILE]
//
// Repairs all recipes of a folder at once: in this process, or with --engine on `sidewinder worker` processes.

import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { Stage0Recipe } from "sidewinder";
import { Fleet, fleetReportPage } from "sidewinder/fleet";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    channel: { type: "string", short: "c", multiple: true, default: ["conda-forge"] },
    engine: { type: "string" },
    report: { type: "string", default: "report.html" },
  },
});
const folder = positionals[0] ?? fileURLToPath(new URL("recipes", import.meta.url));

const variants = [];
for (const name of (await readdir(folder)).sort()) {
  const recipe = await Stage0Recipe.fromFile(join(folder, name, "recipe.yaml"));
  variants.push(...recipe.render().filter(({ skip }) => !skip));
}

// Only users of a queue need BullMQ: it is imported where it is used.
const engine =
  values.engine && (await import("sidewinder/fleet/bullmq")).bullmq({ connection: values.engine });
const fleet = new Fleet({ engine });
try {
  const run = fleet.run(new URL("repair.mjs", import.meta.url), variants, {
    session: { channels: values.channel },
    input: { maxAttempts: 3 },
    timeoutMs: 30 * 60_000,
  });
  for await (const event of run) {
    if (event.kind === "output" && event.stream === "log")
      console.error(`${variants[event.item].name}: ${event.text}`);
  }
  const results = await run.results;
  for (const [item, result] of results.entries()) {
    console.log(`${variants[item].name}: ${result.ok ? JSON.stringify(result.value) : result.error.message}`);
  }
  await writeFile(values.report, fleetReportPage(await run.report()));
  console.log(`${results.filter(({ ok }) => ok).length} of ${results.length} built; see ${values.report}`);
} finally {
  await fleet.close();
}
