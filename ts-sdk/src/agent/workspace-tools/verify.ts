/** `verify` */

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { RenderedVariant } from "../../generated/types.js";
import { DebugSession } from "../../session/session.js";
import { ends } from "../core/limit.js";
import { insideRoot } from "../core/recipe-files.js";
import { chooseRecipe, RECIPE_INPUT, renderRecipe } from "../core/rendering.js";
import { type CallContext, failureOf } from "../core/tool.js";
import { RUN_OUTPUT, shownRun } from "../session-tools/run-result.js";
import { reporter, workspaceSpec } from "./sessions.js";

/** What one output came to. */
interface Report {
  package: string;
  phase: "setup" | "script" | "package" | "test" | "done" | "skipped";
  success: boolean;
  error?: { code: string; message: string; hint?: string };
  script?: ReturnType<typeof shownRun>;
  path?: string;
  files?: string[];
  warnings?: string[];
  tests: { index: number; summary: string; success: boolean; output: string }[];
}

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
  async run(workspace, input, call) {
    const recipe = await chooseRecipe(call.tool, workspace.root, input);
    const rendered = await renderRecipe(recipe);
    const kept =
      input.output_dir === undefined
        ? undefined
        : await insideRoot(call.tool, workspace.root, input.output_dir);
    const outputDir = kept?.file ?? (await mkdtemp(join(tmpdir(), "sidewinder-verify-")));
    const outputs: Report[] = [];
    try {
      for (const variant of rendered) {
        const isBlocked = input.keep_going !== true && outputs.some(({ success }) => !success);
        if (variant.skip || isBlocked) {
          outputs.push({ package: label(variant), phase: "skipped", success: variant.skip, tests: [] });
          continue;
        }
        const hasPackages = outputs.some(({ path }) => path !== undefined);
        const channels = input.channels ?? workspace.channels ?? ["conda-forge"];
        outputs.push(
          await buildOutput(variant, {
            outputDir,
            // Later outputs find the packages of earlier ones.
            channels: hasPackages ? [outputDir, ...channels] : [...channels],
            call,
          }),
        );
      }
    } finally {
      if (kept === undefined) await rm(outputDir, { recursive: true, force: true });
    }
    if (kept === undefined) for (const output of outputs) delete output.path;
    const built = outputs.filter(({ phase }) => phase !== "skipped");
    const expected = rendered
      .filter(({ skip }) => !skip)
      .reduce((sum, { recipe }) => sum + (recipe.tests?.length ?? 0), 0);
    const ran = built.reduce((sum, { tests }) => sum + tests.length, 0);
    return {
      success: outputs.every(({ success }) => success),
      tested: ran >= expected,
      outputs: outputs.map((output) => ({ ...output })),
    };
  },
});

interface Build {
  outputDir: string;
  channels: string[];
  call: CallContext;
}

async function buildOutput(variant: RenderedVariant, { outputDir, channels, call }: Build): Promise<Report> {
  const { signal, onOutput, maxChars } = call;
  const report: Report = { package: label(variant), phase: "setup", success: false, tests: [] };
  const stop = signal === undefined ? {} : { signal };
  let session: DebugSession | undefined;
  try {
    onOutput?.(`${report.package}: setup\n`);
    const progress = onOutput === undefined ? {} : { onProgress: reporter(onOutput) };
    session = await DebugSession.create(variant, { channels, outputDir, ...stop, ...progress });
    report.phase = "script";
    const output = onOutput === undefined ? {} : { onStdout: onOutput, onStderr: onOutput };
    const result = await session.runScript({ ...stop, ...output, maxOutputBytes: maxChars });
    if (!result.success) {
      report.script = shownRun(result);
      return report;
    }
    report.phase = "package";
    onOutput?.(`${report.package}: package\n`);
    const built = await session.package(stop);
    report.path = built.path;
    report.files = built.files.map(({ path }) => path);
    report.warnings = built.warnings.map(({ code, message }) => `${code}: ${message}`);
    report.phase = "test";
    report.tests = await runTests(session, call);
    report.success = report.tests.every(({ success }) => success);
    if (report.success) report.phase = "done";
    return report;
  } catch (error) {
    signal?.throwIfAborted();
    const { code, message, hint } = failureOf(error);
    report.error = { code, message, ...(hint === undefined ? {} : { hint }) };
    return report;
  } finally {
    await session?.close({ remove: true });
  }
}

/** The part of a session that runs tests of the package. */
interface TestingSession {
  readonly tests: { index: number; summary: string }[];
  runTest(
    index: number,
    options: { signal?: AbortSignal },
  ): Promise<{ success: boolean; stdout: string; stderr: string }>;
}

/** Runs all tests, also after one failed. */
async function runTests(session: DebugSession, { signal, onOutput }: CallContext): Promise<Report["tests"]> {
  if (!canTest(session)) return [];
  const tests: Report["tests"] = [];
  for (const { index, summary } of session.tests) {
    onOutput?.(`test ${index}: ${summary}\n`);
    const result = await session.runTest(index, signal === undefined ? {} : { signal });
    const output = result.success ? "" : ends(`${result.stdout}${result.stderr}`, 4000);
    tests.push({ index, summary, success: result.success, output });
  }
  return tests;
}

function canTest(session: object): session is TestingSession {
  return "runTest" in session && typeof session.runTest === "function";
}

function label({ name, version, buildString }: RenderedVariant): string {
  return `${name} ${version} ${buildString}`;
}
