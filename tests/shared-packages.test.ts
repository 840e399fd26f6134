/** Sessions that are open at the same time share the files of packages, and an edit in one reaches no other. */

import { readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const recipe = variantOf(scripted(["true"], "requirements: {host: [libweak]}\n"));
const file = (session: DebugSession) => join(session.hostPrefix, "share/libweak.txt");
const text = (session: DebugSession) => readFileSync(file(session), "utf8");

describe("a script that edits an installed file in place", () => {
  test("keeps its edit, and two sessions that are open get the original back", async () => {
    const cacheDir = await scratch();
    const open = () => DebugSession.create(recipe, { channels: [channel], cacheDir });
    await using first = await open();
    await using second = await open();
    await using third = await open();
    const original = text(second);
    const sharesFiles = statSync(file(first)).nlink > 1;
    const result = await first.exec('printf edited >> "$PREFIX/share/libweak.txt"');
    expect(result.editedPackages).toEqual([
      { package: "libweak", path: "share/libweak.txt", environment: "host" },
    ]);
    expect([first, second, third].map(text)).toEqual([`${original}edited`, original, original]);
    if (sharesFiles) expect(statSync(file(second)).ino).toBe(statSync(file(third)).ino);
    expect((await first.exec("true")).editedPackages).toEqual([]);
    expect((await second.exec("true")).editedPackages).toEqual([]);
    await using fourth = await open();
    expect(text(fourth)).toBe(original);
  });

  test("is found out although it restores the modification time", async () => {
    const cacheDir = await scratch();
    const open = () => DebugSession.create(recipe, { channels: [channel], cacheDir });
    await using first = await open();
    await using second = await open();
    const original = text(second);
    const script =
      'f="$PREFIX/share/libweak.txt"; touch -r "$f" "$SRC_DIR/time"; tr 0-9 1-9a < "$f" > "$SRC_DIR/new"; ' +
      'cat "$SRC_DIR/new" > "$f"; touch -r "$SRC_DIR/time" "$f"';
    const result = await first.exec(script);
    expect(result.editedPackages).toMatchObject([{ package: "libweak", path: "share/libweak.txt" }]);
    expect(text(first)).not.toBe(original);
    expect(text(second)).toBe(original);
  });
});

describe("private packages", () => {
  test("are copies, and an edit is reported all the same", async () => {
    const cacheDir = await scratch();
    await using shared = await DebugSession.create(recipe, { channels: [channel], cacheDir });
    await using session = await DebugSession.create(recipe, {
      channels: [channel],
      cacheDir,
      packages: "private",
    });
    expect(statSync(file(session)).nlink).toBe(1);
    const original = text(shared);
    const result = await session.exec('printf edited >> "$PREFIX/share/libweak.txt"');
    expect(result.editedPackages).toMatchObject([{ package: "libweak", path: "share/libweak.txt" }]);
    expect(text(shared)).toBe(original);
  });
});

describe("a fork", () => {
  test("shares what was not edited, and has its own copy of what was", async () => {
    const variant = variantOf(scripted(["true"], "requirements: {host: [libweak, libfoo]}\n"));
    await using session = await DebugSession.create(variant, {
      channels: [channel],
      cacheDir: await scratch(),
    });
    writeFileSync(file(session), "edited");
    await using fork = await session.fork();
    expect(text(fork)).toBe("edited");
    expect(statSync(file(fork)).ino).not.toBe(statSync(file(session)).ino);
    const foo = (of: DebugSession) => statSync(join(of.hostPrefix, "share/libfoo.txt"));
    if (foo(session).nlink > 1) expect(foo(fork).ino).toBe(foo(session).ino);
    const result = await fork.exec('printf more >> "$PREFIX/share/libfoo.txt"');
    expect(result.editedPackages).toMatchObject([{ package: "libfoo", path: "share/libfoo.txt" }]);
    expect(foo(session).size).toBeLessThan(foo(fork).size);
  });
});
