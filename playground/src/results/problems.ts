/** The list of problems next to the editors. */

import type { Diagnostic } from "sidewinder/recipe";
import type { Editor } from "../editor/editor.js";
import { codeMarks } from "../editor/problems.js";
import { element, part } from "../element.js";

/** One of the two texts. */
export interface Side {
  name: string;
  editor: Editor;
  diagnostics: Diagnostic[];
}

/** Lists problems, errors first; a click goes to the place. */
export function showProblems(sides: Side[]): void {
  const all = sides.flatMap((side) => side.diagnostics.map((diagnostic) => ({ side, diagnostic })));
  all.sort(
    (a, b) => Number(a.diagnostic.severity === "warning") - Number(b.diagnostic.severity === "warning"),
  );
  part("problems", HTMLElement).hidden = all.length === 0;
  part("problem-list", HTMLElement).replaceChildren(
    ...all.map(({ side, diagnostic }) => {
      const { severity, message, code, help, span } = diagnostic;
      const where = span === undefined ? side.name : `${side.name}:${span.line}:${span.column}`;
      const link = element("button", { type: "button", class: "place" }, [where]);
      link.addEventListener("click", () => span && side.editor.show(span));
      const item = element("li", { class: severity }, [
        element("p", { class: "message" }, [
          element("span", { class: "unseen" }, [`${severity}: `]),
          ...codeMarks(message),
        ]),
        element("p", { class: "where" }, [link, element("code", { class: "code" }, [code])]),
      ]);
      if (help !== undefined)
        item.insertBefore(element("p", { class: "help" }, codeMarks(help)), item.lastChild);
      return item;
    }),
  );
}

/** "2 errors, 1 warning", or nothing. */
export function counted(diagnostics: Diagnostic[]): string {
  const errors = diagnostics.filter(({ severity }) => severity === "error").length;
  const warnings = diagnostics.length - errors;
  return [plural(errors, "error"), plural(warnings, "warning")].filter((text) => text !== "").join(", ");
}

function plural(count: number, noun: string): string {
  return count === 0 ? "" : `${count} ${noun}${count === 1 ? "" : "s"}`;
}
