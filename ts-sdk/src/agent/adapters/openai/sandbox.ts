/** A session as a sandbox of the OpenAI Agents SDK. */

import { applyDiff, type Editor } from "@openai/agents";
import { Manifest, type SandboxSession } from "@openai/agents/sandbox";
import type { DebugSession } from "../../../session/session.js";
import { ends } from "../../core/limit.js";
import { SessionCommands } from "../core/session-commands.js";
import { SessionFiles } from "../core/session-files.js";

/** Characters for each token of `maxOutputTokens`, as a rule of thumb. */
const CHARS_PER_TOKEN = 4;

/**
 * Makes a sandbox session of a session, for a `SandboxAgent`: its shell runs commands in the activated build environment, its
 * file tools work in the session's folders. Closing the session is up to you.
 *
 * @example
 * import { run } from "@openai/agents";
 * import { SandboxAgent, shell } from "@openai/agents/sandbox";
 * import { openaiSandbox } from "sidewinder/agent/openai";
 *
 * const agent = new SandboxAgent({ name: "repair", capabilities: [shell()] });
 * await run(agent, "Repair the build.", { sandbox: { session: openaiSandbox(session) } });
 */
export function openaiSandbox(session: DebugSession): SandboxSession {
  const files = new SessionFiles(session);
  const commands = new SessionCommands(session);
  const exec: NonNullable<SandboxSession["exec"]> = async ({ cmd, workdir, maxOutputTokens }) => {
    const started = performance.now();
    const { stdout, stderr, exitCode } = await commands.run(cmd, { cwd: workdir });
    const whole = `${stdout}${stderr}`;
    const output = maxOutputTokens === undefined ? whole : ends(whole, maxOutputTokens * CHARS_PER_TOKEN);
    return {
      output,
      stdout,
      stderr,
      wallTimeSeconds: Math.round(performance.now() - started) / 1000,
      exitCode,
      ...(output === whole ? {} : { originalTokenCount: Math.ceil(whole.length / CHARS_PER_TOKEN) }),
    };
  };
  return {
    state: { manifest: new Manifest({ root: session.workDir }), workspaceReady: true },
    running: async () => !session.closed,
    exec,
    async execCommand(args) {
      const { exitCode, wallTimeSeconds, output } = await exec(args);
      return `Exit code: ${exitCode}\nWall time: ${wallTimeSeconds} seconds\nOutput:\n${output}`;
    },
    // A session runs one command at a time, so commands cannot be left running and written to.
    supportsPty: () => false,
    createEditor: () => editorOf(files),
    async readFile({ path, maxBytes }) {
      const bytes = await files.read(path);
      if (bytes === undefined) throw new Error(`file not found: ${path}`);
      return new Uint8Array(maxBytes === undefined ? bytes : bytes.subarray(0, maxBytes));
    },
    async listDir({ path }) {
      const entries = await files.list(path);
      if (entries === undefined) throw new Error(`no such directory: ${path}`);
      return entries.map(({ name, type }) => ({
        name,
        path: path === "." ? name : `${path.replace(/\/$/, "")}/${name}`,
        type: type === "directory" ? "dir" : type === "file" ? "file" : "other",
      }));
    },
    pathExists: async (path) => (await files.facts(path)) !== undefined,
    directoryExists: async (path) => (await files.facts(path))?.type === "directory",
  };
}

/** Applies the patches of the `apply_patch` tool. */
function editorOf(files: SessionFiles): Editor {
  const textOf = async (path: string): Promise<string> => {
    const bytes = await files.read(path);
    if (bytes === undefined) throw new Error(`file not found: ${path}`);
    return bytes.toString("utf8");
  };
  return {
    async createFile({ path, diff }) {
      await files.write(path, Buffer.from(applyDiff("", diff, "create")));
      return { status: "completed", output: `created ${path}` };
    },
    async updateFile({ path, diff, moveTo }) {
      const target = moveTo ?? path;
      await files.write(target, Buffer.from(applyDiff(await textOf(path), diff)));
      if (target !== path) await files.remove(path);
      return { status: "completed", output: `updated ${target}` };
    },
    async deleteFile({ path }) {
      if (!(await files.remove(path))) throw new Error(`file not found: ${path}`);
      return { status: "completed", output: `deleted ${path}` };
    },
  };
}
