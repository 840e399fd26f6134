/**
 * The official client and the published server, `sidewinder-mcp`, in the two eras of the protocol: a repair with tools alone,
 * then resources, prompts, progress and cancellation.
 */

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Conversation, place, report } from "./script.js";

const { root, channels } = place();
const mode = process.argv[4] === "modern" ? "auto" : "legacy";
const program = fileURLToPath(new URL("main.js", import.meta.resolve("sidewinder-mcp")));

let listChanges = 0;
const waiting: (() => void)[] = [];
const client = new Client(
  { name: "test", version: "1.0.0" },
  {
    versionNegotiation: { mode },
    listChanged: {
      resources: {
        autoRefresh: false,
        onChanged: () => {
          listChanges += 1;
          for (const done of waiting.splice(0)) done();
        },
      },
    },
  },
);
/** Waits until the server says that its list of resources changed. */
const changed = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

interface Structured {
  session?: string;
  work_dir?: string;
  output_dir?: string;
  success?: boolean;
}
/** Calls a tool; returns its structured result, which the client checked against the tool's schema. */
async function call(name: string, input: Record<string, unknown> = {}): Promise<Structured> {
  const { structuredContent } = await client.callTool({ name, arguments: input });
  return structuredContent as Structured;
}

const transport = new StdioClientTransport({
  command: process.execPath,
  args: [program, "-c", channels[0] ?? "", "--root", root],
});
await client.connect(transport);
const { tools } = await client.listTools();
const uris = async (): Promise<string[]> => (await client.listResources()).resources.map(({ uri }) => uri);
const before = await uris();

const conversation = new Conversation();
const results: [string, string][] = [];
const transcript: string[] = [];
let notified: Promise<void> | undefined;
for (let next = conversation.next([]); next !== undefined; next = conversation.next(results)) {
  if (next.name === "create_session") notified = changed();
  const result = await client.callTool({ name: next.name, arguments: next.input });
  const [content] = result.content;
  const text = content?.type === "text" ? content.text : "";
  results.push([next.id, text]);
  transcript.push(`→ ${next.name} ${JSON.stringify(next.input)}`, `← ${text}`);
}
await notified;

const after = await uris();
const read = async (uri: string): Promise<string> => {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  return content !== undefined && "text" in content ? content.text : "";
};
const [session = ""] = after.flatMap((uri) => uri.match(/sessions\/([^/]+)\/log$/)?.[1] ?? []);
const file = (name: string): Promise<string> => read(`sidewinder://sessions/${session}/${name}`);
await call("edit_file", { path: "hello.c", old_text: "world", new_text: "agent" });
const texts = { recipe: await read("sidewinder://recipes/recipe.yaml"), log: await file("log") };
const parts = { script: await file("script"), patch: await file("patch") };
const refused: string[] = [];
for (const uri of [
  "sidewinder://sessions/nothing/log",
  `sidewinder://sessions/${session}/nothing`,
  "sidewinder://recipes/src/hello.c",
  "sidewinder://recipes/..%2F..%2Fetc%2Fpasswd",
]) {
  refused.push(await read(uri).catch((error: Error) => error.message));
}
const prompt = await client.getPrompt({ name: "repair_recipe", arguments: { recipe: "recipe.yaml" } });
const completion = await client.complete({
  ref: { type: "ref/prompt", name: "repair_recipe" },
  argument: { name: "recipe", value: "rec" },
});

const { work_dir = "", output_dir = "" } = JSON.parse(results[1]?.[1] ?? "{}") as Structured;

// Progress with the last lines of output, of a command that goes on when it is told to.
await call("exec", { command: "mkfifo go" });
const messages: string[] = [];
const finished = await client.callTool(
  { name: "exec", arguments: { command: "echo configuring; echo compiling; read line < go" } },
  {
    onprogress: ({ message = "" }) => {
      messages.push(message);
      if (messages.length === 2) writeFileSync(join(work_dir, "go"), "on\n");
    },
  },
);

// A cancelled call stops its program, and the next one runs.
const stop = new AbortController();
const cancelled = await client
  .callTool(
    { name: "exec", arguments: { command: "echo started; sleep 600" } },
    { signal: stop.signal, onprogress: () => stop.abort(new Error("enough")) },
  )
  .then(
    () => "finished",
    (error: Error) => error.message,
  );
const next = await call("exec", { command: "true" });

// Several sessions.
const second = await call("create_session");
const ambiguous = await client.callTool({ name: "exec", arguments: { command: "true" } });
const sessions = (await uris()).filter((uri) => uri.endsWith("/script")).length;
const gone = changed();
await call("close_session", { session: second.session });
await gone;

report({
  ...conversation.outcome(),
  version: client.getNegotiatedProtocolVersion(),
  titled: tools.every(({ title, outputSchema, annotations }) => title && outputSchema && annotations?.title),
  tools: tools.length,
  before,
  after: after.map((uri) => uri.replace(session, "SESSION")),
  listChanges: listChanges > 1,
  texts,
  parts,
  refused,
  prompt: prompt.messages[0]?.content,
  completion: completion.completion.values,
  messages: messages.slice(0, 2),
  finished: finished.isError === true,
  cancelled,
  next: next.success,
  ambiguous: ambiguous.isError,
  sessions,
  output_dir,
  transcript,
});
await client.close();
