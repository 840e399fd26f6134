/** Sessions on the command line, in pipes: what programs see. */

import { existsSync, readdirSync } from "node:fs";
import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import type { ScriptResult } from "../ts-sdk/src/index.js";
import { type Desk, desk } from "./support/command-line.js";
import { channel, scripted } from "./support/workbench.js";

let work: Desk;
const json = (...args: string[]): unknown => JSON.parse(work.call(...args, "--json").stdout);

beforeAll(async () => {
  work = await desk();
  const recipe = scripted(
    ['echo "hello $GREETING"', "toolx", "exit 9"],
    "requirements:\n  host: [libfoo <2]\n",
  );
  await writeFile(join(work.folder, "recipe.yaml"), recipe);
  const made = work.call("debug", "setup", ".", "-c", channel);
  expect(made).toMatchObject({ status: 0, stderr: expect.stringContaining("Next: sidewinder debug run") });
});

describe("debug run", () => {
  test("shows why the script failed, and the command that would help", () => {
    const { status, stdout, stderr } = work.call("debug", "run", "--env", "GREETING=you");
    expect({ status, stdout }).toEqual({ status: 127, stdout: "hello you\n" });
    expect(
      stderr
        .replace(/after .*/, "after TIME")
        .replaceAll(work.folder, "FOLDER")
        .replaceAll(/line \d+|:\d+/g, (place) => place.replace(/\d+/, "N")),
    ).toMatchInlineSnapshot(`
      "FOLDER/output/bld/rattler-build_probe/work/conda_build.sh: line N: toolx: command not found
      failed: the build script exited with status 127 after TIME
        cause: command not found: \`toolx\` (conda_build.sh:N)
               stderr:N: FOLDER/output/bld/rattler-build_probe/work/conda_build.sh: line N: toolx: command not found
          try: sidewinder debug add toolx --build
      log: FOLDER/output/bld/rattler-build_probe/conda_build.log
      "
    `);
  });

  test("gives the result as JSON, with the output in it", () => {
    const { status, stdout, stderr } = work.call("debug", "run", "--json");
    expect({ status, stderr }).toEqual({ status: 127, stderr: "" });
    expect(JSON.parse(stdout) as ScriptResult).toMatchObject({
      exitCode: 127,
      stdout: "hello \n",
      diagnosis: [{ kind: "missing-command", suggestions: [{ spec: "toolx", environment: "build" }] }],
    });
  });

  test("prints only the script's output with --quiet", () => {
    expect(work.call("debug", "run", "--quiet").stderr).toMatch(/^\S+ line \d+: toolx: command not found\n$/);
  });

  // No file may become larger than this many KiB then, as on a full disk.
  test.runIf(process.platform === "linux")("warns when the log could not be written to its end", () => {
    const limited = (line: string) => work.bash(`ulimit -f 64; ${line} -- 'seq 100000'`);
    const { status, stdout, stderr } = limited("sidewinder debug exec");
    expect({ status, end: stdout.slice(-7) }).toEqual({ status: 0, end: "100000\n" });
    expect(stderr).toMatch(/^warning: the log is incomplete: .* \(.*conda_exec\.log\)\n$/);
    const limitedResult = JSON.parse(limited("sidewinder debug exec --json").stdout) as ScriptResult;
    expect(limitedResult).toMatchObject({
      success: true,
      logError: expect.stringContaining("the log is incomplete"),
    });
  });

  test("leads to the session that was named", () => {
    const dir = work.call("debug", "workdir").stdout.trimEnd();
    expect(work.call("debug", "run", "--dir", dir).stderr).toContain(
      `try: sidewinder debug add toolx --build --dir ${dir}\n`,
    );
  });
});

describe("debug exec", () => {
  test.each([
    [["exit 42"], 42],
    [["kill -KILL $$"], 137],
    [["--timeout", "100ms", "sleep", "600"], 124],
    [["--", "sh", "-c", "exit 3"], 3],
  ])("%j hands its status on", (args, status) => {
    expect(work.call("debug", "exec", ...args).status).toBe(status);
  });

  test("takes options of its own before the command only", () => {
    expect(work.call("debug", "exec", "echo", "--json", "--help", "-q").stdout).toBe("--json --help -q\n");
  });

  test("passes piped input on unless told not to", () => {
    expect(work.bash("sidewinder debug exec --stdin cat", "over there\n").stdout).toBe("over there\n");
    expect(work.bash("sidewinder debug exec cat", "piped\n").stdout).toBe("piped\n");
    expect(work.bash("sidewinder debug exec --no-stdin cat", "nothing\n").stdout).toBe("");
  });

  test("ends quietly when nobody reads any more", () => {
    const { stdout, stderr } = work.bash(
      "sidewinder debug exec 'seq 1000000' | head -n 1; echo ${PIPESTATUS[0]}",
    );
    expect({ stdout, stderr }).toEqual({ stdout: "1\n141\n", stderr: "" });
  });
});

describe("debug shell", () => {
  test("runs what comes in a pipe, as the script would find it", async () => {
    await writeFile(
      join(work.folder, "show.sh"),
      `env -u BASH_EXECUTION_STRING -u _ | grep -v '^\\(SHLVL\\|TERM\\|COLORTERM\\|EDITOR\\|VISUAL\\|PAGER\\)=' | sort\n`,
    );
    const inShell = work.bash("SECRET=1 sidewinder debug shell < show.sh");
    const inRun = work.bash('SECRET=1 sidewinder debug exec "$(cat show.sh)"');
    expect(inShell).toMatchObject({ status: 0, stderr: "" });
    expect(inShell.stdout).toBe(inRun.stdout);
    expect(inShell.stdout).toContain("PKG_NAME=probe\n");
    expect(inShell.stdout).not.toContain("SECRET");
  });

  test("returns the shell's status, and 125 for its own failures", () => {
    expect(work.bash("echo 'exit 7' | sidewinder debug shell").status).toBe(7);
    expect(work.bash("sidewinder debug shell --output-dir nowhere < /dev/null").status).toBe(125);
  });

  test("says where the environment cannot be set up", async () => {
    expect(work.call("debug", "setup", ".", "-q", "-c", channel, "--output-dir", "damaged").status).toBe(0);
    const dir = work.call("debug", "workdir", "--output-dir", "damaged").stdout.trimEnd();
    await writeFile(join(dir, "build_env.sh"), "echo no >&2\nexit 5\n");
    const { status, stderr } = work.bash("echo echo | sidewinder debug shell --output-dir damaged");
    expect(status).toBe(125);
    expect(stderr).toMatch(/^error\[ACTIVATION_FAILED\]: the environment cannot be set up: no\n/);
  });

  test("has no network where the session has none", () => {
    const made = work.call(
      "debug",
      "setup",
      ".",
      "-q",
      "-c",
      channel,
      "--output-dir",
      "apart",
      "--no-network",
    );
    if (made.status !== 0) {
      expect(made.stderr).toContain("user namespaces");
      console.warn("skipped: this system has no user namespaces");
      return;
    }
    const devices = "tail -n +3 /proc/net/dev | cut -d: -f1 | tr -d ' '";
    const { stdout, stderr } = work.bash(
      `echo "${devices}; exit 3" | sidewinder debug shell --output-dir apart`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "lo\n", stderr: "" });
  });
});

describe("with --json", () => {
  test("setup, workdir, packages, checkpoints, list and close give one value each", () => {
    const made = json("debug", "setup", ".", "-c", channel, "--output-dir", "shapes") as { paths: object };
    expect(made).toMatchObject({ name: "probe", version: "1.0", paths: { workDir: expect.any(String) } });
    const { workDir, buildDir } = made.paths as { workDir: string; buildDir: string };
    const where = ["--dir", workDir];
    expect(json("debug", "workdir", "--output-dir", "shapes")).toEqual({ workDir });
    expect(json("debug", "packages", ...where)).toMatchObject({ build: [], host: [{ name: "libfoo" }] });
    expect(json("debug", "add", "toolx", "--build", ...where)).toMatchObject({ added: [{ name: "toolx" }] });
    expect(json("debug", "checkpoint", "a", ...where)).toEqual({ name: "a" });
    expect(json("debug", "checkpoints", ...where)).toEqual({ checkpoints: ["a"] });
    expect(json("debug", "restore", "a", ...where)).toEqual({ name: "a" });
    expect(json("debug", "refresh", ".", ...where)).toMatchObject({ name: "probe", version: "1.0" });
    expect(json("debug", "patch", ...where)).toMatchObject({ error: { code: "PATCH_FAILED" } });
    expect(json("debug", "list")).toContainEqual(expect.objectContaining({ dir: buildDir, state: "kept" }));
    expect(json("debug", "close", ...where)).toEqual({ dir: buildDir });
    expect(json("debug", "list")).not.toContainEqual(expect.objectContaining({ dir: buildDir }));
    expect(json("debug", "prune")).toEqual([]);
  });

  test("errors are data: code, message, hint and further properties", () => {
    const unsolvable = work.call("debug", "add", "libfoo >=2", "--json");
    expect(unsolvable.status).toBe(1);
    expect(JSON.parse(unsolvable.stdout)).toMatchObject({
      error: { code: "SOLVE_FAILED", environment: "host", conflict: { nodes: expect.any(Array) } },
    });
    expect(json("debug", "run", "--output-dir", "nowhere")).toMatchObject({
      error: { code: "NOT_A_SESSION", hint: expect.stringContaining("debug setup") },
    });
  });
});

describe("debug refresh", () => {
  test("takes the scripts of a recipe that was changed, and what a script file says now", async () => {
    const at = ["--output-dir", "refreshed"];
    await writeFile(join(work.folder, "changing.yaml"), scripted(["echo before"]));
    work.call("debug", "setup", "changing.yaml", "-q", "-c", channel, ...at);
    await writeFile(
      join(work.folder, "changing.yaml"),
      'package: {name: probe, version: "2.0"}\nbuild: {script: now.sh}\n',
    );
    await writeFile(join(work.folder, "now.sh"), "echo one $PKG_VERSION\n");
    const { status, stdout } = work.call("debug", "refresh", "changing.yaml", ...at);
    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: expect.stringMatching(/^The scripts are those of probe 2\.0 /),
    });
    expect(work.call("debug", "run", ...at).stdout).toBe("one 2.0\n");
    await writeFile(join(work.folder, "now.sh"), "echo two\n");
    work.call("debug", "refresh", ...at);
    expect(work.call("debug", "run", ...at).stdout).toBe("two\n");
  });

  test("refuses what the session is not for", async () => {
    await writeFile(
      join(work.folder, "another.yaml"),
      scripted(["true"]).replace("name: probe", "name: another"),
    );
    const { status, stderr } = work.call("debug", "refresh", "another.yaml");
    expect(status).toBe(2);
    expect(stderr).toContain("the recipe has no output `probe`");
  });
});

describe("debug close", () => {
  test("removes what was made read-only, and the latest session is the one before", async () => {
    const setup = ["debug", "setup", ".", "-q", "-c", channel, "--output-dir", "several", "--build-id"];
    const dirs = [1, 2].map(
      () =>
        (JSON.parse(work.call(...setup, "--json").stdout) as { paths: { workDir: string } }).paths.workDir,
    );
    const [first = "", second = ""] = dirs;
    expect(second).not.toBe(first);
    await mkdir(join(second, "deep", "er"), { recursive: true });
    await writeFile(join(second, "deep", "er", "file"), "");
    await chmod(join(second, "deep", "er"), 0o500);
    expect(work.call("debug", "close", "--output-dir", "several").status).toBe(0);
    expect(existsSync(second)).toBe(false);
    expect(work.call("debug", "workdir", "--output-dir", "several").stdout).toBe(`${first}\n`);
  });
});

describe("debug setup", () => {
  beforeAll(async () => {
    const outputs = `recipe: {name: multi, version: "1.0"}
outputs:
  - package: {name: libone}
    requirements: {host: [python]}
  - package: {name: two}
`;
    await writeFile(join(work.folder, "multi.yaml"), outputs);
    await writeFile(join(work.folder, "variants.yaml"), 'python: ["3.12.*", "3.13.*"]\n');
  });
  const setup = (...args: string[]) =>
    work.call("debug", "setup", "multi.yaml", "-m", "variants.yaml", ...args);

  test("lists several packages with the options that choose one", () => {
    const { status, stdout, stderr } = setup("-c", channel);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr.replaceAll(/h[0-9a-f]{7}_/g, "hHASH_")).toMatchInlineSnapshot(`
      "error: the recipe gives 3 packages, and a session is for one:
        libone 1.0 py312hHASH_0  --output-name libone --variant 'python=3.12.*'
        two 1.0 hHASH_0          --output-name two
        libone 1.0 py313hHASH_0  --output-name libone --variant 'python=3.13.*'
      hint: add the options that stand behind it, e.g. \`--output-name libone --variant 'python=3.12.*'\`

      See \`sidewinder debug setup --help\`.
      "
    `);
    const choices = (JSON.parse(setup("--json").stdout) as { error: { choices: { options: string }[] } })
      .error.choices;
    expect(choices.map(({ options }) => options)).toContain("--output-name two");
  });

  test("takes the one that is chosen", () => {
    const selected = setup("-c", channel, "--output-name", "libone", "--variant", "python=3.12.*", "--json");
    expect(JSON.parse(selected.stdout)).toMatchObject({
      name: "libone",
      buildString: expect.stringMatching(/^py312/),
    });
    const two = setup("-c", channel, "--output-name", "two", "--build-number", "5", "--json");
    expect(JSON.parse(two.stdout)).toMatchObject({ name: "two", buildString: expect.stringMatching(/_5$/) });
  });

  test.each([
    [["--output-name", "tow"], "did you mean `--output-name two`?"],
    [["--variant", "python=3"], "available: python=3.12.*, python=3.13.*"],
    [["--variant", "perl=5"], "the recipe does not use `perl`"],
  ])("%j is refused with what there is", (args, hint) => {
    expect(setup(...args)).toMatchObject({ status: 2, stderr: expect.stringContaining(`hint: ${hint}`) });
  });

  test("passes on what the session and the recipe are to see", async () => {
    await writeFile(
      join(work.folder, "seeing.yaml"),
      'package: {name: seeing, version: "${{ env.get(\'V\') }}"}\nbuild: {script: "echo $PASSED"}\n',
    );
    const options = ["--recipe-env", "V=4.2", "--pass-env", "PASSED", "--output-dir", "seen", "-q"];
    const made = work.call("debug", "setup", "seeing.yaml", "-c", channel, ...options, "--json");
    expect(JSON.parse(made.stdout)).toMatchObject({ version: "4.2" });
    expect(work.bash("PASSED=yes sidewinder debug run --output-dir seen").stdout).toBe("yes\n");
  });

  test("shows the lines of a recipe that is wrong", async () => {
    await writeFile(join(work.folder, "wrong.yaml"), "package: {name: x, version: 1}\nbuild:\n  nuber: 1\n");
    const { status, stderr } = work.call("debug", "setup", "wrong.yaml");
    expect(status).toBe(1);
    expect(stderr.replace(work.folder, "FOLDER")).toMatchInlineSnapshot(`
      "Using the variant file next to the recipe: variants.yaml
      error[unknown-field]: unknown field \`nuber\` in build
       --> FOLDER/wrong.yaml:3:3
        |
      3 |   nuber: 1
        |   ^^^^^
        = help: did you mean \`number\`?

      error[RECIPE_INVALID]: failed to parse the recipe
      "
    `);
  });
});

test.each([
  ["INT", 130],
  ["TERM", 143],
  ["HUP", 129],
])("SIG%s ends what runs, with status %i, and the session stays", (signal, status) => {
  const { stdout } = work.bash(`set -m; rm -f said; mkfifo said
    sidewinder debug exec 'echo $$; exec sleep 600' > said & read pid < said
    kill -${signal} $!; wait $!; echo $?; kill -0 $pid 2> /dev/null || echo gone`);
  expect(stdout).toBe(`${status}\ngone\n`);
  expect(work.call("debug", "exec", "echo here").stdout).toBe("here\n");
});

test("output in a pipe has no escape sequences, and FORCE_COLOR brings colors", async () => {
  const { stdout, stderr } = work.call("debug", "setup", ".", "-c", channel, "--output-dir", "plain");
  expect(stdout + stderr).not.toContain("\u001b");
  expect(work.bash("FORCE_COLOR=1 sidewinder nothing").stderr).toContain("\u001b[31merror:");
  expect(work.bash("FORCE_COLOR=1 NO_COLOR=1 sidewinder nothing").stderr).toContain("\u001b[31merror:");
  expect(work.bash("FORCE_COLOR=0 sidewinder nothing").stderr).toMatch(/^error:/);
});

test("recipes are checked and rendered without the native addon", async () => {
  const hook = join(work.folder, "no-addon.mjs");
  await writeFile(hook, 'process.dlopen = () => { throw new Error("an addon was loaded"); };\n');
  for (const line of ["check .", "render .", "--help", "debug setup --help"]) {
    expect(work.bash(`NODE_OPTIONS="--import ${hook}" sidewinder ${line}`)).toMatchObject({ status: 0 });
  }
  expect(work.bash(`NODE_OPTIONS="--import ${hook}" sidewinder debug list`).stderr).toContain(
    "an addon was loaded",
  );
});

test("nothing temporary stays", async () => {
  const tmp = join(work.folder, "tmp");
  await mkdir(tmp);
  work.bash("export TMPDIR=$PWD/tmp; echo exit | sidewinder debug shell; sidewinder debug run -q");
  expect(readdirSync(tmp)).toEqual([]);
  expect(
    await readFile(join(work.call("debug", "workdir").stdout.trimEnd(), "conda_build.sh"), "utf8"),
  ).not.toBe("");
});
