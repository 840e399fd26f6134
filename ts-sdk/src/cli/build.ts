/** `sidewinder build`: builds, packages and tests all outputs of a recipe. */

import { readFile, writeFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { OutputReport } from "../build/build-output.js";
import { type BuildOptions, buildVariants } from "../build/build-recipe.js";
import type { OutputLock } from "../build/locks.js";
import { formatReport } from "../build/report.js";
import type { EnvironmentLock } from "../generated/types.js";
import { choice, command, given, onlyOperand } from "./command.js";
import { failureText } from "./debug/findings.js";
import { RUN_OPTIONS, runOptions } from "./debug/run-options.js";
import { EXIT } from "./exit-status.js";
import { interruptible } from "./interrupt.js";
import { print, remark, shellWord } from "./output.js";
import { showing } from "./progress/progress.js";
import { recipeFile } from "./recipe-file.js";
import { RENDER_OPTIONS, renderFile } from "./recipe-options.js";
import { readLock, SESSION_OPTIONS, sessionOptions } from "./session-options.js";
import { hasColors, printable, styleOf } from "./terminal.js";
import { failedTestText, testLine } from "./test-text.js";
import { UsageError } from "./usage-error.js";

const { staging: _, ...BUILD_SESSION } = {
  ...SESSION_OPTIONS,
  lock: {
    ...SESSION_OPTIONS.lock,
    description:
      "Install exactly the packages of an earlier build: the report that `build --json` printed, or for one output what " +
      "`debug lock` printed",
  },
} as const;
const { timeout, env } = RUN_OPTIONS;

export default command({
  name: "build",
  usage: ["RECIPE [options]"],
  about:
    "Builds all outputs of a recipe, in order: sets up the environments, runs the build script, writes the package to " +
    "DIR/<subdir> and runs its tests. Outputs find the packages of those that were built before.\n\n" +
    "Prints the path of each package. If a script or a test fails, the build stops there, the folders stay, and debug " +
    "commands continue in them. A package whose tests fail is moved to DIR/broken.",
  options: {
    "output-name": {
      type: "string",
      value: "NAME",
      description: "Build only this output; those that it needs must have been built",
    },
    test: {
      type: "string",
      value: "WHICH",
      description: "native or skip: whether packages for this machine are tested; default: native",
    },
    "keep-going": { type: "boolean", description: "Go on with outputs that do not need the one that failed" },
    report: { type: "string", value: "FILE", description: "Write a report for reviewers, as Markdown" },
    "report-before": {
      type: "string",
      value: "FILE",
      description: "The recipe before it was repaired, for the report",
    },
    "package-format": { type: "string", value: "FORMAT", description: "conda or tar.bz2; default: conda" },
    "compression-level": {
      type: "string",
      value: "N",
      description: "conda: -7 to 22, default 15; tar.bz2: 1 to 9, default 9",
    },
    timeout,
    env,
    verbose: {
      type: "boolean",
      short: "v",
      description: "Show everything that is logged, and output of scripts",
    },
    ...RENDER_OPTIONS,
    ...BUILD_SESSION,
  },
  examples: [
    { description: "with conda-forge's packages", line: "sidewinder build recipe.yaml -m variants.yaml" },
    {
      description: "for a pull request that repairs a recipe",
      line: "sidewinder build recipe.yaml --report report.md --report-before old/recipe.yaml",
    },
  ],
  async run(call) {
    const { values } = call;
    const path = onlyOperand(call, "the recipe");
    const all = await renderFile(path, values, call);
    const name = values["output-name"];
    const variants = name === undefined ? all : all.filter((variant) => variant.name === name);
    if (variants.length === 0) {
      throw new UsageError(
        name === undefined ? "the recipe gives no package" : `the recipe has no output \`${name}\``,
        `available: ${[...new Set(all.map((variant) => variant.name))].join(", ")}`,
      );
    }
    const file = recipeFile(path);
    const recipe = { path: resolve(file), text: await readFile(file, "utf8") };
    const outputDir = resolve(values["output-dir"]);
    const { onStdout: _out, onStderr: _err, ...run } = runOptions({ json: true }, values);
    const passOn = (text: string): void => void process.stderr.write(text);
    const isShown = values.verbose === true && !call.quiet;
    const report = await interruptible(
      async (signal) =>
        await showing(
          { quiet: call.quiet, verbose: values.verbose ?? false },
          async (onProgress) =>
            await buildVariants(
              variants,
              {
                ...sessionOptions({ ...values, lock: undefined }),
                ...locksFrom(values.lock),
                ...given({
                  test:
                    values.test === undefined ? undefined : choice("test", values.test, ["native", "skip"]),
                  keepGoing: values["keep-going"],
                }),
                outputDir,
                run: isShown ? { ...run, onStdout: passOn, onStderr: passOn } : run,
                package: given({
                  format:
                    values["package-format"] === undefined
                      ? undefined
                      : choice("package-format", values["package-format"], ["conda", "tar.bz2"]),
                  compressionLevel: level(values["compression-level"]),
                }),
                signal,
                onProgress,
              },
              recipe,
            ),
        ),
    );
    await report.close({ keep: true });
    if (values.report !== undefined) {
      const before = values["report-before"];
      const text = formatReport(
        report,
        before === undefined ? {} : { before: await readFile(before, "utf8") },
      );
      await writeFile(values.report, text);
    }
    print(call, report, () =>
      report.outputs
        .filter(({ phase }) => phase === "done")
        .map((output) => `${output.package?.path}\n`)
        .join(""),
    );
    if (!call.json) for (const output of report.outputs) explain(call, output, values["output-dir"]);
    return report.success ? EXIT.done : EXIT.failed;
  },
});

/** Says on standard error what became of an output. */
function explain(call: { quiet: boolean }, output: OutputReport, outputDir: string): void {
  const { variant, phase, reason, error, result, tests, testsSkipped, session } = output;
  const name = printable(`${variant.name} ${variant.version} ${variant.buildString}`);
  const style = styleOf(hasColors(process.stderr));
  if (phase === "skipped") {
    remark(call, `${name}: skipped: ${reason}`);
    return;
  }
  for (const test of tests.filter(({ success }) => success)) remark(call, `${name}: ${testLine(test)}`);
  if (testsSkipped !== undefined) remark(call, `${name}: tests skipped: ${testsSkipped}`);
  if (phase === "done") return;
  const where = session === undefined ? "" : ` --dir ${shellWord(session.workDir)}`;
  const lines = [`${style.red("failed:")} ${name}, phase ${phase}`];
  if (error !== undefined) {
    lines.push(`  ${printable(error.message)}`);
    if (error.hint !== undefined) lines.push(`  hint: ${printable(error.hint)}`);
  } else if (phase === "script" && result !== undefined) {
    const scene = { what: "the build script", script: session?.buildScript ?? "", where };
    lines.push(failureText(result, scene, style).trimEnd());
  }
  for (const test of tests.filter(({ success }) => !success)) lines.push(failedTestText(test));
  if (session !== undefined) {
    const next = phase === "test" ? `debug test${where}` : `debug shell${where}`;
    lines.push(`Next: sidewinder ${next} (packages and build folders are in ${shellWord(outputDir)})`);
  }
  process.stderr.write(`${lines.join("\n")}\n`);
}

/** The exact packages for all outputs, or for the only one. */
function locksFrom(file: string | undefined): Pick<BuildOptions, "lock" | "locks"> {
  if (file === undefined) return {};
  const content = readLock(file) as EnvironmentLock & { outputs?: OutputLock[] };
  return content.outputs === undefined ? { lock: content } : { locks: content.outputs };
}

function level(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new UsageError(`--compression-level: expected a whole number, found \`${text}\``);
}
