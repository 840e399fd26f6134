/** A language server for recipes: diagnostics, completion, hover texts and quick fixes, over one connection. */

import { completeRecipe, hoverRecipe, type LintOptions, type RenderConfig } from "sidewinder/recipe";
import {
  type CodeAction,
  type CodeActionParams,
  type CompletionItem,
  type Connection,
  type InitializeResult,
  type Diagnostic as LspDiagnostic,
  type Hover as LspHover,
  type TextDocumentPositionParams,
  TextDocumentSyncKind,
  TextDocuments,
} from "vscode-languageserver";
import { TextDocument } from "vscode-languageserver-textdocument";
import { actionsFor, fixAll } from "./actions.js";
import { type Analysis, analyze, isRecipe, isVariantFile } from "./analysis.js";
import { completionItem, diagnosticOf, hoverText } from "./convert.js";
import { variantsFor } from "./variants.js";

/** What the client can set, in `initializationOptions` or as the section `sidewinder` of its configuration. */
export interface ServerSettings {
  /** Platform that recipes are rendered for. */
  targetPlatform?: string;
  /** Whether experimental features of the format are allowed. */
  experimental?: boolean;
  /** Which rules are applied; `false` for none. */
  lint?: Pick<LintOptions, "rules" | "ignore"> | false;
  /** Variant files besides the one next to the recipe. */
  variantFiles?: string[];
}

/**
 * Serves a connection until it closes: for connections other than standard input and output, such as a socket or a worker.
 *
 * @param connection A connection of `vscode-languageserver`, not yet listening.
 * @param version The server's version, told to the client.
 */
export function serve(connection: Connection, version: string): void {
  const documents = new TextDocuments(TextDocument);
  const checked = new Map<string, Analysis>();
  let settings: ServerSettings = {};
  let hasConfiguration = false;

  connection.onInitialize(({ capabilities, initializationOptions }): InitializeResult => {
    hasConfiguration = capabilities.workspace?.configuration === true;
    settings = settingsOf(initializationOptions);
    return {
      serverInfo: { name: "sidewinder", version },
      capabilities: {
        textDocumentSync: TextDocumentSyncKind.Incremental,
        completionProvider: { triggerCharacters: ["{", " ", "|", "-", ":"] },
        hoverProvider: true,
        codeActionProvider: { codeActionKinds: ["quickfix", "source.fixAll.sidewinder"] },
      },
    };
  });

  connection.onInitialized(() => {
    if (hasConfiguration) void refresh();
  });
  connection.onDidChangeConfiguration(({ settings: given }) => {
    if (hasConfiguration) void refresh();
    else {
      settings = settingsOf((given as { sidewinder?: unknown } | null)?.sidewinder);
      documents.all().forEach(publish);
    }
  });

  async function refresh(): Promise<void> {
    try {
      const given: unknown = await connection.workspace.getConfiguration("sidewinder");
      if (given !== null && given !== undefined) settings = settingsOf(given);
    } catch {
      // A client that says that it can be asked, but does not answer: the settings stay.
    }
    documents.all().forEach(publish);
  }

  const open = (): Map<string, string> =>
    new Map(documents.all().map((document) => [document.uri, document.getText()]));
  const config = (): RenderConfig => ({
    ...(settings.targetPlatform === undefined ? {} : { targetPlatform: settings.targetPlatform }),
    ...(settings.experimental === undefined ? {} : { experimental: settings.experimental }),
  });

  function publish(document: TextDocument): void {
    const { uri, version: documentVersion } = document;
    if (!isRecipe(uri) && !isVariantFile(uri)) return;
    let diagnostics: LspDiagnostic[];
    try {
      const analysis = analyze(document, open(), config(), settings);
      checked.set(uri, analysis);
      diagnostics = analysis.problems.map((problem) => diagnosticOf(problem, document));
    } catch (error) {
      connection.console.error(`failed to check ${uri}: ${error instanceof Error ? error.message : error}`);
      diagnostics = [];
    }
    void connection.sendDiagnostics({ uri, version: documentVersion, diagnostics });
  }

  documents.onDidChangeContent(({ document }) => {
    publish(document);
    // Recipes are rendered for the variants next to them.
    if (!isVariantFile(document.uri)) return;
    const folder = folderOf(document.uri);
    documents
      .all()
      .filter(({ uri }) => isRecipe(uri) && folderOf(uri) === folder)
      .forEach(publish);
  });
  documents.onDidClose(({ document: { uri } }) => {
    checked.delete(uri);
    void connection.sendDiagnostics({ uri, diagnostics: [] });
  });

  connection.onCompletion(({ textDocument, position }: TextDocumentPositionParams): CompletionItem[] => {
    const document = documents.get(textDocument.uri);
    if (document === undefined || !isRecipe(document.uri)) return [];
    const variants = variantsFor(document.uri, open(), config(), settings.variantFiles);
    return completeRecipe(document.getText(), document.offsetAt(position), variants).map(
      (completion, index) => completionItem(completion, index, document),
    );
  });

  connection.onHover(({ textDocument, position }: TextDocumentPositionParams): LspHover | null => {
    const document = documents.get(textDocument.uri);
    if (document === undefined || !isRecipe(document.uri)) return null;
    const variants = variantsFor(document.uri, open(), config(), settings.variantFiles);
    const hover = hoverRecipe(document.getText(), document.offsetAt(position), variants, config());
    return hover === undefined ? null : hoverText(hover, document);
  });

  connection.onCodeAction(({ textDocument, range, context }: CodeActionParams): CodeAction[] => {
    const document = documents.get(textDocument.uri);
    const analysis = document && checked.get(document.uri);
    if (document === undefined || analysis === undefined || !isRecipe(document.uri)) return [];
    const isAsked = (kind: string): boolean =>
      context.only === undefined || context.only.some((only) => kind === only || kind.startsWith(`${only}.`));
    return [
      ...(isAsked("quickfix") ? actionsFor(analysis, document, range) : []),
      ...(isAsked("source.fixAll.sidewinder") ? fixAll(document, settings) : []),
    ];
  });

  documents.listen(connection);
  connection.listen();
}

function folderOf(uri: string): string {
  return uri.slice(0, uri.lastIndexOf("/"));
}

/** The known settings among what a client sends; values of another type are left out. */
function settingsOf(given: unknown): ServerSettings {
  if (typeof given !== "object" || given === null) return {};
  const { targetPlatform, experimental, lint, variantFiles } = given as Record<string, unknown>;
  const texts = (value: unknown): value is string[] =>
    Array.isArray(value) && value.every((item) => typeof item === "string");
  const settings: ServerSettings = {};
  if (typeof targetPlatform === "string") settings.targetPlatform = targetPlatform;
  if (typeof experimental === "boolean") settings.experimental = experimental;
  if (texts(variantFiles)) settings.variantFiles = variantFiles;
  if (lint === false) settings.lint = false;
  else if (typeof lint === "object" && lint !== null) {
    const { rules, ignore } = lint as Record<string, unknown>;
    settings.lint = { ...(texts(rules) ? { rules } : {}), ...(texts(ignore) ? { ignore } : {}) };
  }
  return settings;
}
