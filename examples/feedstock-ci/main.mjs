// usage: node main.mjs RECIPE [-m VARIANTS]... [-c CHANNEL]... [--minutes N]
//
// Builds a recipe's outputs, reports why a build fails and tries the packages that would repair it. See README.md.

import { appendFile, copyFile, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { DebugSession, SidewinderError, Stage0Recipe, VariantConfig } from "sidewinder";

const { values, positionals } = parseArgs({
  options: {
    variants: { type: "string", short: "m", multiple: true, default: [] },
    channel: { type: "string", short: "c", multiple: true, default: ["conda-forge"] },
    minutes: { type: "string", default: "30" },
  },
  allowPositionals: true,
});
const path = positionals[0] ?? "recipe/recipe.yaml";
const limits = { timeoutMs: Number(values.minutes) * 60_000 };

let recipe = await Stage0Recipe.fromFile(path);
const wanted = recipe.render(await VariantConfig.fromFiles(values.variants)).filter(({ skip }) => !skip);
const report = [`# Builds of \`${path}\``];
const repairs = new Map();
let failures = 0;
for (const variant of wanted) {
  report.push("", `## ${variant.name} ${variant.version} ${variant.buildString}`, "");
  try {
    if (!(await debug(variant))) failures += 1;
  } catch (error) {
    // It could not even be set up: no such package, a source that is gone …
    if (!SidewinderError.is(error)) throw error;
    failures += 1;
    report.push(`**Not set up**: ${error.message}`, ...(error.hint ? ["", error.hint] : []));
  }
}
if (repairs.size > 0) {
  recipe = recipe.edit([...repairs.values()]);
  const repaired = path.replace(/\.yaml$/, ".repaired.yaml");
  await writeFile(repaired, recipe.text);
  report.push("", `The recipe with what was missing: \`${repaired}\``);
}
report.push("", `${wanted.length} builds, ${failures} failed`);
console.log(report.join("\n"));
if (process.env.GITHUB_STEP_SUMMARY)
  await appendFile(process.env.GITHUB_STEP_SUMMARY, `${report.join("\n")}\n`);
process.exitCode = failures > 0 ? 1 : 0;

/** Builds one package, and looks for what would repair it; gives whether it was built. */
async function debug(variant) {
  const session = await DebugSession.create(variant, { channels: values.channel });
  try {
    const result = await session.runScript(limits);
    if (result.success) {
      report.push(`Built in ${(result.durationMs / 1000).toFixed(1)} s.`);
      return true;
    }
    await mkdir("debug-logs", { recursive: true });
    await copyFile(result.logPath, join("debug-logs", `${variant.name}-${variant.buildString}.log`));
    report.push(
      result.timedOut ? "**Not done in time**" : `**Failed** with exit code ${result.exitCode}`,
      "",
    );
    if (result.diagnosis.length === 0) report.push("```text", ...lastLines(result.stderr, 20), "```");
    for (const finding of result.diagnosis) {
      report.push(`* ${finding.message}: \`${finding.evidence.text.trim()}\``);
      for (const suggestion of finding.suggestions) await attempt(session, variant, suggestion);
    }
    return false;
  } finally {
    await session.close();
  }
}

/** Whether a build succeeds with one more package, tried in a fork so that the session stays as it is. */
async function attempt(session, variant, { spec, environment }) {
  const fork = await session.fork();
  try {
    await fork.addPackages([spec], { environment });
    const { success, diagnosis } = await fork.runScript(limits);
    if (success) {
      report.push(`  * with \`${spec}\` in \`${environment}\` it builds`);
      const output = recipe.kind === "multi" ? { output: variant.name } : {};
      const edit = { kind: "addRequirement", section: environment, spec, ...output };
      repairs.set(JSON.stringify(edit), edit);
    } else {
      report.push(`  * with \`${spec}\` in \`${environment}\`: ${diagnosis[0]?.message ?? "fails as well"}`);
    }
  } catch (error) {
    if (!SidewinderError.is(error)) throw error;
    report.push(`  * \`${spec}\` cannot be added: ${error.message}`);
  } finally {
    await fork.close();
  }
}

function lastLines(text, count) {
  return text.trimEnd().split("\n").slice(-count);
}
