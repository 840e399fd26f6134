/** The language server, driven by the client library of editors over standard input and output. */

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  type CodeAction,
  CodeActionRequest,
  type CompletionItem,
  CompletionRequest,
  createProtocolConnection,
  DidChangeTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ExitNotification,
  type Hover,
  HoverRequest,
  InitializedNotification,
  InitializeRequest,
  type MarkupContent,
  type ProtocolConnection,
  PublishDiagnosticsNotification,
  type PublishDiagnosticsParams,
  ShutdownRequest,
  StreamMessageReader,
  StreamMessageWriter,
  type TextEdit,
} from "vscode-languageserver-protocol/node";
import { TextDocument } from "vscode-languageserver-textdocument";
import { root, scratch } from "./support/workbench.js";

const RECIPE = `\
context:
  version: "1.2"
  unused: é

package:
  name: demo
  version: \${{ version }}

requirements:
  host:
    - python
  run:
    - python
    - if: match(python, "<3.13")
      then: tomli

tests:
  - python:
      imports: [demo]
`;

let server: ChildProcess;
let client: ProtocolConnection;
let folder: string;
const published: PublishDiagnosticsParams[] = [];
const waiting = new Set<() => void>();

/** What the server says of a version of a document. */
async function diagnosticsOf(uri: string, version: number): Promise<PublishDiagnosticsParams> {
  for (;;) {
    const found = published.find((params) => params.uri === uri && params.version === version);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => waiting.add(resolve));
  }
}

/** Opens a document, and waits until it was checked. */
async function open(name: string, text: string, languageId = "yaml"): Promise<TextDocument> {
  await mkdir(join(folder, name, ".."), { recursive: true });
  await writeFile(join(folder, name), text);
  const uri = pathToFileURL(join(folder, name)).href;
  const textDocument = { uri, languageId, version: 1, text };
  await client.sendNotification(DidOpenTextDocumentNotification.type, { textDocument });
  await diagnosticsOf(uri, 1);
  return TextDocument.create(uri, languageId, 1, text);
}

async function change(document: TextDocument, text: string): Promise<TextDocument> {
  const version = document.version + 1;
  await client.sendNotification(DidChangeTextDocumentNotification.type, {
    textDocument: { uri: document.uri, version },
    contentChanges: [{ text }],
  });
  await diagnosticsOf(document.uri, version);
  return TextDocument.create(document.uri, document.languageId, version, text);
}

function at(document: TextDocument, needle: string, more = 0) {
  const offset = document.getText().indexOf(needle) + more;
  return { textDocument: { uri: document.uri }, position: document.positionAt(offset) };
}

beforeAll(async () => {
  folder = await scratch();
  server = spawn(process.execPath, [join(root, "ts-sdk/dist/cli/main.js"), "lsp", "--stdio"], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  if (server.stdout === null || server.stdin === null) throw new Error("no pipes");
  client = createProtocolConnection(
    new StreamMessageReader(server.stdout),
    new StreamMessageWriter(server.stdin),
  );
  client.onNotification(PublishDiagnosticsNotification.type, (params) => {
    published.push(params);
    for (const resolve of waiting) resolve();
    waiting.clear();
  });
  client.listen();
  const { capabilities, serverInfo } = await client.sendRequest(InitializeRequest.type, {
    processId: process.pid,
    rootUri: pathToFileURL(folder).href,
    capabilities: {},
    initializationOptions: { targetPlatform: "linux-64", lint: { ignore: ["conda-forge"] } },
    workspaceFolders: null,
  });
  expect(serverInfo?.name).toBe("sidewinder");
  expect(capabilities).toMatchObject({ hoverProvider: true });
  await client.sendNotification(InitializedNotification.type, {});
});

afterAll(async () => {
  await client.sendRequest(ShutdownRequest.type);
  const ended = once(server, "exit");
  await client.sendNotification(ExitNotification.type);
  expect((await ended)[0]).toBe(0);
  client.dispose();
});

describe("the language server", () => {
  test("reports errors while the text changes, and findings of the linter", async () => {
    let document = await open("errors/recipe.yaml", RECIPE);
    const first = await diagnosticsOf(document.uri, 1);
    const unused = first.diagnostics.find(({ code }) => code === "unused-context");
    expect(unused).toMatchObject({
      severity: 2,
      source: "sidewinder lint",
      range: { start: { line: 2, character: 2 } },
    });
    document = await change(document, RECIPE.replace("package:", "pakage:"));
    const { diagnostics } = await diagnosticsOf(document.uri, document.version);
    const error = diagnostics.find(({ code }) => code === "unknown-field");
    expect(error).toMatchObject({
      severity: 1,
      range: { start: { line: 4, character: 0 }, end: { line: 4, character: 6 } },
    });
    expect(error?.message).toContain("help: did you mean `package`?");
  });

  test("renders with the variant file next to the recipe, also while that is edited", async () => {
    let variants = await open("variants/variants.yaml", "python: [3.12.*, 3.13.*]\n");
    const document = await open("variants/recipe.yaml", RECIPE);
    const hover = () => client.sendRequest(HoverRequest.type, at(document, "match(python", 6));
    expect(((await hover()) as Hover).contents).toMatchObject({
      value: expect.stringContaining("true\nfalse"),
    });
    variants = await change(variants, "python: [3.13.*]\n");
    const { value } = ((await hover()) as Hover).contents as MarkupContent;
    expect(value).toContain("false");
    expect(value).not.toContain("true");
    const broken = await change(variants, "python: 3.13\n");
    expect((await diagnosticsOf(broken.uri, broken.version)).diagnostics[0]?.code).toBe(
      "invalid-variant-config",
    );
  });

  test("says what a field is for and what a template renders to", async () => {
    const document = await open("hover/recipe.yaml", RECIPE);
    const field = (await client.sendRequest(HoverRequest.type, at(document, "host:"))) as Hover;
    expect(field.contents).toMatchObject({ value: expect.stringContaining("built against") });
    const template = (await client.sendRequest(HoverRequest.type, at(document, "${{ version"))) as Hover;
    expect((template.contents as MarkupContent).value).toContain("1.2");
    expect(await client.sendRequest(HoverRequest.type, at(document, "demo"))).toBeNull();
  });

  test("completes fields, values, variables and variant keys", async () => {
    await open("complete/variants.yaml", "python: [3.12.*]\nnumpy: ['2']\n");
    const text = `${RECIPE}build:\n  noarch: \nabout:\n  summary: \${{ ver\n`;
    const document = await open("complete/recipe.yaml", text);
    const labels = async (needle: string, more: number): Promise<string[]> => {
      const items = await client.sendRequest(CompletionRequest.type, at(document, needle, more));
      return (items as CompletionItem[]).map(({ label }) => label);
    };
    expect(await labels("noarch: ", 8)).toEqual(["python", "generic"]);
    expect(await labels("${{ ver\n", 7)).toEqual(["version", "version_to_buildstring"].slice(0, 1));
    expect(await labels("    - python\n  run", 6)).toContain("numpy");
    const [field] = (await client.sendRequest(
      CompletionRequest.type,
      at(document, "noarch", 2),
    )) as CompletionItem[];
    expect(field).toMatchObject({ label: "noarch", textEdit: { newText: "noarch: " } });
  });

  test("offers the fixes of the linter, one by one and all at once", async () => {
    const document = await open("fixes/recipe.yaml", RECIPE);
    const { position } = at(document, "unused");
    const range = { start: position, end: position };
    const textDocument = { uri: document.uri };
    const actions = (await client.sendRequest(CodeActionRequest.type, {
      textDocument,
      range,
      context: { diagnostics: [] },
    })) as CodeAction[];
    const quick = actions.find(({ kind }) => kind === "quickfix");
    expect(quick).toMatchObject({ title: "Remove `unused` from `context`", isPreferred: true });
    const edits = quick?.edit?.changes?.[document.uri] as TextEdit[];
    expect(TextDocument.applyEdits(document, edits)).toBe(RECIPE.replace("  unused: é\n", ""));
    const all = actions.find(({ kind }) => kind === "source.fixAll.sidewinder");
    const fixed = TextDocument.applyEdits(document, all?.edit?.changes?.[document.uri] as TextEdit[]);
    expect(fixed).toContain("number: 0");
    expect(fixed).not.toContain("unused");
  });
});
