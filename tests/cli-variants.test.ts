/** The variant file next to a recipe is used without being named, and named on standard error. */

import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { RenderedVariant } from "../ts-sdk/src/index.js";
import { type Desk, desk } from "./support/command-line.js";
import { channel, scripted } from "./support/workbench.js";

let work: Desk;
const RECIPE = scripted(["true"], "requirements: {host: [libfoo]}\n");
const variants = (...args: string[]): unknown[] =>
  (JSON.parse(work.call("render", "r", "--json", ...args).stdout) as RenderedVariant[]).map(
    ({ variant }) => variant["libfoo"],
  );

beforeAll(async () => {
  work = await desk();
  await mkdir(join(work.folder, "r"));
  await writeFile(join(work.folder, "r/recipe.yaml"), RECIPE);
  await writeFile(join(work.folder, "r/conda_build_config.yaml"), "libfoo: ['1.2.3']\n");
  await writeFile(join(work.folder, "mine.yaml"), "libfoo: ['2.0.0']\n");
});

describe("the variant file next to a recipe", () => {
  test("is conda_build_config.yaml, unless there is a variants.yaml", async () => {
    expect(variants()).toEqual(["1.2.3"]);
    await writeFile(join(work.folder, "r/variants.yaml"), "libfoo: ['1.*', '2.*']\n");
    expect(variants()).toEqual(["1.*", "2.*"]);
    expect(work.call("render", "r").stderr).toBe(
      "Using the variant file next to the recipe: r/variants.yaml\n",
    );
    expect(work.call("render", "r", "--quiet").stderr).toBe("");
  });

  test("is overridden by files that are named, and not used twice", () => {
    expect(variants("-m", "mine.yaml")).toEqual(["2.0.0"]);
    const named = work.call("render", "r", "-m", "r/variants.yaml");
    expect(named.stderr).toBe("");
    expect(named.stdout).toContain("Rendered 2 variant(s)");
  });

  test("can be turned off", () => {
    expect(variants("--ignore-recipe-variants")).toEqual([undefined]);
  });

  test("is used by check and by sessions", async () => {
    await writeFile(join(work.folder, "r/variants.yaml"), "libfoo: ['1.*']\n");
    expect(work.call("check", "r")).toMatchObject({
      status: 0,
      stderr: expect.stringContaining("r/variants.yaml"),
    });
    expect(work.call("debug", "setup", "r", "-c", channel).status).toBe(0);
    expect(work.call("debug", "packages", "--host").stdout).toMatch(/libfoo +1\.2\.3/);
  });
});

describe("load_from_file", () => {
  test("reads from the recipe's folder, otherwise from the current directory", async () => {
    await mkdir(join(work.folder, "loads"));
    await writeFile(
      join(work.folder, "loads/recipe.yaml"),
      `context:
  near: \${{ load_from_file("near.json").version }}
  far: \${{ load_from_file("far.json").version }}
package: {name: probe, version: "\${{ near }}.\${{ far }}"}
`,
    );
    await writeFile(join(work.folder, "loads/near.json"), '{"version": "1"}');
    await writeFile(join(work.folder, "near.json"), '{"version": "9"}');
    await writeFile(join(work.folder, "far.json"), '{"version": "2"}');
    const rendered = work.call("render", "loads", "--experimental", "--json");
    expect((JSON.parse(rendered.stdout) as RenderedVariant[]).map(({ version }) => version)).toEqual(["1.2"]);
  });
});
