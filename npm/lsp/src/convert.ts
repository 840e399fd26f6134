/** Diagnostics, completions and hover texts as the protocol has them. */

import type { Completion, CompletionKind, Hover, Span, TextEdit } from "sidewinder/recipe";
import {
  type CompletionItem,
  CompletionItemKind,
  DiagnosticSeverity,
  InsertTextFormat,
  InsertTextMode,
  type Diagnostic as LspDiagnostic,
  type Hover as LspHover,
  type TextEdit as LspTextEdit,
  MarkupKind,
  type Range,
} from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import type { Problem } from "./analysis.js";

/** The range of a span; the start of the document for problems without a place. */
export function rangeOf(span: Span | undefined, document: TextDocument): Range {
  const { offset, length } = span ?? { offset: 0, length: 0 };
  return { start: document.positionAt(offset), end: document.positionAt(offset + length) };
}

/** A diagnostic or finding. */
export function diagnosticOf(problem: Problem, document: TextDocument): LspDiagnostic {
  if ("finding" in problem) {
    const { rule, severity, message, help, span, condaForge } = problem.finding;
    return {
      range: rangeOf(span, document),
      severity: severity === "warning" ? DiagnosticSeverity.Warning : DiagnosticSeverity.Information,
      source: condaForge === undefined ? "sidewinder lint" : `sidewinder lint, ${condaForge}`,
      code: rule,
      message: withHelp(message, help),
    };
  }
  const { code, severity, message, help, span, related = [] } = problem.diagnostic;
  return {
    range: rangeOf(span, document),
    severity: severity === "error" ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning,
    source: "sidewinder",
    code,
    message: withHelp(message, help),
    relatedInformation: related
      .filter(({ file }) => file === undefined)
      .map(({ message: note, span: place }) => ({
        message: note,
        location: { uri: document.uri, range: rangeOf(place, document) },
      })),
  };
}

function withHelp(message: string, help: string | undefined): string {
  return help === undefined ? message : `${message}\nhelp: ${help}`;
}

/** Text edits. */
export function editsOf(edits: readonly TextEdit[], document: TextDocument): LspTextEdit[] {
  return edits.map(({ span, newText }) => ({ range: rangeOf(span, document), newText }));
}

const KINDS: Record<CompletionKind, CompletionItemKind> = {
  field: CompletionItemKind.Property,
  value: CompletionItemKind.Value,
  function: CompletionItemKind.Function,
  variable: CompletionItemKind.Variable,
  "variant-key": CompletionItemKind.Constant,
};

/** A completion; `index` keeps the order. */
export function completionItem(
  completion: Completion,
  index: number,
  document: TextDocument,
): CompletionItem {
  const { label, kind, insert, span, detail, documentation } = completion;
  return {
    label,
    kind: KINDS[kind],
    sortText: String(index).padStart(4, "0"),
    insertTextFormat: InsertTextFormat.PlainText,
    // The new lines have their indentation already.
    insertTextMode: InsertTextMode.asIs,
    textEdit: { range: rangeOf(span, document), newText: insert },
    filterText: label,
    ...(detail === undefined ? {} : { detail }),
    ...(documentation === undefined
      ? {}
      : { documentation: { kind: MarkupKind.Markdown, value: documentation } }),
  };
}

/** What is under the cursor, as Markdown. */
export function hoverText({ span, title, about, values }: Hover, document: TextDocument): LspHover {
  const parts = [`**\`${title}\`**`];
  if (about !== undefined) parts.push(about);
  if (values !== undefined) {
    parts.push(values.length === 1 ? "Renders to:" : "Renders, for the variants, to:");
    parts.push(["```text", ...values, "```"].join("\n"));
  }
  return {
    range: rangeOf(span, document),
    contents: { kind: MarkupKind.Markdown, value: parts.join("\n\n") },
  };
}
