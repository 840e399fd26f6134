/** The packages as a table: what differs between them in columns, what is the same for all once, above. */

import type { RenderedVariant } from "sidewinder/recipe";
import { element, part } from "../element.js";

const SHOWN_AT_MOST = 300;

/** Shows packages; `onChoose` is called when one is chosen, for a look at its evaluated recipe. */
export function showTable(packages: RenderedVariant[], onChoose: (item: RenderedVariant) => void): void {
  part("packages", HTMLElement).hidden = packages.length === 0;
  const { varying, common } = keysOf(packages);
  const shown = packages.slice(0, SHOWN_AT_MOST);
  const table = element("table", {}, [
    element("caption", { class: "unseen" }, ["Packages that the recipe gives"]),
    element("thead", {}, [
      element(
        "tr",
        {},
        ["Name", "Version", "Build string", "Hash", ...varying].map((title, index) =>
          element("th", { scope: "col", ...(index > 3 ? { class: "key" } : {}) }, [title]),
        ),
      ),
    ]),
    element(
      "tbody",
      {},
      shown.map((item) => row(item, varying, onChoose)),
    ),
  ]);
  const notes: HTMLElement[] = [];
  if (common.length > 0) {
    const pairs = common.map(([key, value]) =>
      element("span", { class: "pair" }, [element("span", { class: "quiet" }, [`${key} `]), value]),
    );
    notes.push(
      element("p", { class: "common" }, [element("span", { class: "quiet" }, ["Same for all:"]), ...pairs]),
    );
  }
  if (packages.length > shown.length)
    notes.push(element("p", { class: "common" }, [`${packages.length - shown.length} more are not shown.`]));
  part("table", HTMLElement).replaceChildren(table, ...notes);
}

function row(
  item: RenderedVariant,
  varying: string[],
  onChoose: (item: RenderedVariant) => void,
): HTMLElement {
  const open = element("button", { type: "button", class: "open", title: "Show the evaluated recipe" }, [
    item.name,
  ]);
  open.addEventListener("click", () => onChoose(item));
  const name = element("th", { scope: "row" }, [open]);
  if (item.skip) name.append(" ", element("span", { class: "tag" }, ["skipped"]));
  return element("tr", item.skip ? { class: "skipped" } : {}, [
    name,
    element("td", {}, [item.version]),
    element("td", { class: "build" }, buildString(item)),
    element("td", { class: "hash" }, [item.hash]),
    ...varying.map((key) => {
      const value = item.variant[key];
      return value === undefined
        ? element("td", { class: "none" }, [element("span", { "aria-label": "not used" }, ["–"])])
        : element("td", {}, [String(value)]);
    }),
  ]);
}

/** The build string with its hash set apart. */
function buildString({ buildString, hash }: RenderedVariant): (Node | string)[] {
  const at = buildString.indexOf(`h${hash}`);
  if (at < 0) return [buildString];
  return [buildString.slice(0, at), element("b", {}, [`h${hash}`]), buildString.slice(at + 1 + hash.length)];
}

/** Variant keys whose values differ between packages, and those that are the same in all, with their value. */
function keysOf(packages: RenderedVariant[]): { varying: string[]; common: [string, string][] } {
  const keys = [...new Set(packages.flatMap(({ variant }) => Object.keys(variant)))].sort();
  const varying: string[] = [];
  const common: [string, string][] = [];
  for (const key of keys) {
    const values = new Set(packages.map(({ variant }) => JSON.stringify(variant[key])));
    if (values.size > 1) varying.push(key);
    else common.push([key, String(packages[0]?.variant[key])]);
  }
  return { varying, common };
}
