import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DebugSession, type PackageOptions, Stage0Recipe } from "../../ts-sdk/src/index.js";
import { channel, scratch } from "../support/workbench.js";
import type { Demonstration } from "./demonstration.js";

interface Build {
  /** Commands of the build script. */
  script?: string[];
  /** Further keys of `build`. */
  build?: Record<string, unknown>;
  /** Keys of `build` that a rendered variant may have, but that are refused in a recipe. */
  rendered?: Record<string, unknown>;
  /** Further sections of the recipe. */
  recipe?: Record<string, unknown>;
  options?: PackageOptions;
  /** Files of the recipe's folder. */
  files?: Record<string, string>;
}

/** Runs work with the session of a build whose script ran. */
async function built<T>(
  { script = [], build, rendered, recipe, files = {} }: Build,
  work: (session: DebugSession) => Promise<T>,
) {
  const folder = await scratch();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const text = JSON.stringify({
    package: { name: "probe", version: "1" },
    build: { script: { content: script }, ...build },
    ...recipe,
  });
  const [variant] = Stage0Recipe.fromYaml(text, { path: join(folder, "recipe.yaml") }).render();
  if (variant === undefined) throw new Error("the recipe renders no variant");
  Object.assign(variant.recipe.build ?? {}, rendered);
  await using session = await DebugSession.create(variant, { channels: [channel] });
  const result = await session.runScript();
  if (!result.success) throw new Error(result.stderr);
  return await work(session);
}

/** A package that is refused. */
function packaging(given: Build): Demonstration {
  return async () => await built(given, async (session) => await session.package(given.options));
}

const share = "mkdir -p $PREFIX/share";
const python =
  "mkdir -p $PREFIX/bin && printf '#!/bin/sh\\nexit 3\\n' > $PREFIX/bin/python && chmod +x $PREFIX/bin/python";
const linking = { overlinking_behavior: "error" };

export const packages: Record<string, Demonstration> = {
  PACKAGE_RECORD_INVALID: packaging({ script: ["echo {} > $PREFIX/conda-meta/mine.json"] }),
  PACKAGE_FILE_MISSING: packaging({ script: ['echo share/nope > "$RATTLER_BUILD_PACKAGE_FILES"'] }),
  PACKAGE_FILE_OUTSIDE: packaging({ script: ['echo /etc/passwd > "$RATTLER_BUILD_PACKAGE_FILES"'] }),
  PACKAGE_SPECIAL_FILE: packaging({ script: [share, "mkfifo $PREFIX/share/pipe"] }),
  PACKAGE_FILE_CHANGED: async () =>
    await built(
      { script: [share, "head -c 1M /dev/urandom > $PREFIX/share/big", "touch $PREFIX/share/log"] },
      async (session) => {
        const log = join(session.hostPrefix, "share/log");
        const writer = spawn("bash", ["-c", 'echo go; while :; do echo line >> "$0"; done', log]);
        try {
          await once(writer.stdout, "data");
          // This format reads files twice, and the large file is compressed in between.
          return await session.package({ format: "tar.bz2" });
        } finally {
          writer.kill();
        }
      },
    ),
  PACKAGE_NAME_INVALID: packaging({ script: [share, "touch $PREFIX/share/$'\\xff'"] }),
  PACKAGE_PATH_RESERVED: packaging({
    script: ["mkdir -p $PREFIX/info", "echo {} > $PREFIX/info/index.json"],
  }),
  PACKAGE_GLOB_INVALID: packaging({ rendered: { files: ["share/[a"] } }),
  PACKAGE_OVERLINKING: packaging({
    script: ["mkdir -p $PREFIX/bin", "cp /bin/ls $PREFIX/bin/probe"],
    build: { dynamic_linking: linking },
  }),
  PACKAGE_OVERDEPENDING: packaging({
    script: ["mkdir -p $PREFIX/bin", "cp /bin/true $PREFIX/bin/probe"],
    build: { dynamic_linking: { overdepending_behavior: "error" } },
    recipe: { requirements: { host: ["libgreet"] } },
  }),
  PACKAGE_MENU_INVALID: packaging({ script: ["mkdir -p $PREFIX/Menu", "echo {} > $PREFIX/Menu/m.json"] }),
  PACKAGE_DSOLIST_INVALID: packaging({
    script: [
      "mkdir -p $PREFIX/etc/conda-build/dsolists.d",
      "echo {} > $PREFIX/etc/conda-build/dsolists.d/x.json",
    ],
  }),
  PACKAGE_ENTRY_POINT: packaging({ build: { python: { entry_points: ["probe = probe:main"] } } }),
  PACKAGE_BYTECODE_FAILED: packaging({ script: [python, share, "echo x = 1 > $PREFIX/share/x.py"] }),
  PACKAGE_POST_PROCESS: packaging({
    script: [share, "printf '\\377' > $PREFIX/share/a"],
    build: { post_process: [{ files: ["share/a"], regex: "a", replacement: "b" }] },
  }),
  PACKAGE_LICENSE_MISSING: packaging({ recipe: { about: { license: "MIT", license_file: "NOPE" } } }),
  PACKAGE_LICENSE_OUTSIDE: packaging({
    script: ["ln -s /etc/hostname LICENSE"],
    recipe: { about: { license: "MIT", license_file: "LICENSE" } },
  }),
  PACKAGE_METADATA_INVALID: packaging({
    script: [share, "touch $PREFIX/share/a"],
    rendered: { post_process: [{ files: ["share/a"], regex: "(", replacement: "b" }] },
  }),
  PACKAGE_TEST_INVALID: packaging({ recipe: { tests: [{ script: { file: "nope.sh" } }] } }),
  PACKAGE_CONTENTS_TEST: packaging({ recipe: { tests: [{ package_contents: { files: ["nope"] } }] } }),
  PACKAGE_PREFIX_IN_BINARY: packaging({
    script: [share, 'printf "\\0%s\\0" "$PREFIX" > $PREFIX/share/a'],
    options: { errorPrefixInBinary: true },
  }),
  PACKAGE_LINKS_ON_WINDOWS: packaging({
    script: [share, "touch $PREFIX/share/a", "ln -s a $PREFIX/share/link"],
    build: { noarch: "generic" },
  }),
};
