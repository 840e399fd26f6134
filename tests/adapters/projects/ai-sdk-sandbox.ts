/** A session as the sandbox of the AI SDK: a tool of the user works in it. */

import { generateText, isStepCount, jsonSchema, tool } from "ai";
import { aiSandbox } from "sidewinder/agent/ai-sdk";
import { mockModel } from "./ai-model.js";
import { Conversation, openSession, report } from "./script.js";

const bash = tool({
  description: "Runs a command.",
  inputSchema: jsonSchema<{ command: string }>({
    type: "object",
    properties: { command: { type: "string" } },
    required: ["command"],
  }),
  execute: async ({ command }, { experimental_sandbox: sandbox, abortSignal }) =>
    await sandbox?.run({ command, ...(abortSignal === undefined ? {} : { abortSignal }) }),
});
const commands = ["echo $PKG_NAME", "sed -i s/world/agent/ hello.c", "exit 3"];
const conversation = new Conversation(({ length }) => {
  const command = commands[length];
  return command === undefined ? undefined : { name: "bash", input: { command } };
});

const session = await openSession();
try {
  const sandbox = aiSandbox(session);
  const { text } = await generateText({
    model: mockModel(conversation),
    tools: { bash },
    prompt: sandbox.description,
    stopWhen: isStepCount(10),
    experimental_sandbox: sandbox,
  });
  const results = conversation.texts.map((result) => JSON.parse(result));

  await sandbox.writeTextFile({ path: "notes/a.txt", content: "one\ntwo\nthree\n" });
  const middle = await sandbox.readTextFile({ path: "notes/a.txt", startLine: 2, endLine: 2 });
  const listed = await sandbox.listDirectory({ path: "notes" });
  const stat = await sandbox.stat({ path: "notes/a.txt" });
  const stream = await sandbox.readFile({ path: "notes/a.txt" });
  const bytes = stream === null ? 0 : (await new Response(stream).arrayBuffer()).byteLength;
  const deleted = [
    await sandbox.deleteFile({ path: "notes/a.txt" }),
    await sandbox.deleteFile({ path: "no" }),
  ];
  const missing = [await sandbox.readTextFile({ path: "no" }), await sandbox.stat({ path: "no" })];
  const outside = await Promise.resolve(sandbox.readTextFile({ path: "/etc/passwd" })).catch(
    (error: Error) => error.message,
  );
  const { stdout: there } = await sandbox.run({
    command: "pwd; echo $FROM",
    workingDirectory: "notes",
    env: { FROM: "env" },
  });

  // A process that answers on its standard input, and one that is killed.
  const cat = await sandbox.spawn({ command: "read line; echo got $line; exit 4", stdin: true });
  const busy = await Promise.resolve(sandbox.run({ command: "true" })).catch(
    (error: { code: string }) => error.code,
  );
  const writer = cat.stdin.getWriter();
  await writer.write(new TextEncoder().encode("hello\n"));
  await writer.close();
  const output = await new Response(cat.stdout).text();
  const { exitCode } = await cat.wait();
  const sleeping = await sandbox.spawn({ command: "sleep 600" });
  await sleeping.kill();
  const killed = (await sleeping.wait()).exitCode;
  const patch = (await session.createPatch({ dryRun: true })).text;
  report({
    text,
    results,
    files: { middle, listed, stat, bytes, deleted, missing, outside },
    there: there.replace(session.workDir, "WORK"),
    process: { busy, output, exitCode, killed },
    patched: patch.includes('+    greet("agent"'),
  });
} finally {
  await session.close();
}
