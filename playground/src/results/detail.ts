/** One package's evaluated recipe. */

import type { RenderedVariant } from "sidewinder/recipe";
import { element, part } from "../element.js";

let from: HTMLElement | undefined;

/** Shows the evaluated recipe of a package. */
export function showDetail(item: RenderedVariant): void {
  from = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const heading = part("detail-name", HTMLElement);
  heading.textContent = `${item.name} ${item.version} ${item.buildString}`;
  part("detail-body", HTMLElement).replaceChildren(element("pre", {}, marked(item.recipe)));
  const card = part("detail", HTMLElement);
  card.hidden = false;
  card.scrollIntoView({ block: "nearest" });
  part("detail-close", HTMLButtonElement).focus({ preventScroll: true });
}

/** Hides it again; the focus goes back to where it came from. */
export function hideDetail(): void {
  const card = part("detail", HTMLElement);
  if (card.hidden) return;
  card.hidden = true;
  if (from?.isConnected) from.focus();
  from = undefined;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|\b(?:true|false|null)\b|-?\d+(?:\.\d+)?/g;

/** JSON with its keys and strings colored. */
function marked(value: unknown): (Node | string)[] {
  const text = JSON.stringify(value, undefined, 2);
  const parts: (Node | string)[] = [];
  let end = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [whole, quoted, colon] = match;
    parts.push(text.slice(end, match.index));
    const kind = quoted === undefined ? "value" : colon === undefined ? "string" : "key";
    parts.push(element("span", { class: `json-${kind}` }, [whole]));
    end = match.index + whole.length;
  }
  parts.push(text.slice(end));
  return parts;
}
