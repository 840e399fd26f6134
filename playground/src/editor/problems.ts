/** Diagnostics as the editor underlines them. */

import type { Diagnostic as Mark } from "@codemirror/lint";
import type { Text } from "@codemirror/state";
import type { EditorView } from "@codemirror/view";
import type { Diagnostic, Span } from "sidewinder/recipe";
import { element } from "../element.js";

/** The marks of diagnostics, within a text that may have changed since they were found. */
export function marksOf(diagnostics: Diagnostic[], text: Text): Mark[] {
  return diagnostics.flatMap((diagnostic) => {
    if (diagnostic.span === undefined) return [];
    const { from, to } = rangeOf(diagnostic.span, text);
    return [
      {
        from,
        to,
        severity: diagnostic.severity,
        message: diagnostic.message,
        renderMessage: (view) => explain(diagnostic, (span) => show(view, span)),
      },
    ];
  });
}

/** Where a span is in the text: its first line only, and at least one letter, so that it can be seen. */
function rangeOf(span: Span, text: Text): { from: number; to: number } {
  const from = Math.min(span.offset, text.length);
  const to = Math.min(span.offset + span.length, text.lineAt(from).to);
  if (to > from) return { from, to };
  return from < text.length ? { from, to: from + 1 } : { from: Math.max(0, from - 1), to: from };
}

/** Puts the cursor where a span begins. */
export function show(view: EditorView, span: Span): void {
  const { from } = rangeOf(span, view.state.doc);
  view.dispatch({ selection: { anchor: from }, scrollIntoView: true });
  view.focus();
}

/** Message, help and further places of a diagnostic. */
export function explain(diagnostic: Diagnostic, go: (span: Span) => void): HTMLElement {
  const { message, code, help, related = [] } = diagnostic;
  const body = element("div", { class: "explain" }, [
    element("p", { class: "message" }, [
      ...codeMarks(message),
      " ",
      element("code", { class: "code" }, [code]),
    ]),
  ]);
  if (help !== undefined) body.append(element("p", { class: "help" }, codeMarks(help)));
  for (const place of related) {
    const link = element("button", { type: "button", class: "place" }, [`line ${place.span.line}`]);
    link.addEventListener("click", () => go(place.span));
    body.append(element("p", { class: "related" }, [...codeMarks(place.message), ": ", link]));
  }
  return body;
}

/** Text with `code` between backticks as elements. */
export function codeMarks(text: string): (Node | string)[] {
  return text.split(/(`[^`]+`)/).map((part) => {
    const code = /^`([^`]+)`$/.exec(part)?.[1];
    return code === undefined ? part : element("code", {}, [code]);
  });
}
