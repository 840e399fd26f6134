/** Scripts of packages that run when they are linked can be stopped like everything else. */

import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession } from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const hanging = "requirements: {host: [hangs]}\n";

describe("a link script that does not end", () => {
  test("is stopped with the set-up, and nothing stays behind", async () => {
    const [outputDir, cacheDir] = [await scratch(), await scratch()];
    const controller = new AbortController();
    const pending = DebugSession.create(variantOf(scripted(["true"], hanging)), {
      channels: [channel],
      outputDir,
      cacheDir,
      signal: controller.signal,
      onProgress: (event) => {
        if (event.kind === "log" && event.message.includes("post-link script for hangs")) {
          controller.abort(new Error("enough"));
        }
      },
    });
    await expect(pending).rejects.toThrow("enough");
    expect(await readdir(join(outputDir, "bld"))).toEqual([".sidewinder"]);
    await using other = await DebugSession.create(variantOf(scripted(["true"])), { channels: [channel] });
    expect((await other.exec("pgrep -f 'sleep 4646[.]4646' || true")).stdout).toBe("");
  });

  test("is stopped when packages are added, and the environment stays as it was", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["true"], "requirements: {host: [libfoo]}\n")),
      { channels: [channel] },
    );
    const before = await session.packages("host");
    const pending = session.addPackages(["hangs"], { signal: AbortSignal.timeout(1500) });
    await expect(pending).rejects.toMatchObject({ name: "TimeoutError" });
    expect(await session.packages("host")).toEqual(before);
    expect(existsSync(join(session.hostPrefix, "bin/.hangs-post-link.sh"))).toBe(false);
    expect((await session.exec("pgrep -f 'sleep 4646[.]4646' || true")).stdout).toBe("");
  });
});
