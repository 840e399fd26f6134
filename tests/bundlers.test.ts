/**
 * The SDK in bundles for servers: with each bundler, `sidewinder` as external works; bundled with the defaults, it works or
 * says what to do. The bundlers are installed into a cache folder once; without a registry the tests are skipped.
 */

import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { VERSION } from "../ts-sdk/src/version.js";
import { channel, root, scratch } from "./support/workbench.js";

const run = promisify(execFile);

const BUNDLERS = {
  esbuild: "0.28.2",
  rollup: "4.68.8",
  "@rollup/plugin-node-resolve": "16.0.3",
  webpack: "5.113.0",
  vite: "8.4.0",
};
const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), ".cache"), "sidewinder-tests", "bundlers");

/** Installs the bundlers if they are missing; false if that fails. */
async function install(): Promise<boolean> {
  const manifest = JSON.stringify({ private: true, dependencies: BUNDLERS });
  const marker = join(cache, "installed.json");
  if ((await readFile(marker, "utf8").catch(() => "")) === manifest) return true;
  await mkdir(cache, { recursive: true });
  await writeFile(join(cache, "package.json"), manifest);
  try {
    // Of esbuild's script nothing is needed: its binary comes in a package of its own.
    await run("npm", ["install", "--no-audit", "--no-fund", "--ignore-scripts"], { cwd: cache });
    await writeFile(marker, manifest);
    return true;
  } catch (error) {
    process.stderr.write(`skipped: the bundlers cannot be installed: ${String(error).split("\n")[0]}\n`);
    return false;
  }
}

const isInstalled = await install();

const program = `
  import { DebugSession, Stage0Recipe } from "sidewinder";
  const recipe = "package: {name: probe, version: '1'}\\nbuild: {script: ['echo from the bundle']}\\n";
  try {
    const [variant] = Stage0Recipe.fromYaml(recipe).render();
    const session = await DebugSession.create(variant, { channels: [] });
    console.log((await session.runScript()).stdout.trim());
    await session.close();
  } catch (error) {
    console.log(error.code, "hint:", error.hint);
  }
`;

interface Mode {
  external: boolean;
  /** Writes configuration files, if it needs any, and bundles \`app.mjs\` into \`out/app.mjs\`. */
  bundle(folder: string): Promise<unknown>;
}

const tool = (folder: string, name: string, ...args: string[]) =>
  run(process.execPath, [join(cache, "node_modules", name), ...args], { cwd: folder });

const MODES: [string, Mode][] = [
  ...[true, false].map((external): [string, Mode] => [
    "esbuild",
    {
      external,
      bundle: (folder) =>
        tool(
          folder,
          "esbuild/bin/esbuild",
          ...["app.mjs", "--bundle", "--platform=node", "--format=esm", "--outfile=out/app.mjs"],
          ...(external ? ["--external:sidewinder"] : []),
        ),
    },
  ]),
  ...[true, false].map((external): [string, Mode] => [
    "rollup",
    {
      external,
      async bundle(folder) {
        const plugin = JSON.stringify(
          join(cache, "node_modules/@rollup/plugin-node-resolve/dist/es/index.js"),
        );
        await writeFile(
          join(folder, "rollup.config.mjs"),
          `import { nodeResolve } from ${plugin};
           export default {
             input: "app.mjs",
             output: { dir: "out", format: "es", entryFileNames: "app.mjs" },
             external: ${external ? '["sidewinder"]' : "[]"},
             plugins: [nodeResolve({ exportConditions: ["node"] })],
           };`,
        );
        await tool(folder, "rollup/dist/bin/rollup", "--config", "rollup.config.mjs");
      },
    },
  ]),
  ...[true, false].map((external): [string, Mode] => [
    "webpack",
    {
      external,
      async bundle(folder) {
        const output = {
          path: join(folder, "out"),
          filename: "app.mjs",
          module: true,
          library: { type: "module" },
        };
        const config = {
          ...{ mode: "production", target: "node20", entry: "./app.mjs", context: folder, output },
          experiments: { outputModule: true },
          ...(external ? { externals: { sidewinder: "module sidewinder" } } : {}),
        };
        await writeFile(
          join(folder, "bundle.mjs"),
          `import { createRequire } from "node:module";
           const webpack = createRequire(${JSON.stringify(join(cache, "package.json"))})("webpack");
           webpack(${JSON.stringify(config)}, (error, stats) => {
             if (error ?? stats.hasErrors()) throw error ?? new Error(stats.toString("errors-only"));
           });`,
        );
        await run(process.execPath, ["bundle.mjs"], { cwd: folder });
      },
    },
  ]),
  ...[true, false].map((external): [string, Mode] => [
    "vite",
    {
      external,
      async bundle(folder) {
        await writeFile(
          join(folder, "vite.config.mjs"),
          `export default {
             build: { ssr: "app.mjs", outDir: "out", rolldownOptions: { output: { entryFileNames: "app.mjs" } } },
             ssr: { noExternal: ${external ? "[]" : "true"}, ${external ? 'external: ["sidewinder"]' : ""} },
           };`,
        );
        await tool(folder, "vite/bin/vite.js", "build");
      },
    },
  ]),
];

test("the version in the code is that of the manifest", async () => {
  const manifest = JSON.parse(await readFile(join(root, "ts-sdk/package.json"), "utf8")) as {
    version: string;
  };
  expect(VERSION).toBe(manifest.version);
});

describe.skipIf(!isInstalled)("bundled for a server", () => {
  let project: string;
  beforeAll(async () => {
    // As after `npm install sidewinder`.
    project = await scratch();
    const modules = join(project, "node_modules");
    await mkdir(join(modules, "sidewinder"), { recursive: true });
    for (const name of ["dist", "package.json"])
      await cp(join(root, "ts-sdk", name), join(modules, "sidewinder", name), { recursive: true });
    const platform = `${process.platform}-${process.arch}${process.platform === "linux" ? "-gnu" : ""}`;
    await symlink(join(root, "npm", platform), join(modules, `sidewinder-${platform}`));
    await symlink(channel, join(project, "channel"));
  });

  test.each(MODES)(
    "by %s, it works or says what to do (%o)",
    async (name, { external, bundle }) => {
      const folder = join(project, `${name}-${external ? "external" : "whole"}`);
      await mkdir(folder);
      await writeFile(join(folder, "package.json"), '{"private": true, "type": "module"}');
      await writeFile(join(folder, "app.mjs"), program);
      await bundle(folder);
      const { stdout } = await run(process.execPath, ["out/app.mjs"], { cwd: folder });
      if (external) expect(stdout.trim()).toBe("from the bundle");
      else
        expect(stdout.trim()).toMatch(
          /^from the bundle$|^(?:WASM_NOT_LOADED|NO_NATIVE_ADDON) hint: .*external/,
        );
    },
    120_000,
  );
});
