/** Quick fixes: those of findings, and all safe ones at once. */

import { fixRecipe } from "sidewinder/recipe";
import { type CodeAction, CodeActionKind, type Range } from "vscode-languageserver";
import type { TextDocument } from "vscode-languageserver-textdocument";
import { type Analysis, lintOptions } from "./analysis.js";
import { diagnosticOf, editsOf, rangeOf } from "./convert.js";
import type { ServerSettings } from "./server.js";

/** The fixes of the findings that touch a range. */
export function actionsFor(analysis: Analysis, document: TextDocument, range: Range): CodeAction[] {
  // Edits of another version would change other places.
  if (analysis.version !== document.version) return [];
  const [from, to] = [document.offsetAt(range.start), document.offsetAt(range.end)];
  return analysis.problems.flatMap((problem) => {
    if (!("finding" in problem) || problem.finding.fix === undefined) return [];
    const { fix, span } = problem.finding;
    const place = rangeOf(span, document);
    if (document.offsetAt(place.start) > to || document.offsetAt(place.end) < from) return [];
    return [
      {
        title: fix.title,
        kind: CodeActionKind.QuickFix,
        diagnostics: [diagnosticOf(problem, document)],
        isPreferred: fix.safe,
        edit: { changes: { [document.uri]: editsOf(fix.edits, document) } },
      },
    ];
  });
}

/** One action that applies all safe fixes, if there are any. */
export function fixAll(document: TextDocument, settings: ServerSettings): CodeAction[] {
  if (settings.lint === false) return [];
  const { targetPlatform } = settings;
  const config = targetPlatform === undefined ? {} : { targetPlatform };
  const text = document.getText();
  const { text: fixed } = fixRecipe(text, lintOptions(document.uri, config, settings));
  if (fixed === text) return [];
  const range = { start: document.positionAt(0), end: document.positionAt(text.length) };
  return [
    {
      title: "Apply all safe fixes of sidewinder",
      kind: `${CodeActionKind.SourceFixAll}.sidewinder`,
      edit: { changes: { [document.uri]: [{ range, newText: fixed }] } },
    },
  ];
}
