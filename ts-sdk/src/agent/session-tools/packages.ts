/** `add_packages` and `list_packages` */

import { invalidInput } from "../core/input.js";
import type { SessionState } from "../core/session-state.js";
import { ENVIRONMENT, sessionSpec } from "./spec.js";

const NAMES = { type: "array", items: { type: "string" } } as const;

export const addPackages = sessionSpec({
  name: "add_packages",
  title: "Install packages",
  description:
    "Installs packages into an environment of the build and changes as little else as possible. To keep them, add them to the " +
    "recipe as well.",
  effect: "change",
  openWorld: true,
  access: "run",
  input: {
    type: "object",
    properties: {
      specs: { ...NAMES, minItems: 1, description: "Match specs, such as `zlib` or `cmake >=3.20`." },
      environment: {
        ...ENVIRONMENT,
        description:
          "`host` for libraries and interpreters that the package uses, `build` for compilers and tools that run during the " +
          "build. May be left out for packages that the diagnosis of the last run suggests.",
      },
    },
    required: ["specs"],
  },
  output: {
    type: "object",
    properties: { environment: ENVIRONMENT, added: NAMES, removed: NAMES, changed: NAMES },
    required: ["environment", "added", "removed", "changed"],
  },
  async run(state, { specs, environment: chosen }, { tool, signal }) {
    const environment = chosen ?? suggestedEnvironment(tool, state, specs);
    const { added, removed, changed } = await state.session.addPackages(specs, {
      environment,
      ...(signal === undefined ? {} : { signal }),
    });
    const shown = (p: { name: string; version: string; build: string }): string =>
      `${p.name} ${p.version} ${p.build}`;
    return {
      environment,
      added: added.map(shown),
      removed: removed.map(shown),
      changed: changed.map(({ from, to }) => `${shown(from)} -> ${shown(to)}`),
    };
  },
});

/** The environment that the last diagnosis suggests for all of these packages. */
function suggestedEnvironment(tool: string, { findings }: SessionState, specs: string[]): "host" | "build" {
  const nameOf = (spec: string): string => /^[^\s=<>!~[]*/.exec(spec.replace(/^.*::/, ""))?.[0] ?? spec;
  const environments = specs.map((spec) => {
    const suggested = findings
      .flatMap(({ suggestions }) => suggestions)
      .filter((suggestion) => nameOf(suggestion.spec) === nameOf(spec));
    return new Set(suggested.map(({ environment }) => environment));
  });
  for (const environment of ["host", "build"] as const) {
    if (environments.every((suggested) => suggested.size === 1 && suggested.has(environment)))
      return environment;
  }
  throw invalidInput(
    tool,
    "missing: environment",
    "`host` for libraries and interpreters that the package uses, `build` for compilers and tools that run during the build",
  );
}

export const listPackages = sessionSpec({
  name: "list_packages",
  title: "List installed packages",
  description: "Lists what is installed in an environment of the build, or in both.",
  effect: "read",
  access: "read",
  howToRead: { packages: "set `name` or `environment`" },
  input: {
    type: "object",
    properties: {
      environment: { ...ENVIRONMENT, description: "Which environment. Default: both." },
      name: { type: "string", description: "Only packages whose name contains this." },
    },
  },
  output: {
    type: "object",
    properties: {
      packages: {
        type: "array",
        items: {
          type: "object",
          properties: {
            environment: ENVIRONMENT,
            name: { type: "string" },
            version: { type: "string" },
            build: { type: "string" },
            requested: { type: "boolean", description: "Whether the recipe or a call asked for it by name." },
          },
          required: ["environment", "name", "version", "build", "requested"],
        },
      },
    },
    required: ["packages"],
  },
  async run({ session }, { environment, name = "" }) {
    const environments = environment === undefined ? (["build", "host"] as const) : [environment];
    const lists = await Promise.all(
      environments.map(async (where) =>
        (await session.packages(where))
          .filter((installed) => installed.name.includes(name))
          .map(({ name, version, build, requested }) => ({
            environment: where,
            name,
            version,
            build,
            requested,
          })),
      ),
    );
    return { packages: lists.flat() };
  },
});
