/** A session as the workspace of an agent of Mastra: the workspace's own tools work in it. */

import { Agent } from "@mastra/core/agent";
import type { MastraModelConfig } from "@mastra/core/llm";
import { Workspace } from "@mastra/core/workspace";
import { mastraWorkspace } from "sidewinder/agent/mastra";
import { mockModel } from "./ai-model.js";
import { Conversation, openSession, report } from "./script.js";

const calls = [
  { name: "mastra_workspace_execute_command", input: { command: "echo $PKG_NAME" } },
  { name: "mastra_workspace_read_file", input: { path: "hello.c" } },
  {
    name: "mastra_workspace_edit_file",
    input: { path: "hello.c", old_string: "world", new_string: "agent" },
  },
  { name: "mastra_workspace_list_files", input: { path: "." } },
];
const conversation = new Conversation(({ length }) => calls[length]);

const session = await openSession();
try {
  const parts = mastraWorkspace(session);
  const agent = new Agent({
    id: "repair",
    name: "repair",
    instructions: "Repair builds.",
    model: mockModel(conversation) as unknown as MastraModelConfig,
    workspace: new Workspace({ name: "build", ...parts }),
  });
  const { text } = await agent.generate("Repair the build.", { maxSteps: 10 });

  const { filesystem, sandbox } = parts;
  await filesystem.writeFile("/notes/a.txt", "one");
  await filesystem.appendFile("notes/a.txt", " two");
  await filesystem.copyFile("notes/a.txt", "notes/b.txt");
  await filesystem.moveFile("notes/b.txt", "notes/sub/c.txt");
  const tree = await filesystem.readdir("notes", { recursive: true });
  const content = await filesystem.readFile("notes/sub/c.txt", { encoding: "utf8" });
  const failures: string[] = [];
  for (const work of [
    () => filesystem.readFile("no"),
    () => filesystem.readFile("../../../etc/passwd"),
    () => filesystem.rmdir("notes"),
    () => filesystem.writeFile("notes/a.txt", "x", { overwrite: false }),
  ]) {
    failures.push(
      await work().then(
        () => "done",
        (error: Error) => error.constructor.name,
      ),
    );
  }
  await filesystem.rmdir("notes", { recursive: true });
  const lines: string[] = [];
  const command = await sandbox.executeCommand?.("printf", ["%s\\n", "a b", "it's"], {
    env: { FROM: "env" },
    onStdout: (line) => lines.push(line),
  });
  const patch = (await session.createPatch({ dryRun: true })).text;
  report({
    text,
    results: conversation.texts,
    tree: tree.map(({ name, type }) => `${type} ${name}`).sort(),
    content,
    failures,
    gone: await filesystem.exists("notes"),
    command: [command?.exitCode, command?.stdout, lines.join("")],
    patched: patch.includes('+    greet("agent"'),
  });
} finally {
  await session.close();
}
