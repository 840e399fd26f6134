/** `verify` */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { OutputReport } from "../../build/build-output.js";
import { buildRecipe } from "../../build/build-recipe.js";
import { ends } from "../core/limit.js";
import { insideRoot } from "../core/recipe-files.js";
import { chooseRecipe, RECIPE_INPUT } from "../core/rendering.js";
import { failureOf } from "../core/tool.js";
import { RUN_OUTPUT, shownRun } from "../session-tools/run-result.js";
import { reporter, workspaceSpec } from "./sessions.js";

export const verify = workspaceSpec({
  name: "verify",
  title: "Verify a recipe",
  description:
    "Verifies a recipe as a fresh build would: for every package in order it sets up a new build from the recipe file, runs the " +
    "script, builds the package and runs its tests. Call this at the end of a repair; it does not use open sessions.",
  effect: "change",
  openWorld: true,
  howToRead: { outputs: "fix the first failing output, then verify again" },
  input: {
    type: "object",
    properties: {
      ...RECIPE_INPUT,
      channels: {
        type: "array",
        items: { type: "string" },
        description: "Channels, highest priority first. Default: the channels of this workspace.",
      },
      output_dir: {
        type: "string",
        description:
          "Folder below the root that receives the packages. Default: a temporary folder that is removed.",
      },
      keep_going: { type: "boolean", description: "Go on after an output failed.", default: false },
    },
  },
  output: {
    type: "object",
    properties: {
      success: { type: "boolean", description: "Whether all outputs were built, packaged and tested." },
      tested: { type: "boolean", description: "Whether all tests of the recipe were run." },
      outputs: {
        type: "array",
        items: {
          type: "object",
          properties: {
            package: { type: "string" },
            phase: { type: "string", description: "How far it came: `done`, or the phase that failed." },
            success: { type: "boolean" },
            reason: { type: "string", description: "Why it was not built, or its tests were not run." },
            error: {
              type: "object",
              properties: { code: { type: "string" }, message: { type: "string" }, hint: { type: "string" } },
              required: ["code", "message"],
            },
            script: RUN_OUTPUT,
            path: { type: "string", description: "The package file." },
            files: { type: "array", items: { type: "string" } },
            warnings: { type: "array", items: { type: "string" } },
            tests: {
              type: "array",
              items: {
                type: "object",
                properties: {
                  index: { type: "integer" },
                  summary: { type: "string" },
                  success: { type: "boolean" },
                  output: { type: "string" },
                },
                required: ["index", "summary", "success", "output"],
              },
            },
          },
          required: ["package", "phase", "success", "tests"],
        },
      },
    },
    required: ["success", "tested", "outputs"],
  },
  async run(workspace, input, { tool, signal, onOutput, maxChars }) {
    const { file, variants, config } = await chooseRecipe(tool, workspace.root, input);
    const kept =
      input.output_dir === undefined ? undefined : await insideRoot(tool, workspace.root, input.output_dir);
    const outputDir = kept?.file ?? (await mkdtemp(join(tmpdir(), "sidewinder-verify-")));
    const channels = input.channels ?? workspace.channels;
    try {
      const report = await buildRecipe(file, {
        outputDir,
        variants,
        config,
        keepGoing: input.keep_going === true,
        ...(channels === undefined ? {} : { channels: [...channels] }),
        ...(signal === undefined ? {} : { signal }),
        ...(onOutput === undefined ? {} : { onProgress: reporter(onOutput) }),
        run: {
          maxOutputBytes: maxChars,
          ...(onOutput === undefined ? {} : { onStdout: onOutput, onStderr: onOutput }),
        },
      });
      for (const { session } of report.outputs) await session?.close({ remove: true });
      return {
        success: report.success,
        tested: report.outputs.every(isTested),
        outputs: report.outputs.map((output) => shownOutput(output, kept !== undefined)),
      };
    } finally {
      if (kept === undefined) await rm(outputDir, { recursive: true, force: true });
    }
  },
});

/** Whether all tests of an output ran. */
function isTested({ phase, testsSkipped, variant }: OutputReport): boolean {
  if (phase === "skipped") return variant.skip;
  return phase === "done" && testsSkipped === undefined;
}

/** What became of one output, for a model. */
function shownOutput(output: OutputReport, isKept: boolean) {
  const { variant, phase, reason, error, result, package: built, tests, testsSkipped } = output;
  const { name, version, buildString } = variant;
  const failure = error === undefined ? undefined : failureOf(error);
  const why = reason ?? testsSkipped;
  return {
    package: `${name} ${version} ${buildString}`,
    phase: phase as string,
    success: phase === "done" || (phase === "skipped" && variant.skip),
    ...(why === undefined ? {} : { reason: why }),
    ...(failure === undefined
      ? {}
      : {
          error: {
            code: failure.code,
            message: failure.message,
            ...(failure.hint === undefined ? {} : { hint: failure.hint }),
          },
        }),
    ...(result === undefined || result.success ? {} : { script: shownRun(result) }),
    ...(built === undefined || !isKept ? {} : { path: built.path }),
    ...(built === undefined
      ? {}
      : {
          files: built.files.map(({ path }) => path),
          warnings: built.warnings.map(({ code, message }) => `${code}: ${message}`),
        }),
    tests: tests.map((test) => ({
      index: test.test.index,
      summary: test.test.summary,
      success: test.success,
      output: test.success ? "" : ends(`${test.stdout}${test.stderr}`, 4000),
    })),
  };
}
