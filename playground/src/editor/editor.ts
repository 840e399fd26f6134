/** One text, edited: YAML with its problems underlined. */

import { yaml } from "@codemirror/lang-yaml";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import type { Extension } from "@codemirror/state";
import { EditorView, placeholder } from "@codemirror/view";
import { basicSetup } from "codemirror";
import type { Diagnostic, Span } from "sidewinder/recipe";
import { look } from "./look.js";
import { marksOf, show } from "./problems.js";

/** An editor in the page. */
export class Editor {
  readonly #view: EditorView;

  /**
   * @param parent Where it goes.
   * @param options `label`: its name for those who do not see it; `hint`: shown while it is empty; `onChange`: called after each
   *   change by a person; `extensions`: what only this editor has.
   */
  constructor(
    parent: HTMLElement,
    options: { label: string; hint: string; onChange: () => void; extensions?: Extension },
  ) {
    this.#view = new EditorView({
      parent,
      extensions: [
        basicSetup,
        yaml(),
        lintGutter(),
        placeholder(options.hint),
        look,
        options.extensions ?? [],
        EditorView.contentAttributes.of({ "aria-label": options.label, spellcheck: "false", tabindex: "0" }),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onChange();
        }),
      ],
    });
  }

  get text(): string {
    return this.#view.state.doc.toString();
  }

  /** Replaces the whole text; `undo` brings the old one back. */
  set text(text: string) {
    if (text === this.text) return;
    this.#view.dispatch({
      changes: { from: 0, to: this.#view.state.doc.length, insert: text },
      selection: { anchor: 0 },
      scrollIntoView: true,
    });
  }

  /** Underlines problems; those from before are gone. */
  underline(diagnostics: Diagnostic[]): void {
    const { state } = this.#view;
    this.#view.dispatch(setDiagnostics(state, marksOf(diagnostics, state.doc)));
  }

  /** Puts the cursor where a span begins. */
  show(span: Span): void {
    show(this.#view, span);
  }
}
