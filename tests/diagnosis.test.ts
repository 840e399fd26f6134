/** What a failed run is told to have missed, and whether that helps. */

import { describe, expect, test } from "vitest";
import { DebugSession } from "../ts-sdk/src/index.js";
import { channel, forgetful, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };

describe("a failed run", () => {
  test("names the missing header and the package that repairs the build", async () => {
    const variant = await forgetful();
    await using session = await DebugSession.create(variant, options);
    const failed = await session.runScript();
    expect(failed.success).toBe(false);
    const [finding] = failed.diagnosis;
    expect(finding).toMatchObject({
      kind: "missing-header",
      subject: "greet.h",
      message: "the header `greet.h` is not there",
    });
    const line = failed[finding?.evidence.stream ?? "stdout"].split("\n")[(finding?.evidence.line ?? 0) - 1];
    expect(line).toContain("greet.h");
    expect(finding?.suggestions).toEqual([{ spec: "libgreet", environment: "host" }]);

    for (const { spec, environment } of finding?.suggestions ?? []) {
      await session.addPackages([spec], { environment });
    }
    const repaired = await session.runScript();
    expect(repaired).toMatchObject({ success: true, diagnosis: [] });
  });

  test("names the missing command and the line of the script", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["echo one", "frobnicate"])), options);
    const { diagnosis } = await session.runScript();
    const script = (await session.readBuildScript()).split("\n");
    expect(diagnosis).toHaveLength(1);
    const [finding] = diagnosis;
    expect(finding).toMatchObject({ kind: "missing-command", subject: "frobnicate", suggestions: [] });
    expect(script[(finding?.scriptLine ?? 0) - 1]).toBe("frobnicate");
    // What is run by hand is diagnosed as well; lines of the script are not told then.
    const command = await session.exec("frobnicate");
    expect(command.diagnosis[0]).toMatchObject({ kind: "missing-command", subject: "frobnicate" });
    expect(command.diagnosis[0]?.scriptLine).toBeUndefined();
  });

  test("reports a timeout or a signal", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    const late = await session.exec("sleep 600", { timeoutMs: 200 });
    expect(late.diagnosis[0]?.kind).toBe("timeout");
    const killed = await session.exec("kill -SEGV $$");
    expect(killed.diagnosis[0]).toMatchObject({ kind: "signal", subject: "SIGSEGV" });
  });

  test("has an answer although its environments were removed by the script", async () => {
    await using session = await DebugSession.create(
      variantOf(
        scripted(
          [`rm -rf "$PREFIX/conda-meta"`, "touch $PREFIX/conda-meta", "frobnicate"],
          "requirements: {host: [libfoo]}\n",
        ),
      ),
      options,
    );
    const { diagnosis } = await session.runScript();
    expect(diagnosis[0]).toMatchObject({ kind: "missing-command", subject: "frobnicate" });
  });
});
