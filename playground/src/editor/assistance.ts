/** Completion and hover texts of the recipe editor. */

import {
  autocompletion,
  type CompletionContext,
  type CompletionResult,
  type Completion as Option,
} from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { hoverTooltip, type Tooltip } from "@codemirror/view";
import type { CompletionKind, Hover } from "sidewinder/recipe";
import type { Task } from "../core/messages.js";
import { completions, hoverAt } from "../core/tools.js";
import { element } from "../element.js";
import { codeMarks } from "./problems.js";

const TYPES: Record<CompletionKind, string> = {
  field: "property",
  value: "constant",
  function: "function",
  variable: "variable",
  "variant-key": "type",
};

/** @param task What is in the page: the recipe of the editor, and the variants next to it. */
export function assistance(task: () => Task): Extension {
  return [
    autocompletion({ override: [(context) => complete(context, task)], icons: true }),
    hoverTooltip((view, offset) => hover(view.state.doc.toString(), offset, task), { hoverTime: 250 }),
  ];
}

async function complete(context: CompletionContext, task: () => Task): Promise<CompletionResult | null> {
  const { state, pos, explicit } = context;
  // On an empty line only on request: a list of all fields after each line break would disturb.
  if (!explicit && context.matchBefore(/[\w${|-]\s?/) === null) return null;
  const found = await completions({ ...task(), recipe: state.doc.toString() }, pos);
  const [first] = found;
  if (first === undefined || context.aborted) return null;
  return {
    from: first.span.offset,
    options: found.map(({ label, kind, insert, span, detail, documentation }): Option => {
      return {
        label,
        type: TYPES[kind],
        ...(detail === undefined ? {} : { detail }),
        ...(documentation === undefined
          ? {}
          : { info: () => element("div", { class: "explain" }, codeMarks(documentation)) }),
        apply: (view, _option, _from, to) =>
          view.dispatch({
            changes: { from: span.offset, to, insert },
            selection: { anchor: span.offset + insert.length },
            userEvent: "input.complete",
          }),
      };
    }),
    filter: false,
  };
}

async function hover(recipe: string, offset: number, task: () => Task): Promise<Tooltip | null> {
  const found = await hoverAt({ ...task(), recipe }, offset);
  if (found === undefined) return null;
  const { span } = found;
  return {
    pos: span.offset,
    end: span.offset + span.length,
    above: true,
    create: () => ({ dom: explained(found) }),
  };
}

function explained({ title, about, values }: Hover): HTMLElement {
  const body = element("div", { class: "explain hover" }, [
    element("p", { class: "message" }, [element("code", {}, [title])]),
  ]);
  if (about !== undefined) body.append(element("p", { class: "help" }, codeMarks(about)));
  if (values !== undefined) {
    body.append(
      element("p", { class: "help" }, [values.length === 1 ? "renders to" : "renders, for the variants, to"]),
    );
    body.append(element("pre", { class: "values" }, [values.join("\n")]));
  }
  return body;
}
