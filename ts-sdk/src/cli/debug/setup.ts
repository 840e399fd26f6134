/** `sidewinder debug setup`: a build up to the point where its script would run. */

import { resolve } from "node:path";
import { SidewinderError } from "../../errors.js";
import type { RenderedVariant } from "../../generated/types.js";
import type { DebugSessionOptions } from "../../session/options.js";
import { DebugSession } from "../../session/session.js";
import { define, given, type Options, type Values } from "../command.js";
import { Progress } from "../progress.js";
import { RENDER_OPTIONS, renderFile } from "../render.js";
import { UsageError } from "../usage.js";

const NAME = "debug setup";

const SESSION = {
  "output-dir": { type: "string", default: "output", value: "DIR", about: "where the build folder goes" },
  "build-id": {
    type: "boolean",
    about: "give the build folder a name with the time in it, beside earlier ones",
  },
  channel: {
    type: "string",
    short: "c",
    multiple: true,
    value: "CHANNEL",
    about: "a name, URL or folder, highest priority first; conda-forge if none is given",
  },
  "channel-priority": {
    type: "string",
    default: "strict",
    value: "HOW",
    about: "strict, flexible or disabled",
  },
  "cache-dir": {
    type: "string",
    value: "DIR",
    about: "caches of packages and sources; the shared ones if not given",
  },
  "auth-file": { type: "string", value: "FILE", about: "credentials; the shared store if not given" },
  "exclude-newer": { type: "string", value: "DATE", about: "ignore packages uploaded after it: 2025-01-31" },
  offline: { type: "boolean", about: "use nothing but caches and local channels" },
  isolation: {
    type: "string",
    default: "strict",
    value: "HOW",
    about: "strict, or none: scripts see all variables",
  },
  "pass-env": {
    type: "string",
    multiple: true,
    value: "NAME",
    about: "a variable that scripts see nonetheless",
  },
  "no-network": { type: "boolean", about: "keep scripts from the network (Linux)" },
  staging: { type: "boolean", about: "take the staging output that the output builds on" },
} as const satisfies Options;

export const setup = define({
  name: NAME,
  operands: "RECIPE",
  summary: "Resolve, fetch, install, write the script; print where things are",
  json: "{name, version, buildString, paths: {workDir, hostPrefix, buildPrefix, buildScript, ...}}",
  options: {
    ...RENDER_OPTIONS,
    "output-name": { type: "string", value: "NAME", about: "which package of a recipe that gives several" },
    ...SESSION,
  },
  examples: [
    "debug setup recipe.yaml -c conda-forge",
    "debug setup recipe.yaml -m variants.yaml --output-dir out",
  ],
  async run({ values, operands, signal }) {
    const [path, ...others] = operands;
    if (path === undefined || others.length > 0) throw new UsageError("`debug setup` takes one recipe", NAME);
    const options = sessionOptions(values);
    const progress = new Progress(values);
    const variant = choose(await renderFile(path, values), values["output-name"], progress);
    const { name, version, buildString } = variant;
    progress.say(`Setting up ${name} ${version} ${buildString}`);
    try {
      const session = await DebugSession.create(variant, { ...options, onProgress: progress.take, signal });
      const { paths } = session;
      await session.close({ keep: true });
      const lines = Object.entries(paths).map(([what, place]) => `${what}: ${place}\n`);
      return { text: lines.join(""), data: { name, version, buildString, paths } };
    } finally {
      progress.end();
    }
  },
});

function sessionOptions(values: Values<typeof SESSION>): DebugSessionOptions {
  const newest = values["exclude-newer"];
  const excludeNewer = newest === undefined ? undefined : new Date(newest);
  if (excludeNewer !== undefined && Number.isNaN(excludeNewer.getTime())) {
    throw new UsageError(`\`--exclude-newer ${newest}\` is no date`, NAME);
  }
  const authFile = values["auth-file"];
  return {
    outputDir: resolve(values["output-dir"]),
    noBuildId: !values["build-id"],
    offline: values.offline,
    network: !values["no-network"],
    staging: values.staging ? "debug" : "build",
    channelPriority: oneOf(values, "channel-priority", ["strict", "flexible", "disabled"]),
    isolation: oneOf(values, "isolation", ["strict", "none"]),
    ...given({
      channels: values.channel,
      cacheDir: values["cache-dir"] === undefined ? undefined : resolve(values["cache-dir"]),
      auth: authFile === undefined ? undefined : { file: resolve(authFile) },
      excludeNewer,
      passEnv: values["pass-env"],
    }),
  };
}

function oneOf<const T extends string>(
  values: Values<typeof SESSION>,
  name: "channel-priority" | "isolation",
  known: readonly T[],
): T {
  const value = known.find((one) => one === values[name]);
  if (value === undefined) {
    throw new UsageError(`\`--${name} ${values[name]}\` is none of ${known.join(", ")}`, NAME);
  }
  return value;
}

function choose(variants: RenderedVariant[], name: string | undefined, progress: Progress): RenderedVariant {
  const built = variants.filter((variant) => !variant.skip && (name === undefined || variant.name === name));
  const [first, ...others] = built;
  if (first === undefined) {
    throw new SidewinderError(
      "NOTHING_TO_BUILD",
      "the recipe gives no package to build for this platform and variants",
    );
  }
  if (others.length > 0) {
    const names = built.map((variant) => `${variant.name} ${variant.buildString}`).join(", ");
    progress.say(`The recipe gives ${built.length} packages (${names}); taking the first`);
  }
  return first;
}
