/** What the server offers: recipes by text or file, and one debug session at a time. */

import { stat } from "node:fs/promises";
import { ends } from "../agent/ends.js";
import { toolsOver } from "../agent/session-tools.js";
import { fileError, LARGEST } from "../agent/text-files.js";
import { type AgentTool, invalidInput, tool } from "../agent/tool.js";
import type { RenderedVariant } from "../generated/types.js";
import { findingsOf } from "../recipe/findings.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { DebugSession } from "../session/session.js";

/** What is told of a recipe at most: findings, packages, characters of a report. */
const MOST_FINDINGS = 100;
const MOST_PACKAGES = 200;
const MOST_TEXT = 64 * 1024;

const RECIPE = {
  path: { type: "string", description: "The recipe file, `recipe.yaml`." },
  variants: {
    type: "array",
    items: { type: "string" },
    description: "Variant files (`variants.yaml` or `conda_build_config.yaml`); later ones win.",
  },
  target_platform: {
    type: "string",
    description: "For which platform, e.g. `linux-64`. Default: this machine's.",
  },
} as const;

/** The tools, and the end of the session that is open when the client goes. */
export function serverTools(defaults: { channels?: string[] }): {
  tools: AgentTool[];
  close: () => Promise<void>;
} {
  let session: DebugSession | undefined;
  let wasThere = false;
  // A session that was there before the server stays, unless its end is asked for.
  const close = async (keep = wasThere) => {
    const open = session;
    session = undefined;
    await open?.close({ keep });
  };
  // One after the other: two sessions made at once would leave one that nobody closes.
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = last.then(work, work);
    last = turn.catch(() => {});
    return turn;
  };
  const current = () => {
    if (session !== undefined) return session;
    throw invalidInput("session", "there is no session", "call create_session or attach_session first");
  };
  const summary = (open: DebugSession) => {
    const { name, version, buildString } = open.variant;
    return { package: `${name} ${version} ${buildString}`, ...open.paths };
  };
  const tools = [
    tool(
      "check_recipe",
      "Finds all problems of a recipe at once, those of reading and those of rendering, each with its place and what to do about it.",
      RECIPE,
      ["path"],
      async (input) => {
        await checkFiles("check_recipe", input);
        const { variants, config } = await howToRender(input);
        const { text, diagnostics } = await findingsOf(input.path, config, variants);
        return {
          errors: diagnostics.filter(({ severity }) => severity === "error").length,
          warnings: diagnostics.filter(({ severity }) => severity === "warning").length,
          report: ends(formatDiagnostics(text, diagnostics.slice(0, MOST_FINDINGS)), MOST_TEXT),
        };
      },
    ),
    tool(
      "render_recipe",
      "Renders a recipe: which packages it gives, with versions, build strings, variants and requirements.",
      RECIPE,
      ["path"],
      async (input) => {
        const rendered = await render("render_recipe", input);
        return rendered.slice(0, MOST_PACKAGES).map((one, index) => ({
          index,
          name: one.name,
          version: one.version,
          build_string: one.buildString,
          subdir: one.subdir,
          ...(one.skip ? { skip: one.skip } : {}),
          variant: one.variant,
          requirements: one.recipe.requirements,
          ...(index === MOST_PACKAGES - 1 && rendered.length > MOST_PACKAGES
            ? { packages_left_out: rendered.length - MOST_PACKAGES }
            : {}),
        }));
      },
    ),
    tool(
      "create_session",
      "Sets up the build of one rendered package without running it: sources, build and host environments, build script. " +
        "Closes the session that was open. Then use run_script.",
      {
        ...RECIPE,
        index: {
          type: "integer",
          minimum: 0,
          description: "Which of the packages that render_recipe gives.",
          default: 0,
        },
        channels: {
          type: "array",
          items: { type: "string" },
          description: "Channels, highest priority first.",
        },
        output_dir: {
          type: "string",
          description:
            "Where the build folder goes, to stay. Default: a temporary folder that is removed in the end.",
        },
      },
      ["path"],
      async (input, { signal }) => {
        const variants = await render("create_session", input);
        const variant = variants[input.index ?? 0];
        if (variant === undefined) {
          throw invalidInput("create_session", `\`index\` must be less than ${variants.length}`);
        }
        const channels = input.channels ?? defaults.channels;
        return await inTurn(async () => {
          signal?.throwIfAborted();
          await close();
          wasThere = false;
          session = await DebugSession.create(variant, {
            ...(channels === undefined ? {} : { channels }),
            ...(input.output_dir === undefined ? {} : { outputDir: input.output_dir }),
            ...(signal === undefined ? {} : { signal }),
          });
          return summary(session);
        });
      },
    ),
    tool(
      "attach_session",
      "Takes up a session that was set up earlier, by its output, build or work folder. It stays when the client goes.",
      { dir: { type: "string", description: "The folder." } },
      ["dir"],
      async ({ dir }) =>
        await inTurn(async () => {
          await close();
          wasThere = true;
          session = await DebugSession.attach(dir);
          return summary(session);
        }),
    ),
    tool(
      "close_session",
      "Ends the session. A temporary folder is removed, unless `keep` is set.",
      { keep: { type: "boolean", description: "Keep the folders.", default: false } },
      [],
      async ({ keep = false }) =>
        await inTurn(async () => {
          const { workDir } = current();
          await close(keep);
          return { closed: workDir };
        }),
    ),
    ...toolsOver(current),
  ];
  return { tools, close };
}

interface RecipeInput {
  path: string;
  variants?: string[];
  target_platform?: string;
}

async function render(toolName: string, input: RecipeInput): Promise<RenderedVariant[]> {
  await checkFiles(toolName, input);
  const recipe = await Stage0Recipe.fromFile(input.path);
  const { variants, config } = await howToRender(input);
  return recipe.render(variants, config);
}

async function howToRender({ variants: files, target_platform }: RecipeInput) {
  const config = target_platform === undefined ? {} : { targetPlatform: target_platform };
  return { config, variants: files ? await VariantConfig.fromFiles(files, config) : undefined };
}

/** Devices and pipes have no end, and what is too large is no recipe. */
async function checkFiles(toolName: string, { path, variants = [] }: RecipeInput): Promise<void> {
  for (const file of [path, ...variants]) {
    const found = await stat(file).catch((error: unknown) => {
      throw fileError(toolName, file, error);
    });
    if (!found.isFile()) throw invalidInput(toolName, `\`${file}\` is not a file`);
    if (found.size > LARGEST)
      throw invalidInput(toolName, `\`${file}\` has ${found.size} bytes: no recipe has`);
  }
}
