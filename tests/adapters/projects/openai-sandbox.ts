/** A session as the sandbox of the OpenAI Agents SDK: its own shell and patch tools work in it. */

import { run } from "@openai/agents";
import { filesystem, SandboxAgent, shell } from "@openai/agents/sandbox";
import { openaiSandbox } from "sidewinder/agent/openai";
import { scriptedModel } from "./openai-model.js";
import { Conversation, openSession, report } from "./script.js";

const diff = [
  "@@",
  '-    greet("world", greeting, sizeof greeting);',
  '+    greet("agent", greeting, sizeof greeting);',
].join("\n");
/** A command with all that the tool's strict schema asks for. */
const exec = (cmd: string, workdir = ".") => ({
  name: "exec_command",
  input: { cmd, workdir, shell: "bash", login: true, tty: false, yield_time_ms: 1, max_output_tokens: 999 },
});
const calls = [
  exec("echo $PKG_NAME; exit 3"),
  { name: "apply_patch", input: { type: "update_file", path: "hello.c", diff } },
  { name: "apply_patch", input: { type: "create_file", path: "notes/new.txt", diff: "+one" } },
  { name: "apply_patch", input: { type: "update_file", path: "/etc/passwd", diff } },
  exec("cat new.txt", "notes"),
];
const conversation = new Conversation(({ length }) => calls[length]);

const session = await openSession();
try {
  const sandbox = openaiSandbox(session);
  const agent = new SandboxAgent({
    name: "repair",
    model: scriptedModel(conversation),
    capabilities: [shell(), filesystem()],
  });
  const { finalOutput } = await run(agent, "Repair the build.", { sandbox: { session: sandbox } });
  const outside = await sandbox.readFile?.({ path: "/etc/passwd" }).catch((error: Error) => error.message);
  const listed = await sandbox.listDir?.({ path: "notes" });
  const patch = (await session.createPatch({ dryRun: true })).text;
  report({
    text: finalOutput,
    results: conversation.texts,
    outside,
    listed,
    exists: [await sandbox.pathExists?.("notes"), await sandbox.directoryExists?.("hello.c")],
    patched: patch.includes('+    greet("agent"'),
  });
} finally {
  await session.close();
}
