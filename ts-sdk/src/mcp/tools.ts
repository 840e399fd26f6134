/** What the server offers: recipes by text or file, and one debug session at a time. */

import { readFile } from "node:fs/promises";
import { toolsOver } from "../agent/session-tools.js";
import { type AgentTool, invalidInput, tool } from "../agent/tool.js";
import type { RenderedVariant } from "../generated/types.js";
import { formatDiagnostics } from "../recipe/frames.js";
import { Stage0Recipe } from "../recipe/stage0.js";
import { VariantConfig } from "../recipe/variant-config.js";
import { DebugSession } from "../session/session.js";

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
  const close = async (keep = false) => {
    const open = session;
    session = undefined;
    await open?.close({ keep });
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
      "Finds all problems of a recipe at once, each with its place and what to do about it.",
      { path: RECIPE.path },
      ["path"],
      async ({ path }) => {
        const text = await readFile(path, "utf8");
        const diagnostics = Stage0Recipe.check(text, { path });
        return {
          errors: diagnostics.filter(({ severity }) => severity === "error").length,
          report: formatDiagnostics(text, diagnostics),
        };
      },
    ),
    tool(
      "render_recipe",
      "Renders a recipe: which packages it gives, with versions, build strings, variants and requirements.",
      RECIPE,
      ["path"],
      async (input) =>
        (await render(input)).map(({ name, version, buildString, subdir, skip, variant, recipe }, index) => ({
          index,
          name,
          version,
          build_string: buildString,
          subdir,
          ...(skip ? { skip } : {}),
          variant,
          requirements: recipe.requirements,
        })),
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
        const variants = await render(input);
        const variant = variants[input.index ?? 0];
        if (variant === undefined) {
          throw invalidInput("create_session", `\`index\` must be less than ${variants.length}`);
        }
        await close();
        const channels = input.channels ?? defaults.channels;
        session = await DebugSession.create(variant, {
          ...(channels === undefined ? {} : { channels }),
          ...(input.output_dir === undefined ? {} : { outputDir: input.output_dir }),
          ...(signal === undefined ? {} : { signal }),
        });
        return summary(session);
      },
    ),
    tool(
      "attach_session",
      "Takes up a session that was set up earlier, by its output, build or work folder.",
      { dir: { type: "string", description: "The folder." } },
      ["dir"],
      async ({ dir }) => {
        await close();
        session = await DebugSession.attach(dir);
        return summary(session);
      },
    ),
    tool(
      "close_session",
      "Ends the session. A temporary folder is removed, unless `keep` is set.",
      { keep: { type: "boolean", description: "Keep the folders.", default: false } },
      [],
      async ({ keep = false }) => {
        const { workDir } = current();
        await close(keep);
        return { closed: workDir };
      },
    ),
    ...toolsOver(current),
  ];
  return { tools, close };
}

async function render(input: {
  path: string;
  variants?: string[];
  target_platform?: string;
}): Promise<RenderedVariant[]> {
  const recipe = await Stage0Recipe.fromFile(input.path);
  const config = input.target_platform === undefined ? {} : { targetPlatform: input.target_platform };
  const variants = input.variants ? await VariantConfig.fromFiles(input.variants, config) : undefined;
  return recipe.render(variants, config);
}
