/** The packages as npm gets them: packed, installed in an empty folder from a registry, and used from there. */

import { execFile } from "node:child_process";
import { cp, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "vite";
import { beforeAll, describe, expect, test } from "vitest";
import { chromiumPath, openPage, serve } from "./support/browser.js";
import { packages } from "./support/packages.js";
import { startRegistry } from "./support/registry.js";
import { filtered } from "./support/walkthrough.js";
import { channel, root, scratch } from "./support/workbench.js";

const run = promisify(execFile);

interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

/** Runs Node.js in a folder; a failure is a value. */
async function node(folder: string, ...args: string[]): Promise<Ended> {
  try {
    const { stdout, stderr } = await run(process.execPath, args, { cwd: folder, maxBuffer: 1 << 26 });
    return { code: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { code, stdout, stderr };
  }
}

const evaluate = (folder: string, program: string): Promise<Ended> =>
  node(folder, "--input-type=module", "--eval", program);

/** An empty folder in which `npm install sidewinder` was run; returns the tarballs that npm fetched. */
async function installed(...flags: string[]): Promise<{ folder: string; fetched: string[] }> {
  const folder = await scratch();
  await writeFile(join(folder, "package.json"), '{"private": true, "type": "module"}\n');
  await using registry = await startRegistry(await packages());
  await run("npm", ["install", "sidewinder", "--registry", registry.url, ...flags], {
    cwd: folder,
    shell: process.platform === "win32",
    env: {
      ...process.env,
      npm_config_cache: join(folder, ".cache"),
      npm_config_replace_registry_host: "never",
    },
  });
  return { folder, fetched: registry.fetched.sort() };
}

describe("installed", () => {
  let folder: string;
  let fetched: string[];
  beforeAll(async () => {
    ({ folder, fetched } = await installed());
  });

  test("brings the addon of this machine, and no other", async () => {
    const names = (await readdir(join(folder, "node_modules"))).filter((name) =>
      name.startsWith("sidewinder"),
    );
    expect(names).toHaveLength(2);
    expect(fetched.map((file) => file.replace(/-\d.*/, ""))).toEqual(names.sort());
  });

  test("shows the walkthrough", async () => {
    await cp(join(root, "demo"), join(folder, "demo"), { recursive: true });
    await cp(join(root, "tests/fixtures/demo-compile"), join(folder, "tests/fixtures/demo-compile"), {
      recursive: true,
    });
    const { code, stdout, stderr } = await node(folder, "demo/main.mjs", "--embedded", channel);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const expected = await readFile(join(root, "tests/snapshots/walkthrough.txt"), "utf8");
    expect(filtered(stdout)).toBe(expected);
  });

  test("has the command line on the path of npm's scripts", async () => {
    const program = join(folder, "node_modules", ".bin", "sidewinder");
    const { stdout } = await run(program, ["--help"], { shell: process.platform === "win32" });
    expect(stdout).toContain("debug setup");
  });

  test("can be required by CommonJS", async () => {
    const { stdout } = await node(folder, "--input-type=commonjs", "--no-warnings", "--eval", REQUIRE);
    expect(stdout).toBe("x 1 true\n");
  });

  test("type-checks without the checks of libraries being skipped", async () => {
    const compile = async (name: string, text: string, options: object): Promise<string> => {
      await writeFile(join(folder, `${name}.ts`), text);
      const compilerOptions = { strict: true, noEmit: true, skipLibCheck: false, ...options };
      await writeFile(
        join(folder, `${name}.json`),
        JSON.stringify({ compilerOptions, files: [`${name}.ts`] }),
      );
      return (await node(folder, join(root, "node_modules/typescript/bin/tsc"), "-p", `${name}.json`)).stdout;
    };
    const nodeTypes = { types: ["node"], typeRoots: [join(root, "node_modules/@types")] };
    const inNode = { module: "nodenext", target: "es2022", lib: ["es2022"], ...nodeTypes };
    const inBrowser = {
      module: "esnext",
      moduleResolution: "bundler",
      target: "es2022",
      lib: ["es2022", "dom"],
      types: [],
    };
    const outputs = await Promise.all([
      compile("in-node", TYPED_NODE, inNode),
      compile("in-browser", TYPED_BROWSER, inBrowser),
    ]);
    expect(outputs).toEqual(["", ""]);
  });

  test("leaves sessions, their errors and Node.js out of a bundle that takes only recipes", async () => {
    const bundled = async (name: string, program: string): Promise<string> => {
      const entry = join(folder, `${name}.js`);
      await writeFile(entry, program);
      const output = await build({
        root: folder,
        logLevel: "error",
        configFile: false,
        build: { write: false, minify: false, lib: { entry, formats: ["es"] } },
      });
      const [bundle] = [output].flat();
      if (bundle === undefined || !("output" in bundle)) throw new Error("nothing was bundled");
      return bundle.output.map((part) => (part.type === "chunk" ? part.code : "")).join("");
    };
    const recipes = await bundled("recipes", 'export { Stage0Recipe } from "sidewinder";\n');
    expect(recipes).toContain("class Stage0Recipe");
    for (const unused of ["class DebugSession", "class SolveError", "class ScriptRun", "createRequire"]) {
      expect(recipes.includes(unused), unused).toBe(false);
    }
    expect(recipes).not.toMatch(/from ["']node:/);
    const nothing = await bundled("nothing", 'import "sidewinder";\nexport const x = 1;\n');
    expect(nothing.length).toBeLessThan(100);
  });

  test.skipIf(chromiumPath === undefined)("recipes are bundled by Vite and run in Chromium", async () => {
    const site = join(folder, "site");
    await mkdir(site);
    await writeFile(
      join(site, "index.html"),
      '<link rel="icon" href="data:,"><script type="module" src="./main.js"></script>\n',
    );
    await writeFile(join(site, "main.js"), PAGE);
    await build({ root: site, logLevel: "error", configFile: false, build: { assetsInlineLimit: 0 } });
    const assets = await readdir(join(site, "dist", "assets"));
    const types = assets.map((file) => file.replace(/.*\./, ""));
    expect(types).toContain("js");
    expect(types).toContain("wasm");

    await using server = await serve(join(site, "dist"));
    await using opened = await openPage(server.url);
    await opened.page.waitForFunction("document.title !== ''");
    expect(await opened.page.title()).toBe("debug-demo h4616a5c_0; unknown-field at 2:9");
    expect(opened.problems).toEqual([]);
  });
});

describe("without a fitting addon", () => {
  let folder: string;
  let addon: string;
  let version: string;
  beforeAll(async () => {
    ({ folder } = await installed("--omit=optional"));
    const ofMachine = (await packages()).find(
      ({ tarball, manifest: { name } }) => tarball && /-(?:linux|darwin|win32)-/.test(name),
    );
    ({ name: addon, version } = ofMachine?.manifest ?? { name: "", version: "" });
  });

  const failure = async (): Promise<string> => {
    const { code, stdout } = await evaluate(folder, FAILING);
    expect(code).toBe(0);
    return stdout
      .replaceAll(version, "<version>")
      .replaceAll(addon, "<addon>")
      .replaceAll(addon.replace("sidewinder-", ""), "<platform>");
  };

  test("recipes work", async () => {
    for (const entry of ["sidewinder", "sidewinder/recipe"]) {
      const { stdout } = await evaluate(folder, RECIPES.replace("ENTRY", entry));
      expect(stdout).toBe("x 1 true\n");
    }
  });

  test("one that is missing is an error that says what to install", async () => {
    expect(await failure()).toMatchInlineSnapshot(`
      "NativeAddonError NO_NATIVE_ADDON the native addon for <platform> is missing: \`<addon>\` is not installed
      install it with \`npm install <addon>@<version>\`; npm skips it with --omit=optional, and if node_modules was installed on another platform. \`sidewinder/recipe\`, which parses and renders recipes, works without it
      "
    `);
    const { code, stderr } = await node(
      folder,
      "node_modules/sidewinder/dist/cli/main.js",
      "debug",
      "run",
      "--dir",
      ".",
    );
    expect(code).toBe(125);
    expect(stderr).toMatch(/^error\[NO_NATIVE_ADDON\]: .*\nhint: install it with `npm install sidewinder-/);
  });

  test("one of another version is an error that says what to install", async () => {
    const place = join(folder, "node_modules", addon);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "package.json"), '{"version": "9.9.9", "main": "addon.node"}');
    expect(await failure()).toMatchInlineSnapshot(`
      "NativeAddonError NO_NATIVE_ADDON the native addon for <platform> cannot be used: \`<addon>\` has version 9.9.9, this is sidewinder <version>
      install the matching one with \`npm install <addon>@<version>\`. \`sidewinder/recipe\`, which parses and renders recipes, works without it
      "
    `);
  });

  test("one that cannot be loaded is an error that says why", async () => {
    const place = join(folder, "node_modules", addon);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, "package.json"), JSON.stringify({ version, main: "addon.node" }));
    await writeFile(join(place, "addon.node"), "not an addon, though long enough to be looked at ".repeat(4));
    const text = await failure();
    expect(text).toMatch(
      /^NativeAddonError NO_NATIVE_ADDON the native addon for <platform> cannot be used: `<addon>` cannot be loaded: /,
    );
  });
});

const RECIPES = `
import { Stage0Recipe } from "ENTRY";
const [{ name, version, skip }] = Stage0Recipe.fromYaml("package: {name: x, version: '1'}").render();
console.log(name, version, !skip);
`;

const REQUIRE = `
const { Stage0Recipe } = require("sidewinder");
const [{ name, version, skip }] = Stage0Recipe.fromYaml("package: {name: x, version: '1'}").render();
console.log(name, version, !skip);
`;

const FAILING = `
import { DebugSession, NativeAddonError, Stage0Recipe } from "sidewinder";
const [variant] = Stage0Recipe.fromYaml("package: {name: x, version: '1'}").render();
const error = await DebugSession.create(variant).catch((error) => error);
console.log(error.name, error.code, error.message);
console.log(error.hint);
if (!NativeAddonError.is(error)) process.exit(1);
`;

const TYPED_NODE = `
import { DebugSession, type RenderedVariant, type ScriptResult, SolveError, Stage0Recipe } from "sidewinder";
const variant: RenderedVariant | undefined = Stage0Recipe.fromYaml("").render()[0];
export async function run(): Promise<ScriptResult | string> {
  if (variant === undefined) return "nothing";
  try {
    const session = await DebugSession.create(variant, { signal: AbortSignal.timeout(1000) });
    for await (const { stream, text } of session.streamScript()) console.log(stream, text);
    return await session.runScript({ trace: true });
  } catch (error) {
    return SolveError.is(error) ? error.explanation : String(error);
  }
}
`;

const TYPED_BROWSER = `
import { type Diagnostic, init, Stage0Recipe } from "sidewinder/recipe";
await init(new URL("./recipe_bg.wasm", "https://localhost/"));
export const problems: Diagnostic[] = Stage0Recipe.check("");
`;

const PAGE = `
import { init, Stage0Recipe } from "sidewinder/recipe";
await init();
const script = "echo 'Hello from the build script!'";
const [variant] = Stage0Recipe.fromYaml(\`
package: {name: debug-demo, version: "1.0.0"}
build:
  number: 0
  noarch: generic
requirements: {run: [python]}
\`).render();
const [problem] = Stage0Recipe.check("package: {name: a, version: 1}\\nbuild: {nuber: 1}\\n");
document.title = \`\${variant.name} \${variant.buildString}; \${problem.code} at \${problem.span.line}:\${problem.span.column}\`;
`;
