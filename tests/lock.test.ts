/** Choosing packages without installing them, exact packages as data, removing packages, channels of variant files. */

import { cp, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, test } from "vitest";
import { DebugSession, type EnvironmentLock } from "../ts-sdk/src/index.js";
import { desk } from "./support/command-line.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const variant = variantOf(
  scripted(["true"], "requirements: {host: [libfoo <2, greet-config], build: [toolx]}\n"),
);
const shape = (lock: EnvironmentLock): string[] =>
  [...lock.build, ...lock.host].map(({ name, version }) => `${name} ${version}`);

describe("solve", () => {
  test("chooses what a session would get, and installs nothing", async () => {
    const [lock] = await DebugSession.solve(variant, { channels: [channel] });
    await using session = await DebugSession.create(variant, { channels: [channel] });
    expect(lock).toEqual(await session.lock());
    expect(lock?.host[0]).toMatchObject({
      name: "greet-config",
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      url: expect.stringMatching(/^file:.*\.conda$/),
    });
  });

  test("solves for several platforms, in their order", async () => {
    const noarch = variantOf(scripted(["true"], "requirements: {host: [libnoarch]}\n"));
    const locks = await DebugSession.solve(noarch, {
      channels: [channel],
      platforms: ["osx-arm64", "win-64"],
    });
    expect(locks.map(({ platform }) => platform)).toEqual(["osx-arm64", "win-64"]);
    expect(locks.map(({ host }) => host.map(({ name }) => name))).toEqual([["libnoarch"], ["libnoarch"]]);
    await expect(DebugSession.solve(noarch, { channels: [channel], platforms: ["nowhere"] })).rejects.toThrow(
      "nowhere",
    );
    await expect(
      DebugSession.solve(variantOf(scripted(["true"], "requirements: {host: [needy, app-old]}\n")), {
        channels: [channel],
      }),
    ).rejects.toMatchObject({ code: "SOLVE_FAILED", environment: "host" });
  });
});

describe("a lock", () => {
  test("is installed exactly, whatever is newer", async () => {
    await using first = await DebugSession.create(variant, { channels: [channel] });
    const lock = JSON.parse(JSON.stringify(await first.lock())) as EnvironmentLock;
    const open = variantOf(
      scripted(["true"], "requirements: {host: [libfoo, greet-config], build: [toolx]}\n"),
    );
    await using second = await DebugSession.create(open, { channels: [channel], lock });
    expect(await second.lock()).toEqual(lock);
    expect(shape(lock)).toContain("libfoo 1.2.3");
    // Packages that are added later are chosen as ever.
    expect((await second.addPackages(["libgreet"])).added.map(({ name }) => name)).toEqual(["libgreet"]);
  });

  test("names its own channels", async () => {
    const [lock] = await DebugSession.solve(variant, { channels: [channel] });
    await using session = await DebugSession.create(variant, { channels: [], lock: lock as EnvironmentLock });
    expect(await session.lock()).toEqual(lock);
  });

  test("that does not fit is refused, with what is wrong", async () => {
    const [solved] = await DebugSession.solve(variant, { channels: [channel] });
    const lock = solved as EnvironmentLock;
    const first = lock.host[0] as EnvironmentLock["host"][0];
    const refused: [EnvironmentLock, RegExp][] = [
      [{ ...lock, platform: "osx-arm64" }, /it is for `osx-arm64`/],
      [{ ...lock, host: lock.host.filter(({ name }) => name !== "libfoo") }, /requires `libfoo <2`/],
      [
        { ...lock, host: [{ ...first, sha256: "0".repeat(64) }, ...lock.host.slice(1)] },
        /expected sha256 0000/,
      ],
      [{ ...lock, host: [{ ...first, url: `${first.url}x` }, ...lock.host.slice(1)] }, /does not have it/],
      [
        { ...lock, host: [{ ...first, url: "greet" }, ...lock.host.slice(1)] },
        /not that of a package in a channel/,
      ],
    ];
    for (const [bad, reason] of refused) {
      const created = DebugSession.create(variant, { channels: [channel], lock: bad });
      await expect(created).rejects.toMatchObject({
        code: "LOCK_FAILED",
        message: expect.stringMatching(reason),
      });
    }
  });
});

describe("removePackages", () => {
  test("removes what nothing else needs, and keeps what was built", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["true"], "requirements: {host: [needy, libgreet]}\n")),
      { channels: [channel] },
    );
    await session.exec("mkdir -p $PREFIX/share && echo built > $PREFIX/share/built.txt");
    const names = async (): Promise<string[]> => (await session.packages("host")).map(({ name }) => name);
    expect(
      (await session.removePackages(["needy"], { dryRun: true })).removed.map(({ name }) => name),
    ).toEqual(["libfoo", "needy"]);
    expect(await names()).toEqual(["libfoo", "libgreet", "needy"]);
    await expect(session.removePackages(["libfoo"])).rejects.toThrow("`needy` depends on `libfoo`");
    await expect(session.removePackages(["nothing"])).rejects.toThrow("`nothing` is not installed");
    await session.removePackages(["needy"]);
    expect(await names()).toEqual(["libgreet"]);
    expect((await session.exec("ls $PREFIX/share")).stdout).toBe("built.txt\n");
    await using again = await session.fork();
    expect((await again.packages("host")).map(({ name }) => name)).toEqual(["libgreet"]);
  });
});

describe("addPackages", () => {
  test("as a dry run changes nothing", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    const { added } = await session.addPackages(["needy"], { dryRun: true });
    expect(added.map(({ name, requested }) => `${name} ${requested}`)).toEqual([
      "libfoo false",
      "needy true",
    ]);
    expect(await session.packages("host")).toEqual([]);
  });
});

describe("channel_sources of a variant file", () => {
  test("are used unless channels are given, and the log says so", async () => {
    const text = scripted(["true"], "requirements: {host: [libfoo]}\n");
    const named = variantOf(text, {
      channel_sources: [`${channel}, ${await scratch()}`],
      channel_targets: ["me main"],
    });
    expect(named.variant).toMatchObject({
      channel_sources: expect.stringContaining(channel),
      channel_targets: "me main",
    });
    await expect(DebugSession.create(named)).rejects.toMatchObject({ code: "CHANNEL_FAILED" });
    const variantWithChannel = variantOf(text, { channel_sources: [channel] });
    await using session = await DebugSession.create(variantWithChannel);
    expect(session.setupLog.join("\n")).toContain("Channels from `channel_sources` of the variant");
    expect(session.setupLog.join("\n")).toContain(`   - ${pathToFileURL(channel)}/`);
    expect((await session.packages("host")).map(({ name }) => name)).toEqual(["libfoo"]);
    const other = join(await scratch(), "channel");
    await cp(channel, other, { recursive: true });
    await using given = await DebugSession.create(variantWithChannel, { channels: [other] });
    expect((await given.packages("host"))[0]?.channel).toBe(`${pathToFileURL(other)}/`);
    await session.close({ keep: true });
  });

  test("work on the command line, with locks and removal", async () => {
    const work = await desk();
    await writeFile(join(work.folder, "recipe.yaml"), scripted(["true"], "requirements: {host: [libfoo]}\n"));
    await writeFile(
      join(work.folder, "linux_64_.yaml"),
      `channel_sources:\n- ${channel}\nchannel_targets:\n- me main\n`,
    );
    const made = work.call("debug", "setup", "recipe.yaml", "-m", "linux_64_.yaml");
    expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining("channel_sources") });
    expect(work.bash("sidewinder debug lock > lock.json").status).toBe(0);
    expect(work.call("debug", "remove", "libfoo").stdout).toBe("- libfoo 2.0.0 h4616a5c_0\n");
    expect(work.call("debug", "remove", "libfoo")).toMatchObject({ status: 1 });
    expect(work.call("debug", "add", "libfoo <2", "--dry-run").stdout).toBe("+ libfoo 1.2.3 h4616a5c_0\n");
    expect(work.call("debug", "sync", "recipe.yaml", "-m", "linux_64_.yaml").stdout).toContain(
      "host: + libfoo 2.0.0",
    );
    const again = work.call("debug", "setup", "recipe.yaml", "-m", "linux_64_.yaml", "--lock", "lock.json");
    expect(again).toMatchObject({ status: 0, stderr: expect.stringContaining("from a lock") });
  });
});
