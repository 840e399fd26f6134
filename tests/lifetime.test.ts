/** What a process does with sessions that it closed, forgot or never got, and with callbacks that throw. */

import { execFile } from "node:child_process";
import { cp, readdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { beforeAll, describe, expect, test } from "vitest";
import { root, scratch } from "./support/workbench.js";

const run = promisify(execFile);
const dist = (folder: string): string => pathToFileURL(join(folder, "dist/index.js")).href;

const START = `
const { DebugSession, Stage0Recipe, SidewinderError } = await import(process.argv[1]);
const text = (script) => JSON.stringify({ package: { name: "probe", version: "1" }, build: { script } });
const variant = (script = ["echo one", "echo two"]) => Stage0Recipe.fromYaml(text(script)).render()[0];
const create = (script, options) => DebugSession.create(variant(script), { channels: [], ...options });
const said = (promise) => promise.then((value) => value, (error) => \`\${error.name}: \${error.message}\`);
`;

/** Runs a program to its own end, with nothing that ends it from outside but the time of the test. */
async function program(text: string, folders: string[] = [join(root, "ts-sdk")]): Promise<string> {
  const temporary = await scratch();
  const args = ["--unhandled-rejections=strict", "--input-type=module", "--eval", START + text];
  const { stdout, stderr } = await run(process.execPath, [...args, ...folders.map(dist)], {
    env: { ...process.env, TMPDIR: temporary },
  });
  expect(stderr).toBe("");
  return `${stdout}${(await readdir(temporary)).length} left`;
}

describe("a process ends by itself", () => {
  test("with a session that was closed", async () => {
    expect(await program('const s = await create(); await s.close(); console.log("end");')).toBe(
      "end\n0 left",
    );
  });

  test("with a session that was forgotten, which stays for `prune`", async () => {
    expect(await program('await create(); console.log("end");')).toBe("end\n1 left");
  });
});

describe("nothing is rejected without being handled", () => {
  test("where the result of a run is not looked at", async () => {
    const text = `
      const s = await create(["sleep 600"]);
      const stream = s.streamScript();
      stream.kill();
      await said(s.close());
      console.log("end");`;
    expect(await program(text)).toBe("end\n0 left");
  });

  test("where a set-up is aborted", async () => {
    const text = `
      const controller = new AbortController();
      const pending = said(create(undefined, { signal: controller.signal }));
      controller.abort(new Error("enough"));
      console.log(await pending);`;
    expect(await program(text)).toBe("Error: enough\n0 left");
  });
});

describe("a callback that throws stops the call, which rejects with what it threw", () => {
  const HOLD = '["echo one", "sleep 600"]';
  const FAILURES = {
    "of a run": `said(s.runScript({ onStdout() { throw new TypeError("mine"); } }))`,
    "of a run, asynchronously": `said(s.runScript({ async onStdout() { throw new TypeError("mine"); } }))`,
    "of a command": `said(s.exec("echo one; sleep 600", { onStdout() { throw new TypeError("mine"); } }))`,
  };
  test.each(Object.entries(FAILURES))("%s", async (_what, call) => {
    const text = `const s = await create(${HOLD}); console.log(await ${call}); await s.close();`;
    expect(await program(text)).toBe("TypeError: mine\n0 left");
  });

  test.each(["onProgress() {", "async onProgress() {"])("of a set-up: %s", async (head) => {
    const text = `console.log(await said(create(undefined, { ${head} throw new TypeError("mine"); } })));`;
    expect(await program(text)).toBe("TypeError: mine\n0 left");
  });
});

test("two loops over one run both end", async () => {
  const text = `
    const s = await create();
    const stream = s.streamScript();
    let seen = "";
    const loop = async () => { for await (const { text } of stream) seen += text; };
    await Promise.all([loop(), loop()]);
    console.log(seen.split("\\n").sort().join(" ").trim());
    await s.close();`;
  expect(await program(text)).toBe("one two\n0 left");
});

describe("two copies of the package in one process", () => {
  let copies: string[];
  beforeAll(async () => {
    copies = await Promise.all(
      ["first", "second"].map(async () => {
        const home = await scratch();
        await cp(join(root, "ts-sdk/dist"), join(home, "ts-sdk/dist"), { recursive: true });
        await cp(join(root, "ts-sdk/package.json"), join(home, "ts-sdk/package.json"));
        await symlink(join(root, "npm"), join(home, "npm"));
        return join(home, "ts-sdk");
      }),
    );
  });

  test("know each other's errors, class by class", async () => {
    const text = `
      const other = await import(process.argv[2]);
      const mine = await import(process.argv[1]);
      const names = Object.keys(other).filter((name) => name.endsWith("Error")).sort();
      const thrown = (call) => { try { call(); } catch (error) { return error; } };
      const errors = [
        thrown(() => Stage0Recipe.fromYaml("x: 1")),
        thrown(() => mine.VariantConfig.fromYaml("a: {b: 1}")),
        new mine.ChecksumError("CHECKSUM_MISMATCH", "m", { expected: "a", actual: "b" }),
      ];
      for (const error of errors) {
        console.log(error instanceof other.SidewinderError, names.filter((name) => other[name].is(error)).join(" "));
      }`;
    expect(await program(text, copies)).toBe(
      [
        "false RecipeParseError SidewinderError",
        "false SidewinderError VariantError",
        "false ChecksumError SidewinderError SourceError",
        "0 left",
      ].join("\n"),
    );
  });

  test("take each other's variants", async () => {
    const text = `
      const other = await import(process.argv[2]);
      const s = await other.DebugSession.create(variant(), { channels: [] });
      console.log((await s.runScript()).stdout.trim());
      await s.close();`;
    expect(await program(text, copies)).toBe("one\ntwo\n0 left");
  });
});
