import { spawnSync } from "node:child_process";
import { cp, mkdir, readdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { sessionTools } from "../../ts-sdk/src/agent/index.js";
import {
  DebugSession,
  type DebugSessionOptions,
  type RenderedVariant,
  Stage0Recipe,
} from "../../ts-sdk/src/index.js";
import { fromNative } from "../../ts-sdk/src/session/failure.js";
import { native } from "../../ts-sdk/src/session/native.js";
import { channel, root, scratch } from "../support/workbench.js";
import type { Demonstration } from "./demonstration.js";

const HEADER = "package: {name: probe, version: '1'}\n";
const ZEROS = "0".repeat(64);

/** The only variant of a recipe in a new folder, which may contain files. */
async function variant(text = "", files: Record<string, string> = {}): Promise<RenderedVariant> {
  const folder = await scratch();
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  const [first] = Stage0Recipe.fromYaml(HEADER + text, { path: join(folder, "recipe.yaml") }).render();
  if (first === undefined) throw new Error("the recipe renders no variant");
  return first;
}

async function create(text = "", options: DebugSessionOptions = {}, files: Record<string, string> = {}) {
  return await DebugSession.create(await variant(text, files), { channels: [channel], ...options });
}

/** A new session for the duration of a call. */
async function withSession<T>(work: (session: DebugSession) => Promise<T>, text?: string): Promise<T> {
  const session = await create(text);
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** A channel whose index lists packages that were deleted. */
async function damagedChannel(): Promise<string> {
  const folder = join(await scratch(), "channel");
  await cp(channel, folder, { recursive: true });
  for (const name of await readdir(folder, { recursive: true }))
    if (/\.(?:conda|tar\.bz2)$/.test(name)) await rm(join(folder, name));
  return folder;
}

const STAGING = `
schema_version: 1
recipe: {name: two, version: "1"}
outputs:
  - staging: {name: base}
    build: {script: ["exit 3"]}
  - package: {name: first}
    inherit: base
`;

export const sessions: Record<string, Demonstration> = {
  INVALID_OPTION: async () => await create("", { chanels: [] } as DebugSessionOptions),
  // An `AbortSignal` rejects with its own reason: only the addon itself reports the code.
  CANCELLED: async () => {
    const cancel = new (native().CancelToken)();
    cancel.cancel();
    const options = JSON.stringify({ channels: [channel] });
    throw fromNative(
      await native()
        .createSession(JSON.stringify(await variant()), options, cancel)
        .catch((e) => e),
    );
  },
  INVALID_VARIANT: async () => await DebugSession.create({ ...(await variant()), name: "../escape" }),
  PATH_TOO_LONG: async () => await create("", { outputDir: join(await scratch(), "d".repeat(240)) }),
  CHANNEL_FAILED: async () =>
    await create("requirements: {host: [libfoo]}", { channels: [join(await scratch(), "none")] }),
  INVALID_SPEC: async () => await withSession(async (session) => await session.addPackages(["libfoo =["])),
  PIN_FAILED: async () => await create("requirements: {host: [\"${{ pin_compatible('zzz') }}\"]}"),
  SOLVE_FAILED: async () => await withSession(async (session) => await session.addPackages(["libfoo >=99"])),
  LOCK_FAILED: async () =>
    await create("requirements: {host: [libfoo]}", {
      lock: { platform: "linux-64", build: [], host: [] },
    }),
  // The index has no run exports: they are read from the package, which is missing.
  RUN_EXPORTS_FAILED: async () =>
    await create("requirements: {host: [libweak]}", {
      channels: [await damagedChannel()],
      cacheDir: await scratch(),
    }),
  INSTALL_FAILED: async () => {
    const session = await create("", { cacheDir: await scratch() });
    try {
      await session.addPackages(["libfoo"], { channels: [await damagedChannel()] });
    } finally {
      await session.close();
    }
  },
  SOURCE_FAILED: async () => await create("source: {path: missing}"),
  CHECKSUM_MISMATCH: async () =>
    await create(`source: {path: data.txt, sha256: "${ZEROS}"}`, {}, { "data.txt": "data" }),
  ATTESTATION_UNSUPPORTED: async () => {
    const source = `url: "http://127.0.0.1:1/a.tar.gz", sha256: "${ZEROS}", attestation: {publishers: ["github:a/b"]}`;
    const recipe = Stage0Recipe.fromYaml(`${HEADER}source: {${source}}`);
    await DebugSession.create(recipe.render(undefined, { experimental: true })[0] as RenderedVariant);
  },
  PATCH_FAILED: async () =>
    await create(
      "source: {path: data.txt, patches: [fix.patch]}",
      {},
      {
        "data.txt": "data\n",
        "fix.patch": "--- a/data.txt\n+++ b/data.txt\n@@ -1 +1 @@\n-other\n+new\n",
      },
    ),
  SCRIPT_FAILED: async () => await create("build: {script: {file: nope.sh}}"),
  STAGING_FAILED: async () => {
    const path = join(await scratch(), "recipe.yaml");
    const first = Stage0Recipe.fromYaml(STAGING, { path })
      .render(undefined, { experimental: true })
      .find(({ name }) => name === "first");
    await DebugSession.create(first as RenderedVariant, { channels: [channel] });
  },
  SCRIPT_MISSING: async () =>
    await withSession(async (session) => {
      await rm(session.buildScript);
      await session.runScript();
    }),
  FOLDER_REPLACED: async () =>
    await withSession(async (session) => {
      const moved = join(await scratch(), "moved");
      await rename(session.workDir, moved);
      await symlink(moved, session.workDir);
      await session.writeBuildScript("");
    }),
  SYNC_CONFLICT: async () => {
    const made = await variant("source: {path: data.txt}", { "data.txt": "data\n" });
    const session = await DebugSession.create(made, { channels: [channel] });
    try {
      await writeFile(join(session.workDir, "data.txt"), "edited in the session\n");
      await writeFile(join(dirname(made.recipePath ?? ""), "data.txt"), "edited in the recipe\n");
      await session.sync(made);
    } finally {
      await session.close();
    }
  },
  SPAWN_FAILED: async () =>
    inProcess(
      `const session = await DebugSession.create(${JSON.stringify(await variant())}, { channels: [] });
       process.env.PATH = "/nonexistent";
       try { await session.runScript(); } finally { await session.close(); }`,
    ),
  SESSION_BUSY: async () => await withSession(async (session) => await DebugSession.attach(session.workDir)),
  SESSION_CLOSED: async () => {
    const session = await create();
    await session.close();
    await session.runScript();
  },
  NOT_A_SESSION: async () => await DebugSession.attach(await scratch()),
  NO_NATIVE_ADDON: async () => {
    // Outside of a clone the addon is a package, and here it is not installed.
    const folder = await scratch();
    await mkdir(join(folder, "sidewinder"));
    for (const name of ["dist", "package.json"])
      await cp(join(root, "ts-sdk", name), join(folder, "sidewinder", name), { recursive: true });
    return inProcess("await DebugSession.list();", join(folder, "sidewinder"));
  },
  INTERNAL: async () => {
    throw fromNative(new Error("not a record of an error"));
  },
  INVALID_INPUT: async () =>
    await withSession(async (session) => {
      const read = sessionTools(session, { errors: "throw" }).find(({ name }) => name === "read_file");
      await read?.execute({});
    }),
};

/** The error of a program in a process of its own. */
function inProcess(body: string, sdk = join(root, "ts-sdk")): unknown {
  const program = `
    import { DebugSession } from ${JSON.stringify(join(sdk, "dist/index.js"))};
    try { ${body} } catch (error) { process.stdout.write(JSON.stringify(error)); }`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    encoding: "utf8",
  });
  if (stdout === "") throw new Error(`no error was raised: ${stderr}`);
  return JSON.parse(stdout);
}
