/** A session as a sandbox of the AI SDK. */

import type { Experimental_SandboxSession } from "ai";
import type { DebugSession } from "../../../session/session.js";
import { SessionCommands, sessionDescription } from "../core/session-commands.js";
import { SessionFiles } from "../core/session-files.js";
import { spawnProcess } from "./process.js";

/**
 * Makes a sandbox of a session, for tools that work in one: commands run in the activated build environment, files are those
 * of the session's folders. Closing the session is up to you.
 *
 * @example
 * import { generateText } from "ai";
 * import { aiSandbox } from "sidewinder/agent/ai-sdk";
 *
 * const sandbox = aiSandbox(session);
 * const { text } = await generateText({
 *   model,
 *   tools: { bash },
 *   instructions: sandbox.description,
 *   prompt: "Repair the build.",
 *   experimental_sandbox: sandbox,
 * });
 */
export function aiSandbox(session: DebugSession): Experimental_SandboxSession {
  const files = new SessionFiles(session);
  const commands = new SessionCommands(session);
  return {
    description: sessionDescription(session),
    async readFile({ path, abortSignal }) {
      const bytes = await files.read(path, abortSignal);
      return bytes === undefined ? null : new Blob([new Uint8Array(bytes)]).stream();
    },
    async readBinaryFile({ path, abortSignal }) {
      const bytes = await files.read(path, abortSignal);
      return bytes === undefined ? null : new Uint8Array(bytes);
    },
    async readTextFile({ path, encoding = "utf-8", startLine, endLine, abortSignal }) {
      const bytes = await files.read(path, abortSignal);
      if (bytes === undefined) return null;
      const text = new TextDecoder(encoding).decode(bytes);
      if (startLine === undefined && endLine === undefined) return text;
      // Line ends stay, so that ranges can be put together again.
      const lines = text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
      return lines.slice((startLine ?? 1) - 1, endLine).join("");
    },
    async writeFile({ path, content, abortSignal }) {
      const bytes = new Uint8Array(await new Response(content).arrayBuffer());
      await files.write(path, bytes, abortSignal);
    },
    async writeBinaryFile({ path, content, abortSignal }) {
      await files.write(path, content, abortSignal);
    },
    async writeTextFile({ path, content, encoding = "utf-8", abortSignal }) {
      await files.write(path, Buffer.from(content, encoding as BufferEncoding), abortSignal);
    },
    async stat({ path }) {
      const facts = await files.facts(path);
      return facts === undefined ? null : { type: facts.type, size: facts.size };
    },
    async listDirectory({ path }) {
      return (await files.list(path)) ?? null;
    },
    async deleteFile({ path, abortSignal }) {
      return await files.remove(path, abortSignal);
    },
    async run({ command, workingDirectory, env, abortSignal }) {
      const { exitCode, stdout, stderr } = await commands.run(command, {
        cwd: workingDirectory,
        ...(env === undefined ? {} : { env }),
        ...(abortSignal === undefined ? {} : { signal: abortSignal }),
      });
      return { exitCode, stdout, stderr };
    },
    spawn: (options) => spawnProcess(commands, options),
  };
}
