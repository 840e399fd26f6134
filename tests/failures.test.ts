/** Every failure of a set-up is typed, names its cause, and leaves nothing that a second attempt trips over. */

import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  ChannelError,
  ChecksumError,
  DebugSession,
  RecipeParseError,
  type SidewinderError,
  SolveError,
  SourceError,
  Stage0Recipe,
} from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const GOOD = scripted(["echo fine"]);

/** Fails to create a session, then makes one in the same folder. */
async function failThenSucceed(
  recipe: string,
  options: { channels?: string[]; recipeDir?: string },
): Promise<unknown> {
  const outputDir = await scratch();
  const [variant] = Stage0Recipe.fromYaml(recipe, {
    ...(options.recipeDir === undefined ? {} : { path: join(options.recipeDir, "recipe.yaml") }),
  }).render();
  if (variant === undefined) throw new Error("the recipe gives nothing");
  const settings = { outputDir, channels: options.channels ?? [channel] };
  const error = await DebugSession.create(variant, settings).then(
    () => {
      throw new Error("the session was created");
    },
    (failure: unknown) => failure,
  );
  const session = await DebugSession.create(variantOf(GOOD), { outputDir, channels: [channel] });
  expect((await session.runScript()).stdout).toBe("fine\n");
  await session.close();
  return error;
}

describe("a set-up fails", () => {
  test("before it begins, for a recipe that is not YAML", () => {
    expect(() => Stage0Recipe.fromYaml("package: {name: a\nversion: ]")).toThrow(RecipeParseError);
  });

  test("for a missing channel", async () => {
    const nowhere = join(await scratch(), "no-such-channel");
    const recipe = scripted(["true"], "requirements: {host: [libfoo]}\n");
    const error = await failThenSucceed(recipe, { channels: [nowhere] });
    expect(ChannelError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: "CHANNEL_FAILED",
      channel: expect.stringContaining("no-such-channel"),
    });
  });

  test("for an environment without a solution, with the solver's explanation", async () => {
    const recipe = scripted(["true"], "requirements: {host: [app-old, app-new]}\n");
    const error = await failThenSucceed(recipe, {});
    expect(SolveError.is(error)).toBe(true);
    expect(error).toMatchObject({ code: "SOLVE_FAILED", environment: "host" });
    expect((error as SolveError).explanation).toMatch(/app-(old|new)[\s\S]*libfoo/);
    const { nodes, edges } = (error as SolveError).conflict ?? { nodes: [], edges: [] };
    expect(nodes[0]).toEqual({ kind: "request" });
    const name = (at: number) => (nodes[at]?.kind === "package" ? nodes[at].name : nodes[at]?.kind);
    const lines = edges.map(({ from, to, kind, spec }) => `${name(from)} ${kind} ${spec ?? ""}: ${name(to)}`);
    expect(lines).toEqual(
      expect.arrayContaining([
        "request requires app-old *: app-old",
        "request requires app-new *: app-new",
        expect.stringMatching(/^app-(old|new) requires libfoo .*: (libfoo|missing)$/),
      ]),
    );
  });

  test("for what a server answers, with its status and the address without secrets", async () => {
    const server = createServer((_, response) => response.writeHead(403).end());
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    try {
      const { port } = server.address() as { port: number };
      const base = `http://127.0.0.1:${port}`;
      const source = `source: {url: "${base}/t/s3cr3t/a.tar.gz"}\n`;
      const unfetched = await failThenSucceed(scripted(["true"], source), {});
      expect(SourceError.is(unfetched)).toBe(true);
      expect(unfetched).toMatchObject({ status: 403, url: `${base}/t/***/a.tar.gz` });
      const recipe = scripted(["true"], "requirements: {host: [libfoo]}\n");
      const unread = await failThenSucceed(recipe, { channels: [`${base}/t/s3cr3t/private`] });
      expect(ChannelError.is(unread)).toBe(true);
      expect(unread).toMatchObject({ status: 403, url: expect.stringContaining(`${base}/t/***/private/`) });
      expect(JSON.stringify(unread)).not.toContain("s3cr3t");
    } finally {
      server.close();
    }
  });

  test("for a missing source", async () => {
    const recipeDir = await scratch();
    const error = await failThenSucceed(scripted(["true"], "source: {path: missing.tar.gz}\n"), {
      recipeDir,
    });
    expect(SourceError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: "SOURCE_FAILED",
      message: expect.stringContaining("missing.tar.gz"),
    });
  });

  test("for a source with another checksum than the recipe's", async () => {
    const recipeDir = await scratch();
    await mkdir(recipeDir, { recursive: true });
    await writeFile(join(recipeDir, "data.txt"), "existing\n");
    const expected = "0".repeat(64);
    const recipe = scripted(["true"], `source: {path: data.txt, sha256: "${expected}"}\n`);
    const error = await failThenSucceed(recipe, { recipeDir });
    expect(ChecksumError.is(error)).toBe(true);
    expect(error).toMatchObject({
      code: "CHECKSUM_MISMATCH",
      expected,
      actual: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect((error as SidewinderError).hint).toBeDefined();
  });
});
