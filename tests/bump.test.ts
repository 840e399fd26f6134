/** Recipes are updated to the versions that real servers and git repositories announce. */

import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage } from "node:http";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  HttpVersionSource,
  newVersions,
  RecipeEditError,
  SourceError,
  Stage0Recipe,
  VariantConfig,
} from "../ts-sdk/src/index.js";
import { type Desk, desk } from "./support/command-line.js";
import { onLoopback } from "./support/loopback.js";
import { root, scratch } from "./support/workbench.js";

const run = promisify(execFile);
const ZEROS = "0".repeat(64);
const digest = (text: string, algorithm = "sha256"): string =>
  createHash(algorithm).update(text).digest("hex");

/** What the server answers; requests that are not listed are 404. */
const ANSWERS: Record<string, string> = {
  "/pypi/demo/json": '{"releases": {"1.9": [{}], "1.10": [{}], "1.11": [{"yanked": true}], "2.0rc1": [{}]}}',
  "/packages/source/d/demo/demo-1.10.tar.gz": "demo 1.10",
  "/packages/source/d/demo/demo-2.0rc1.tar.gz": "demo 2.0rc1",
  "/repos/o/tool/tags?per_page=100": '[{"name": "v2.1.0"}, {"name": "v2.0.0"}, {"name": "nightly-9"}]',
  "/o/tool/archive/v2.1.0.tar.gz": "tool 2.1.0",
  "/widget": '{"versions": {"3.0.0": {}, "3.1.0": {}, "4.0.0-beta.1": {}}}',
  "/widget/-/widget-3.1.0.tgz": "widget 3.1.0",
  "/mirror/a-2.tar.gz": "a 2",
  "/win/a-2.zip": "a 2 for windows",
};
const requests: IncomingMessage[] = [];
const server = createServer((request, response) => {
  requests.push(request);
  const answer = ANSWERS[request.url ?? ""];
  response.statusCode = answer === undefined ? 404 : 200;
  response.end(answer);
});

let url: string;
let work: Desk;
let stop: AsyncDisposable;
beforeAll(async () => {
  const served = await onLoopback(server);
  ({ url } = served);
  stop = served;
  work = await desk();
});
afterAll(() => stop[Symbol.asyncDispose]());

/** Calls `sidewinder bump` while the server of this process answers. */
async function bump(...args: string[]): Promise<{ status: number; stdout: string; stderr: string }> {
  const main = join(root, "ts-sdk", "dist", "cli", "main.js");
  try {
    const { stdout, stderr } = await run(process.execPath, [main, "bump", ...args], {
      cwd: work.folder,
      env: work.env,
    });
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout, stderr } = error as { code: number; stdout: string; stderr: string };
    return { status: code, stdout, stderr };
  }
}

const pypi = (): string => `# a recipe with remarks
context:
  name: demo
  version: '1.9'   # the newest in spring

package:
  name: \${{ name }}
  version: \${{ version }}

source:
  - url: ${url}/packages/source/d/demo/\${{ name }}-\${{ version }}.tar.gz
    sha256: "${ZEROS}"  # of the archive

build: {number: 7, noarch: python}
`;

describe("the command line", () => {
  test("writes the newest version, its checksum and the build number, and nothing else", async () => {
    const file = join(work.folder, "recipe.yaml");
    await writeFile(file, pypi());
    const checked = await bump("recipe.yaml", "--check");
    expect(checked).toMatchObject({ status: 0, stdout: "demo (pypi): 1.9 → 1.10\n" });
    const dry = await bump("recipe.yaml", "--dry-run");
    expect(await readFile(file, "utf8")).toBe(pypi());
    expect(await bump("recipe.yaml")).toMatchObject({ status: 0, stdout: "recipe.yaml: 1.9 → 1.10\n" });
    const expected = pypi()
      .replace("'1.9'", "'1.10'")
      .replace(ZEROS, digest("demo 1.10"))
      .replace("number: 7", "number: 0");
    expect(await readFile(file, "utf8")).toBe(expected);
    expect(dry.stdout).toBe(expected);
    expect((await bump("recipe.yaml")).stdout).toBe("recipe.yaml: already the newest version\n");
  });

  test("counts pre-releases on request, and prints JSON", async () => {
    await writeFile(join(work.folder, "recipe.yaml"), pypi());
    const { stdout } = await bump("recipe.yaml", "--prerelease", "--json", "--build-number", "2");
    expect(JSON.parse(stdout)).toMatchObject({
      oldVersion: "1.9",
      newVersion: "2.0rc1",
      sources: [{ sha256: digest("demo 2.0rc1") }],
    });
    expect(await readFile(join(work.folder, "recipe.yaml"), "utf8")).toContain("number: 2,");
  });

  test("says what is wrong", async () => {
    await writeFile(join(work.folder, "recipe.yaml"), pypi());
    const missing = await bump("recipe.yaml", "--version", "1.99");
    expect(missing).toMatchObject({ status: 1 });
    expect(missing.stderr).toContain("demo-1.99.tar.gz`: the server answered 404");
    const both = await bump("recipe.yaml", "--version", "2", "--check");
    expect(both).toMatchObject({ status: 2 });
    expect((await bump("recipe.yaml", "--registry", "gem=http://x")).stderr).toContain("unknown kind `gem`");
    await writeFile(join(work.folder, "recipe.yaml"), "package: {name: a, version: '1'}\n");
    expect((await bump("recipe.yaml")).stderr).toContain("pass the new version with --version");
    expect(await readFile(join(work.folder, "recipe.yaml"), "utf8")).toBe(
      "package: {name: a, version: '1'}\n",
    );
  });
});

describe("newer versions", () => {
  test("are found by the form of URLs, and a place that does not answer has an error", async () => {
    const recipe = Stage0Recipe.fromYaml(`
package: {name: several, version: "2.0.0"}
source:
  - url: ${url}/o/tool/archive/v2.0.0.tar.gz
  - url: ${url}/widget/-/widget-3.0.0.tgz
  - url: ${url}/api/v1/crates/lost/2.0.0/download
  - url: ${url}/plain-2.0.0.tar.gz
`);
    const source = new HttpVersionSource({ baseUrls: { "github-tags": url }, githubToken: "secret" });
    const found = await newVersions(recipe, { source });
    expect(found).toMatchObject([
      { kind: "github-tags", name: "o/tool", current: "2.0.0", newest: "2.1.0", isNewer: true },
      { kind: "npm", name: "widget", newest: "3.1.0", isNewer: true },
      { kind: "crates", name: "lost", isNewer: false },
    ]);
    expect(SourceError.is(found[2]?.error)).toBe(true);
  });

  test("are asked with the token only where it belongs", () => {
    const requestsTo = (path: string) => requests.filter((request) => request.url?.startsWith(path));
    expect(requestsTo("/repos/").at(-1)?.headers.authorization).toBe("Bearer secret");
    expect(requestsTo("/widget").every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });
});

describe("an update", () => {
  test("fetches the sources of all platforms, and tries mirrors", async () => {
    const [a, b] = ["a", "b"].map((digit) => digit.repeat(64));
    const recipe = Stage0Recipe.fromYaml(`
context: {version: "1"}
package: {name: a, version: "\${{ version }}"}
source:
  - if: win
    then:
      url: ${url}/win/a-\${{ version }}.zip
      sha256: ${a}
    else:
      url: ["${url}/gone/a-\${{ version }}.tar.gz", "${url}/mirror/a-\${{ version }}.tar.gz"]
      sha256: ${b}
      md5: ${"c".repeat(32)}
`);
    const { text, sources } = await recipe.update({ version: "2" });
    expect(sources.map((source) => source.url.slice(url.length))).toEqual([
      "/mirror/a-2.tar.gz",
      "/win/a-2.zip",
    ]);
    const expected = recipe.text
      .replace('"1"', '"2"')
      .replace(String(a), digest("a 2 for windows"))
      .replace(String(b), digest("a 2"))
      .replace("c".repeat(32), digest("a 2", "md5"));
    expect(text).toBe(expected);
  });

  test("takes checksums that are known, a fetch of the caller, and variables of a variant file", async () => {
    const recipe = Stage0Recipe.fromYaml(`
context: {version: "1"}
package: {name: a, version: "\${{ version }}"}
source: {url: "\${{ mirror }}/a-\${{ version }}.tgz", sha256: ${ZEROS}}
`);
    const variants = new VariantConfig({ mirror: ["https://mirror.example"] });
    const known = { "https://mirror.example/a-2.tgz": { sha256: "e".repeat(64) } };
    expect((await recipe.update({ version: "2", variants, sources: known })).text).toContain("e".repeat(64));
    const fetched: string[] = [];
    const fetch = async (address: string): Promise<Response> => {
      fetched.push(address);
      return new Response("mine");
    };
    expect((await recipe.update({ version: "3", variants, fetch })).text).toContain(digest("mine"));
    expect(fetched).toEqual(["https://mirror.example/a-3.tgz"]);
    await expect(recipe.update({ version: "2" })).rejects.toThrow(/cannot be evaluated/);
  });

  test("follows the commit of a tag in a git repository", async () => {
    const repository = await scratch();
    const git = async (...args: string[]): Promise<string> =>
      (
        await run("git", ["-c", "user.name=a", "-c", "user.email=a@example.org", ...args], {
          cwd: repository,
        })
      ).stdout.trim();
    await git("init", "-q");
    await git("commit", "-q", "--allow-empty", "-m", "one");
    const first = await git("rev-parse", "HEAD");
    await git("commit", "-q", "--allow-empty", "-m", "two");
    await git("tag", "-a", "v2", "-m", "annotated");
    const second = await git("rev-parse", "HEAD");
    const recipe = Stage0Recipe.fromYaml(`
context: {version: "1"}
package: {name: a, version: "\${{ version }}"}
source: {git: "file://${repository}", tag: "v\${{ version }}", expected_commit: ${first}}
`);
    expect((await recipe.update({ version: "2" })).text).toContain(`expected_commit: ${second}`);
    await expect(recipe.update({ version: "3" })).rejects.toThrow(/no tag `v3`/);
  });

  test("leaves a recipe alone whose version or checksum is not written in it", async () => {
    const computed = Stage0Recipe.fromYaml("package: {name: a, version: \"${{ '1' ~ '.0' }}\"}\n");
    await expect(computed.update({ version: "1.1" })).rejects.toSatisfy((error) => RecipeEditError.is(error));
    await expect(computed.update({ version: "not a version" })).rejects.toThrow(/version/);
    const stopped = Stage0Recipe.fromYaml(pypi()).update({ version: "1.10", signal: AbortSignal.abort() });
    await expect(stopped).rejects.toMatchObject({ code: "CANCELLED" });
  });
});
