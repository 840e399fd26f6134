/** Finding packages by name and by their files: in the SDK, on the command line, over HTTP by ranges. */

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { Channel, DebugSession, SolveError } from "../ts-sdk/src/index.js";
import { desk } from "./support/command-line.js";
import { channel, scratch, variantOf } from "./support/workbench.js";

/** Serves the test channel, also parts of its files, and counts the bytes of packages that it sent. */
async function serve() {
  const sent = { packages: 0, whole: 0 };
  const server = createServer(async (request, response): Promise<void> => {
    const file = join(channel, new URL(request.url ?? "/", "http://localhost").pathname);
    const found = await stat(file).catch(() => undefined);
    if (found === undefined || !found.isFile()) {
      response.writeHead(404).end();
      return;
    }
    const [, first, last] = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "") ?? [];
    const isPart = first !== undefined && last !== undefined;
    const start = first === "" ? Math.max(0, found.size - Number(last)) : Number(first ?? 0);
    const end =
      isPart && first !== "" && last !== "" ? Math.min(Number(last), found.size - 1) : found.size - 1;
    const headers = { "accept-ranges": "bytes", "content-length": end - start + 1 };
    if (file.endsWith(".conda")) {
      sent.packages += request.method === "HEAD" ? 0 : end - start + 1;
      sent.whole += isPart || request.method === "HEAD" ? 0 : 1;
    }
    const range = { "content-range": `bytes ${start}-${end}/${found.size}` };
    response.writeHead(isPart ? 206 : 200, isPart ? { ...headers, ...range } : headers);
    if (request.method === "HEAD") response.end();
    else createReadStream(file, { start, end }).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { url, sent, [Symbol.asyncDispose]: async () => void server.close() };
}

describe("Channel", () => {
  test("finds packages by name, and says what is near", async () => {
    const here = new Channel(channel);
    const { packages } = await here.search("libgreet");
    expect(packages[0]).toMatchObject({ name: "libgreet", matched: "exact", versionCount: 2 });
    expect(packages[0]?.versions.map(({ version }) => version)).toEqual(["1.2.0", "1.1.0"]);
    expect(packages[0]?.versions[0]?.builds[0]).toMatchObject({ buildNumber: 0, depends: expect.any(Array) });
    const misspelt = await Channel.search("libgret", { channels: [channel] });
    expect(misspelt).toMatchObject({ packages: [], didYouMean: ["libgreet"] });
    const pattern = await here.search("greet-*");
    expect(pattern.packages.map(({ name }) => name).sort()).toEqual([
      "greet-config",
      "greet-py",
      "greet-where",
    ]);
  });

  test("finds packages by their files", async () => {
    const here = new Channel(channel);
    for (const [query, kind, name] of [
      ["greet.h", undefined, "libgreet"],
      ["libgreet", "library", "libgreet"],
      ["greet-config", "command", "greet-config"],
      ["greet_py", "python", "greet-py"],
    ] as const) {
      const { packages } = await here.search(query, kind === undefined ? {} : { kind });
      expect(packages[0], query).toMatchObject({ name, matched: "file" });
    }
    const none = await here.search("nowhere.h");
    expect(none).toMatchObject({ kind: "header", packages: [] });
    expect(none.searched.fileLists).toBe(none.searched.names);
  });

  test("reads parts of archives from a server, and keeps what it read", async () => {
    await using server = await serve();
    const cacheDir = await scratch();
    const remote = new Channel(server.url);
    const first = await remote.search("greet.h", { cacheDir });
    expect(first.packages[0]).toMatchObject({ name: "libgreet", files: ["include/greet.h"] });
    expect(server.sent).toMatchObject({ whole: 0 });
    const { packages } = server.sent;
    expect((await remote.search("greet.h", { cacheDir })).packages[0]?.matched).toBe("file");
    expect(server.sent.packages).toBe(packages);
    const without = await remote.search("greet.h", { cacheDir: await scratch(), maxDownloads: 0 });
    expect(without.packages[0]).toMatchObject({ name: "libgreet", matched: "alias", files: [] });
  });

  test("refuses what is not a query", async () => {
    await expect(Channel.search("", { channels: [channel] })).rejects.toMatchObject({
      code: "INVALID_OPTION",
    });
    await expect(Channel.search("x", { channels: [channel], platform: "linux" })).rejects.toThrow(
      "unknown platform `linux`; expected one like `linux-64`",
    );
    // @ts-expect-error: what programs without types hand in
    await expect(Channel.search("x", { kind: "headers" })).rejects.toThrow("`kind`");
    await expect(new Channel("./nowhere").search("x")).rejects.toMatchObject({ code: "CHANNEL_FAILED" });
    const signal = AbortSignal.abort(new Error("enough"));
    await expect(Channel.search("x", { channels: [channel], signal })).rejects.toThrow("enough");
  });
});

test("an unsolvable environment names what is near", async () => {
  const variant = variantOf("package: {name: a, version: '1'}\nrequirements: {host: [libgret]}\n");
  const error = await DebugSession.create(variant, { channels: [channel] }).catch((thrown) => thrown);
  expect(SolveError.is(error) && error.nearest).toMatchObject([{ name: "libgret", names: ["libgreet"] }]);
  expect(error.hint).toBe("no channel has a package `libgret`; did you mean `libgreet`?");
});

describe("sidewinder search", () => {
  test("prints packages, files and suggestions", async () => {
    const { call } = await desk();
    const found = call("search", "greet.h", "-c", channel);
    expect(found.status).toBe(0);
    expect(found.stdout).toMatch(
      /^libgreet 1\.2\.0 {2}file:.*\n {2}newest of 2 versions\n {2}include\/greet\.h\n/,
    );
    const none = call("search", "libgret", "-c", channel);
    expect(none).toMatchObject({
      status: 1,
      stdout: "package not found: `libgret`\ndid you mean `libgreet`?\n",
    });
    const json = JSON.parse(call("search", "libgreet >=1.2", "-c", channel, "--json").stdout);
    expect(json.packages[0].versions).toHaveLength(1);
    expect(call("search", "x", "--header", "--python")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("`--header` and `--python` cannot be combined"),
    });
  });
});
