/** What became of a build, as data and as a page for a reviewer. */

import { invalidOption, takeOptions, wholeText } from "../checks.js";
import type { LockedPackage, ScriptResult } from "../generated/types.js";
import type { OutputReport } from "./build-output.js";
import { lineDiff } from "./diff.js";
import type { TestResult } from "./test-session.js";

/** As much of an output is in a report: its end, where failures are. */
const SHOWN_LINES = 20;

/**
 * The result of {@link buildRecipe}.
 *
 * @example
 * const report = await buildRecipe("tested.yaml", { channels: ["conda-forge"], outputDir: "output" });
 * console.log(report.success, report.outputs[0].phase); // → true done
 * await report.close();
 */
export class BuildReport implements AsyncDisposable {
  /** The outputs, in build order. */
  readonly outputs: OutputReport[];
  /** The recipe that was built. */
  readonly recipe: { path: string | undefined; text: string } | undefined;

  readonly #retry: (output: OutputReport) => Promise<void>;

  /** @internal */
  constructor(
    outputs: OutputReport[],
    recipe?: { path: string | undefined; text: string },
    retry: (output: OutputReport) => Promise<void> = async () => {},
  ) {
    this.outputs = outputs;
    this.recipe = recipe;
    this.#retry = retry;
  }

  /** Whether every output was built and passed its tests, except those that the recipe skips. */
  get success(): boolean {
    return this.outputs.every(({ phase, variant }) => phase === "done" || variant.skip);
  }

  /**
   * Runs, packages and tests an output again in its open session, after you repaired it there. The report then has the new
   * result, the packages that you added in `lock`, and your edits of the sources in `patch`. The session stays open.
   *
   * @param output One of {@link outputs}, with an open `session`.
   * @throws SidewinderError with code `INVALID_OPTION` for an output without an open session.
   *
   * @example
   * const recipe = Stage0Recipe.fromYaml(`
   * package: {name: repaired, version: "1.0"}
   * build: {script: [echo hello > $PREFIX/share/hello.txt]}
   * `);
   * const report = await buildRecipe(recipe, { channels: [] });
   * const [output] = report.outputs;
   * console.log(output.phase); // → script
   * await output.session.exec("mkdir $PREFIX/share");
   * await report.retry(output);
   * console.log(output.phase, report.success); // → done true
   * await report.close();
   */
  async retry(output: OutputReport): Promise<void> {
    if (!this.outputs.includes(output) || output.session === undefined) {
      throw invalidOption("output", "it has no open session in this report");
    }
    await this.#retry(output);
  }

  /** Closes the sessions of outputs that failed. With `keep` their folders stay. */
  async close(options: { keep?: boolean } = {}): Promise<void> {
    for (const { session } of this.outputs) await session?.close(options);
  }

  /** As `close()`. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** The report as one JSON document, without the sessions. */
  toJSON(): unknown {
    return {
      schemaVersion: 1,
      success: this.success,
      recipe: this.recipe && { path: this.recipe.path ?? null, text: this.recipe.text },
      outputs: this.outputs.map(outputJson),
    };
  }
}

function outputJson(output: OutputReport): unknown {
  const { variant, phase, reason, error, result, tests, testsSkipped, lock, patch, session } = output;
  return {
    name: variant.name,
    version: variant.version,
    buildString: variant.buildString,
    subdir: variant.subdir,
    variant: variant.variant,
    phase,
    reason,
    error: error?.toJSON(),
    result,
    findings: result?.diagnosis ?? [],
    package: output.package,
    tests: tests.map((test) => ({ ...test, error: test.error?.toJSON() })),
    testsSkipped,
    lock,
    patch,
    buildDir: session?.paths.buildDir,
  };
}

/**
 * A report as Markdown, for the reviewer of a pull request: what changed in the recipe, and for each output what became of
 * it, with findings, package, tests and installed packages.
 *
 * @param options `before`: the text of the recipe before it was repaired.
 *
 * @example
 * const report = await buildRecipe("recipe.yaml", { channels: ["conda-forge"] });
 * await writeFile("report.md", formatReport(report));
 */
export function formatReport(report: BuildReport, options: { before?: string } = {}): string {
  const { before } = takeOptions(options, { before: wholeText });
  const lines = [`# Build ${report.success ? "succeeded" : "failed"}`, ""];
  if (report.recipe !== undefined) {
    const { path, text } = report.recipe;
    lines.push(`## Recipe${path === undefined ? "" : ` \`${path}\``}`, "");
    const changes = before === undefined ? undefined : lineDiff(before, text);
    if (changes === undefined) lines.push(...fenced("yaml", text));
    else if (changes === "") lines.push("The recipe is unchanged.", "");
    else {
      lines.push(...fenced("diff", changes), ...folded("Recipe before", "yaml", before ?? ""));
      lines.push(...folded("Recipe after", "yaml", text));
    }
  }
  lines.push("| Output | Result | Tests |", "| --- | --- | --- |");
  lines.push(...report.outputs.map(row), "");
  for (const output of report.outputs) lines.push(...section(output));
  return `${lines.join("\n").trimEnd()}\n`;
}

function row({ variant, phase, reason, tests, testsSkipped }: OutputReport): string {
  const result = phase === "done" ? "built" : phase === "skipped" ? `skipped: ${reason}` : `failed: ${phase}`;
  const passed = tests.filter(({ success }) => success).length;
  const tested = testsSkipped ?? (tests.length === 0 ? "none" : `${passed} of ${tests.length} passed`);
  return `| ${cell(`${variant.name} ${variant.version} ${variant.buildString}`)} | ${cell(result)} | ${cell(tested)} |`;
}

function section(output: OutputReport): string[] {
  const { variant, phase, error, result, tests, lock, patch } = output;
  if (phase === "skipped") return [];
  const lines = [`## ${variant.name} ${variant.version} ${variant.buildString}`, ""];
  if (error !== undefined) {
    lines.push(`**Error** \`${error.code}\` in phase \`${phase}\`:`, "", ...fenced("text", error.message));
    if (error.hint !== undefined) lines.push(`Hint: ${error.hint}`, "");
  }
  if (result !== undefined && !result.success) lines.push("### Build script", "", ...failure(result));
  if (patch !== undefined && patch !== "") lines.push("### Patch", "", ...fenced("diff", patch));
  if (output.package !== undefined) {
    const { path, size, sha256, files, warnings } = output.package;
    lines.push(
      "### Package",
      "",
      `- File: \`${path}\``,
      `- Size: ${size} bytes`,
      `- SHA-256: \`${sha256}\``,
      "",
    );
    lines.push(...warnings.map(({ code, message }) => `- Warning \`${code}\`: ${message}`));
    if (warnings.length > 0) lines.push("");
    lines.push(...folded(`${files.length} files`, "text", files.map((file) => file.path).join("\n")));
  }
  if (tests.length > 0) lines.push("### Tests", "", ...tests.flatMap(testLines));
  if (lock !== undefined) {
    lines.push(...folded("Build environment", "text", packageLines(lock.build)));
    lines.push(...folded("Host environment", "text", packageLines(lock.host)));
  }
  return lines;
}

function testLines(result: TestResult): string[] {
  const { test, success, partName, error } = result;
  const part = partName === undefined ? "" : ` (${partName})`;
  const line = `- Test ${test.index}, ${test.kind}: ${success ? "passed" : "**failed**"}${part}: ${cell(test.summary)}`;
  if (success) return [line, ""];
  if (error !== undefined) return [line, "", ...fenced("text", error.message)];
  return [line, "", ...failure(result)];
}

/** Status, findings and the end of the output of a run that failed. */
function failure(result: ScriptResult): string[] {
  const { exitCode, signal, timedOut, diagnosis } = result;
  const ending = timedOut
    ? "Timed out"
    : signal === null
      ? `Exited with status ${exitCode}`
      : `Ended by ${signal}`;
  const lines = [`${ending}.`, ""];
  for (const { role, message, evidence } of diagnosis) {
    const place = evidence.text === "" ? "" : ` (\`${evidence.text.trim().replaceAll("`", "'")}\`)`;
    lines.push(`- ${role}: ${message}${place}`);
  }
  if (diagnosis.length > 0) lines.push("");
  const output = [result.stdout, result.stderr].map((text) => text.trimEnd()).filter((text) => text !== "");
  const end = output.join("\n").split("\n").slice(-SHOWN_LINES).join("\n");
  if (end !== "") lines.push(...fenced("text", end));
  return lines;
}

function packageLines(packages: LockedPackage[]): string {
  return packages.map(({ name, version, build, url }) => `${name} ${version} ${build} ${url}`).join("\n");
}

/** A code block whose fence is longer than any in the text. */
function fenced(language: string, text: string): string[] {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = "`".repeat(longest + 1);
  return [`${fence}${language}`, text.trimEnd(), fence, ""];
}

function folded(summary: string, language: string, text: string): string[] {
  if (text.trim() === "") return [];
  return ["<details>", `<summary>${summary}</summary>`, "", ...fenced(language, text), "</details>", ""];
}

/** Text in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
