/** Findings of failed runs and of logs, and whether their fixes repair the build. */

import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { DebugSession, diagnose, Stage0Recipe } from "../ts-sdk/src/index.js";
import { desk } from "./support/command-line.js";
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
      message: "header `greet.h` not found",
      role: "cause",
      confidence: "high",
    });
    const line = failed[finding?.evidence.stream ?? "stdout"].split("\n")[(finding?.evidence.line ?? 0) - 1];
    expect(line).toContain("greet.h");
    expect(finding?.suggestions).toEqual([{ spec: "libgreet", environment: "host" }]);
    expect(finding?.fixes.slice(0, 1)).toEqual([
      {
        kind: "recipe",
        edits: [{ kind: "addRequirement", section: "host", spec: "libgreet" }],
        why: "`libgreet` may provide `greet.h`",
      },
    ]);

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
    // Commands are diagnosed as well, without lines of the script.
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

describe("diagnose", () => {
  const log = "main.c:1:10: fatal error: zlib.h: No such file or directory\nmake: *** [main.o] Error 1\n";

  test("reads a log without a session", () => {
    const [finding] = diagnose(log);
    expect(finding).toMatchObject({
      kind: "missing-header",
      subject: "zlib.h",
      at: { file: "main.c", line: 1 },
      evidence: { stream: "stdout", line: 1, ranges: [{ stream: "stdout", first: 1, last: 1 }] },
    });
    expect(finding?.suggestions[0]).toEqual({ spec: "zlib", environment: "host" });
  });

  test("has fixes that `Stage0Recipe.edit` accepts", () => {
    const recipe = "package:\n  name: a\n  version: '1'\n";
    const stderr =
      "CMake Error at CMakeLists.txt:1 (cmake_minimum_required):\n  CMake 3.25 or higher is required.  You are running version 3.22.1\n\n";
    const [finding] = diagnose({ stdout: "", stderr });
    expect(finding).toMatchObject({ kind: "version-mismatch", required: "3.25", found: "3.22.1" });
    const fix = finding?.fixes.find(({ kind }) => kind === "recipe");
    if (fix?.kind !== "recipe") throw new Error("no edit of the recipe");
    expect(Stage0Recipe.fromYaml(recipe).edit(fix.edits).text).toContain("build:\n    - cmake >=3.25");
  });

  test("names lines of the script", () => {
    const script = "set -e\necho one\nfrobnicate\n";
    const stderr = "/w/conda_build.sh: line 3: frobnicate: command not found\n";
    expect(diagnose({ stdout: "one\n", stderr }, { script, exitCode: 127 })[0]?.scriptLine).toBe(3);
  });

  test("has no findings for a build that succeeded", () => {
    expect(diagnose(log, { exitCode: 0 })).toEqual([]);
  });

  test.each([
    [1 as unknown as string, undefined, "log"],
    [{ stdout: "" } as unknown as string, undefined, "log.stderr"],
    ["", { exitCode: -1 }, "exitCode"],
    ["", { exitcode: 1 } as object, "exitcode"],
  ])("rejects wrong arguments: %j %j", (input, options, name) => {
    expect(() => diagnose(input, options)).toThrow(
      expect.objectContaining({ code: "INVALID_OPTION", message: expect.stringContaining(name) }),
    );
  });
});

describe("sidewinder diagnose", () => {
  test("prints causes, evidence and fixes", async () => {
    const { call, folder } = await desk();
    await writeFile(
      join(folder, "build.log"),
      "checking for zlib.h... no\nconfigure: error: zlib.h not found; install zlib\n",
    );
    const { status, stdout } = call("diagnose", "build.log");
    expect(status).toBe(0);
    expect(stdout).toMatchInlineSnapshot(`
      "cause: header \`zlib.h\` not found
        2: configure: error: zlib.h not found; install zlib
        try adding \`zlib\` to host: \`zlib\` may provide \`zlib.h\`
        try export CPATH="$PREFIX/include": finds what the host environment has
      "
    `);
    expect(JSON.parse(call("diagnose", "build.log", "--json").stdout).findings[0].kind).toBe(
      "missing-header",
    );
    expect(call("diagnose", "none.log")).toMatchObject({
      status: 1,
      stderr: expect.stringContaining("none.log"),
    });
    expect(call("diagnose", "build.log", "--exit-code", "x").status).toBe(2);
    expect(call("diagnose", "build.log", "--exit-code", "0").stdout).toBe("no findings\n");
  });
});
