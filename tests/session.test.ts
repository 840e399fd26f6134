/** Debug sessions through the real addon, on real packages. */

import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import {
  DebugSession,
  type ProgressEvent,
  type RenderedVariant,
  SessionBusyError,
  SessionClosedError,
  SidewinderError,
  Stage0Recipe,
} from "../ts-sdk/src/index.js";
import { channel, scratch, scripted, variantOf } from "./support/workbench.js";

const options = { channels: [channel] };

describe("a session", () => {
  test("has its folders, script, variant and log", async () => {
    const variant = variantOf(scripted(["echo hello"], "requirements: {host: [libgreet]}\n"));
    const session = await DebugSession.create(variant, options);
    try {
      expect(session.hostPrefix).toHaveLength(255);
      expect(session.workDir).toBe(join(session.outputDir, "bld", "rattler-build_probe", "work"));
      expect(session.paths.buildEnvScript).toBe(join(session.workDir, "build_env.sh"));
      expect((await readdir(session.workDir)).sort()).toEqual(["build_env.sh", "conda_build.sh"]);
      expect(session.variant).toEqual(variant);
      expect(session.setupLog.length).toBeGreaterThan(0);
      expect(existsSync(join(session.hostPrefix, "include", "greet.h"))).toBe(true);
      expect(inspect(session)).toContain("probe 1.0");
    } finally {
      await session.close();
    }
  });

  test("says what it does while it is set up", async () => {
    const events: ProgressEvent[] = [];
    const variant = variantOf(scripted(["true"], "requirements: {host: [libfoo]}\n"));
    const session = await DebugSession.create(variant, {
      ...options,
      onProgress: (event) => events.push(event),
    });
    await session.close();
    const phases = events.flatMap((event) =>
      event.kind === "phase" && event.state === "finished" ? event.phase : [],
    );
    expect(phases).toContain("solve");
    expect(phases).toContain("link");
    expect(events.some((event) => event.kind === "package" && event.name === "libfoo")).toBe(true);
  });

  test("says all of it in order also when it is listened to too late", async () => {
    const outputDir = await scratch();
    const state = join(outputDir, "bld/rattler-build_probe/session.json");
    const lines: string[] = [];
    const giveUp = Date.now() + 60_000;
    const session = await DebugSession.create(
      variantOf(scripted(["true"], "requirements: {host: [libfoo]}\n")),
      {
        ...options,
        outputDir,
        onProgress: (event) => {
          if (event.kind === "log") lines.push(event.message);
          // Holds the event loop until the session is set up.
          while (!existsSync(state) && Date.now() < giveUp);
        },
      },
    );
    await session.close();
    expect(lines).toEqual(session.setupLog);
  });

  test("removes its temporary folder when it is closed, and is closed then", async () => {
    let outputDir: string;
    let kept: DebugSession;
    {
      await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
      outputDir = session.outputDir;
      kept = session;
      expect(existsSync(outputDir)).toBe(true);
    }
    expect(existsSync(outputDir)).toBe(false);
    await expect(kept.runScript()).rejects.toSatisfy(SessionClosedError.is.bind(SessionClosedError));
    await kept.close();
  });

  test("left in a given folder is taken up again by another one", async () => {
    const outputDir = await scratch();
    const first = await DebugSession.create(variantOf(scripted(["echo again"])), { ...options, outputDir });
    await first.close({ keep: true });
    for (const dir of [first.workDir, first.paths.buildDir]) {
      const second = await DebugSession.attach(dir);
      expect(second.paths).toEqual(first.paths);
      expect((await second.runScript()).stdout).toBe("again\n");
      await second.close({ keep: true });
    }
  });
});

describe("a run", () => {
  test("that fails is a value", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["echo before", "no-such-command", "echo after"])),
      options,
    );
    const result = await session.runScript();
    expect(result).toMatchObject({
      exitCode: 127,
      success: false,
      signal: null,
      timedOut: false,
      stdout: "before\n",
    });
    expect(result.stderr).toContain("no-such-command: command not found");
    expect(await readFile(result.logPath, "utf8")).toContain("before");
    expect(result.durationMs).toBeGreaterThan(0);
  });

  test("sees the script as it is now", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["echo one"])), options);
    expect((await session.runScript()).stdout).toBe("one\n");
    await session.writeBuildScript((await session.readBuildScript()).replace("one", "two"));
    expect((await session.runScript()).stdout).toBe("two\n");
    await writeFile(session.buildScript, (await session.readBuildScript()).replace("two", "three"));
    expect((await session.runScript()).stdout).toBe("three\n");
  });

  test("takes variables and input, and is stopped when its time is over", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(['echo "$WORD $(cat)"', "sleep 600"])),
      options,
    );
    const result = await session.runScript({ env: { WORD: "hello" }, stdin: "there", timeoutMs: 3000 });
    expect(result).toMatchObject({ stdout: "hello there\n", success: false, timedOut: true });
  });

  test("keeps head and tail of large output, and all of it on disk", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["seq 1 20000"])), options);
    const { stdout, omitted, logPath } = await session.runScript({ maxOutputBytes: 1000 });
    expect(stdout.length).toBeLessThan(1300);
    expect(stdout.startsWith("1\n2\n")).toBe(true);
    expect(stdout.endsWith("20000\n")).toBe(true);
    expect(omitted.stdout).toBeGreaterThan(90_000);
    expect((await readFile(logPath, "utf8")).includes("10000")).toBe(true);
  });

  test("streams its output", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["echo out", "echo err >&2"])),
      options,
    );
    const pieces = { stdout: "", stderr: "" };
    const run = session.streamScript();
    for await (const { stream, text } of run) pieces[stream] += text;
    expect(pieces).toEqual({ stdout: "out\n", stderr: "err\n" });
    expect((await run.result).success).toBe(true);
  });

  test("that is aborted ends with the signal's reason and leaves no process", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["echo started", "sleep 4242.4242"])),
      options,
    );
    const controller = new AbortController();
    const reason = new Error("enough");
    const pending = session.runScript({
      signal: controller.signal,
      onStdout: () => controller.abort(reason),
    });
    await expect(pending).rejects.toBe(reason);
    const left = await session.exec("pgrep -f 'sleep 4242[.]4242' || true");
    expect(left.stdout).toBe("");
  });

  test("is refused while another one is going on", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["echo started", "sleep 600"])),
      options,
    );
    const controller = new AbortController();
    let started: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      started = resolve;
    });
    const first = session.runScript({ signal: controller.signal, onStdout: () => started() });
    await begun;
    const second = await session.runScript().catch((error: unknown) => error);
    expect(SessionBusyError.is(second)).toBe(true);
    controller.abort();
    await expect(first).rejects.toMatchObject({ name: "AbortError" });
  });
});

describe("exec", () => {
  test("runs a line in the activated environment, in the work folder", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["true"], "requirements: {build: [toolx]}\n")),
      options,
    );
    const { stdout } = await session.exec('pwd && echo "$PKG_NAME" && toolx | head -c 9');
    expect(stdout).toBe(`${session.workDir}\nprobe\ntoolx 3.1`);
  });

  test("runs a program with arguments that no shell looks at", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    expect((await session.exec(["printf", "%s|", "$HOME", "a b"])).stdout).toBe("$HOME|a b|");
    await expect(session.exec([])).rejects.toMatchObject({ code: "INVALID_OPTION" });
  });
});

describe("packages", () => {
  test("can be added, and are there in the next run", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["cat $PREFIX/share/libfoo.txt"])),
      options,
    );
    expect((await session.runScript()).success).toBe(false);
    const change = await session.addPackages(["libfoo <2"]);
    expect(change.added.map(({ name, version }) => `${name} ${version}`)).toEqual(["libfoo 1.2.3"]);
    expect(change.removed).toEqual([]);
    expect((await session.runScript()).stdout).toBe("1.2.3\n");
    expect(await session.packages("host")).toMatchObject([
      { name: "libfoo", version: "1.2.3", requested: true },
    ]);
    expect(await session.packages("build")).toEqual([]);
  });

  test("that do not fit leave the environment as it was", async () => {
    await using session = await DebugSession.create(
      variantOf(scripted(["true"], "requirements: {host: [app-old]}\n")),
      options,
    );
    const before = await session.packages("host");
    await expect(session.addPackages(["app-new"])).rejects.toMatchObject({
      code: "SOLVE_FAILED",
      environment: "host",
      explanation: expect.stringContaining("app-new"),
    });
    expect(await session.packages("host")).toEqual(before);
  });
});

describe("a patch", () => {
  test("is made of what changed in the work folder", async () => {
    const recipeDir = await scratch();
    await mkdir(join(recipeDir, "src"));
    await writeFile(join(recipeDir, "src", "a.txt"), "one\ntwo\n");
    const recipe = scripted(["true"], "source: {path: src}\n");
    const [variant] = Stage0Recipe.fromYaml(recipe, { path: join(recipeDir, "recipe.yaml") }).render();
    await using session = await DebugSession.create(variant as RenderedVariant, options);
    await writeFile(join(session.workDir, "a.txt"), "one\nthree\n");
    await writeFile(join(session.workDir, "new.txt"), "new\n");

    const dry = await session.createPatch({ dryRun: true });
    expect(dry).toMatchObject({ path: null, files: [{ path: "a.txt", change: "modified" }] });
    expect(dry.text).toContain("-two\n+three\n");
    expect(await readdir(recipeDir)).toEqual(["src"]);

    const patch = await session.createPatch({ name: "fix", add: ["*.txt"] });
    expect(patch.path).toBe(join(recipeDir, "fix.patch"));
    expect(patch.files.map(({ path }) => path)).toEqual(["a.txt", "new.txt"]);
    expect(await readFile(join(recipeDir, "fix.patch"), "utf8")).toBe(patch.text);
    await expect(session.createPatch({ name: "fix" })).rejects.toMatchObject({ code: "PATCH_FAILED" });
  });

  test("of a recipe without sources is an error that says so", async () => {
    await using session = await DebugSession.create(variantOf(scripted(["true"])), options);
    await expect(session.createPatch()).rejects.toMatchObject({
      code: "PATCH_FAILED",
      message: expect.stringContaining("no sources"),
    });
  });
});

describe("options", () => {
  test("that are wrong are named before anything is done", async () => {
    const variant = variantOf(scripted(["true"]));
    const wrong = DebugSession.create(variant, { channels: "conda-forge" as never });
    await expect(wrong).rejects.toMatchObject({
      code: "INVALID_OPTION",
      message: expect.stringMatching(/`channels`/),
    });
    await using session = await DebugSession.create(variant, options);
    const run = session.runScript({ timeoutMs: "5s" as never }).catch((error: unknown) => error);
    expect(SidewinderError.is(await run)).toBe(true);
    expect(String(await run)).toContain("`timeoutMs`");
  });

  test("a signal that is aborted already makes no session", async () => {
    const outputDir = await scratch();
    const signal = AbortSignal.abort(new Error("not now"));
    const pending = DebugSession.create(variantOf(scripted(["true"])), { ...options, outputDir, signal });
    await expect(pending).rejects.toThrow("not now");
    expect(await readdir(outputDir)).toEqual([]);
  });
});
