/** The outputs of a recipe and what they need of each other, drawn. */

import type { RenderedVariant } from "sidewinder/recipe";
import { element, part, shape } from "../element.js";
import {
  type Box,
  below,
  type Kind,
  type Layout,
  type Line,
  layOut,
  outputsOf,
  title,
} from "./graph-layout.js";

const MEANING: Record<Kind, string> = {
  staging: "inherits files",
  build: "build dependency",
  host: "host dependency",
  run: "run dependency",
};
const DRAWN_AT_MOST = 60;

/** Shows the outputs, where there are several. */
export function showGraph(packages: RenderedVariant[]): void {
  const card = part("graph-card", HTMLElement);
  const { outputs, needs } = outputsOf(packages);
  card.hidden = outputs.length < 2;
  if (card.hidden) return;
  const shown = outputs.slice(0, DRAWN_AT_MOST);
  const names = new Set(shown.map(({ name }) => name));
  const layout = layOut(
    shown,
    needs.filter(({ from, to }) => names.has(from) && names.has(to)),
  );
  part("graph", HTMLElement).replaceChildren(draw(layout));
  const kinds = (["staging", "build", "host", "run"] as const).filter((kind) =>
    layout.lines.some((line) => line.kind === kind),
  );
  const more = outputs.length - shown.length;
  part("legend", HTMLElement).replaceChildren(
    ...kinds.map((kind) => element("li", {}, [sample(kind), MEANING[kind]])),
    ...(more > 0 ? [element("li", {}, [`${more} more outputs are not drawn`])] : []),
  );
}

function draw({ boxes, lines, width, height }: Layout): SVGElement {
  const picture = shape("svg", {
    viewBox: `0 0 ${width} ${height}`,
    // Shrinks a little before it scrolls.
    style: `max-width: ${width}px; min-width: ${Math.round(width * 0.7)}px`,
    role: "img",
    "aria-label": lines.map(spoken).join("; ") || "Outputs that do not depend on each other",
  });
  const at = new Map(boxes.map((box) => [box.name, box]));
  const together = new Map<string, Line[]>();
  for (const line of lines) {
    const key = `${line.from} ${line.to}`;
    together.set(key, [...(together.get(key) ?? []), line]);
  }
  for (const group of together.values()) {
    group.forEach((line, index) => {
      const [from, to] = [at.get(line.from), at.get(line.to)];
      // Several lines between the same two run side by side.
      if (from && to) picture.append(drawLine(from, to, line, (index - (group.length - 1) / 2) * 9));
    });
  }
  for (const box of boxes) picture.append(drawBox(box));
  return picture;
}

function drawBox(box: Box): SVGElement {
  const { x, y, width, height, kind, packages } = box;
  const text = below(box);
  const fits = Math.floor((width - 22) / 6.2);
  return shape("g", { class: `box ${kind}` }, [
    shape("title", {}, [kind === "staging" ? "staging output" : packages.join("\n")]),
    shape("rect", { x, y, width, height, rx: 8 }),
    shape("text", { x: x + 14, y: y + 20, class: "name" }, [title(box)]),
    shape("text", { x: x + 14, y: y + 36, class: "below" }, [
      text.length > fits ? `${text.slice(0, fits - 1)}…` : text,
    ]),
  ]);
}

function drawLine(from: Box, to: Box, { kind, over }: Line, offset: number): SVGElement {
  const end = { x: to.x, y: to.y + to.height / 2 + offset };
  const points = [
    { x: from.x + from.width, y: from.y + from.height / 2 + offset },
    ...over.map(({ x, y }) => ({ x, y: y + offset })),
    { x: end.x - 6, y: end.y },
  ];
  let path = "";
  points.forEach(({ x, y }, index) => {
    const last = points[index - 1];
    const middle = ((last?.x ?? x) + x) / 2;
    path += last === undefined ? `M${x} ${y}` : `C${middle} ${last.y} ${middle} ${y} ${x} ${y}`;
  });
  return shape("g", { class: `need ${kind}` }, [
    shape("path", { d: path }),
    shape("path", { class: "tip", d: `M${end.x} ${end.y}l-8 -4v8z` }),
  ]);
}

function sample(kind: Kind): SVGElement {
  return shape(
    "svg",
    { width: 30, height: 10, viewBox: "0 0 30 10", class: `need ${kind}`, "aria-hidden": "true" },
    [shape("path", { d: "M0 5H23" }), shape("path", { class: "tip", d: "M30 5l-8 -4v8z" })],
  );
}

function spoken({ from, to, kind }: Line): string {
  const [one, other] = [to, from].map((name) => name.replace(/^staging:/, "staging output "));
  return `${one} ${kind === "staging" ? "inherits" : `needs (${kind})`} ${other}`;
}
