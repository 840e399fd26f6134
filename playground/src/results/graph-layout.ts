/** Where the outputs of a recipe stand when their dependencies on each other are drawn: in columns, builders first. */

import type { RenderedVariant } from "sidewinder/recipe";

/** How one output needs another. */
export type Kind = "staging" | "build" | "host" | "run";

/** An output, or a staging output. */
export interface Output {
  name: string;
  kind: "package" | "staging";
  /** Versions and build strings of its packages. */
  packages: string[];
}

/** `from` has to be there before `to`. */
export interface Need {
  from: string;
  to: string;
  kind: Kind;
}

/** An output with its place, in pixels. */
export interface Box extends Output {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A place, in pixels. */
export interface Point {
  x: number;
  y: number;
}

/** A need as it is drawn: from box to box, over these points. */
export interface Line extends Need {
  over: Point[];
}

/** A drawing. */
export interface Layout {
  boxes: Box[];
  lines: Line[];
  width: number;
  height: number;
}

/** Sizes in pixels. */
const BOX = {
  ...{ height: 48, least: 104, most: 230, padding: 28, margin: 6 },
  ...{ letter: 7.6, smallLetter: 6.4, gap: 20, column: 64, passage: 10 },
};

/** The outputs of rendered packages, and what they need of each other. */
export function outputsOf(packages: RenderedVariant[]): { outputs: Output[]; needs: Need[] } {
  const outputs = new Map<string, Output>();
  const stagings = new Map<string, Output>();
  const needs = new Map<string, Need>();
  const names = new Set(packages.map(({ name }) => name));
  const add = (from: string, to: string, kind: Kind) => {
    if (from !== to) needs.set(`${from} ${to} ${kind}`, { from, to, kind });
  };
  for (const { name, version, buildString, recipe } of packages) {
    const output = outputs.get(name) ?? { name, kind: "package", packages: [] };
    output.packages.push(`${version} ${buildString}`);
    outputs.set(name, output);
    for (const staging of recipe.staging_caches ?? []) {
      const id = `staging:${staging.name}`;
      stagings.set(id, { name: id, kind: "staging", packages: [] });
      add(id, name, "staging");
      for (const other of siblings(staging.requirements, names)) add(other.name, id, other.kind);
    }
    for (const other of siblings(recipe.requirements, names)) add(other.name, name, other.kind);
  }
  return { outputs: [...stagings.values(), ...outputs.values()], needs: [...needs.values()] };
}

function siblings(
  requirements: RenderedVariant["recipe"]["requirements"] | undefined,
  names: Set<string>,
): { name: string; kind: Kind }[] {
  return (["build", "host", "run"] as const).flatMap((kind) =>
    (requirements?.[kind] ?? []).flatMap((dependency) => {
      const name = nameOf(dependency);
      return names.has(name) ? [{ name, kind }] : [];
    }),
  );
}

/** The package that a dependency is about. */
function nameOf(dependency: unknown): string {
  if (typeof dependency === "string") return dependency.trim().split(/[\s=<>!~[]/)[0] ?? "";
  const pin = Object.values((dependency ?? {}) as Record<string, { name?: string }>)[0];
  return pin?.name ?? "";
}

/** Puts outputs into columns by what they need, and orders each column so that few lines cross. */
export function layOut(outputs: Output[], needs: Need[]): Layout {
  const columns = intoColumns(outputs, needs);
  const height = Math.max(0, ...columns.map(heightOf)) + 2 * BOX.margin;
  const boxes: Box[] = [];
  const waypoints = new Map<string, Point[]>();
  let x = BOX.margin;
  for (const column of columns) {
    const width = Math.max(BOX.least, ...column.map((cell) => (cell.kind === "passage" ? 0 : widthOf(cell))));
    let y = (height - heightOf(column)) / 2;
    for (const cell of column) {
      if (cell.kind === "passage") {
        const at = y + BOX.passage / 2;
        waypoints.set(cell.line, [
          ...(waypoints.get(cell.line) ?? []),
          { x, y: at },
          { x: x + width, y: at },
        ]);
      } else boxes.push({ ...cell, x, y, width, height: BOX.height });
      y += (cell.kind === "passage" ? BOX.passage : BOX.height) + BOX.gap;
    }
    x += width + BOX.column;
  }
  const lines = needs.map((need) => ({ ...need, over: waypoints.get(lineOf(need)) ?? [] }));
  return { boxes, lines, width: Math.max(0, x - BOX.column + BOX.margin), height };
}

/** What an output is called in the drawing. */
export function title({ name, kind }: Output): string {
  return kind === "staging" ? name.slice("staging:".length) : name;
}

/** The text below the name of an output. */
export function below({ kind, packages }: Output): string {
  if (kind === "staging") return "staging";
  return packages.length === 1 ? (packages[0] ?? "") : `${packages.length} packages`;
}

/** Room for a line that passes a column without ending there. */
interface Passage {
  kind: "passage";
  name: string;
  line: string;
}

type Cell = Output | Passage;

function widthOf(output: Output): number {
  const text = Math.max(title(output).length * BOX.letter, below(output).length * BOX.smallLetter);
  return Math.min(BOX.most, text + BOX.padding);
}

function heightOf(column: Cell[]): number {
  const cells = column.map(({ kind }) => (kind === "passage" ? BOX.passage : BOX.height));
  return cells.reduce((sum, height) => sum + height + BOX.gap, -BOX.gap);
}

/** Lines between the same two outputs take the same way. */
function lineOf({ from, to }: Need): string {
  return `${from} ${to}`;
}

function intoColumns(outputs: Output[], needs: Need[]): Cell[][] {
  const depths = depthsOf(outputs, needs);
  const columns: Cell[][] = Array.from({ length: 1 + Math.max(-1, ...depths.values()) }, () => []);
  for (const output of outputs) columns[depths.get(output.name) ?? 0]?.push(output);
  const links: [string, string][] = [];
  for (const need of new Map(needs.map((need) => [lineOf(need), need])).values()) {
    let last = need.from;
    for (let at = (depths.get(need.from) ?? 0) + 1; at < (depths.get(need.to) ?? 0); at += 1) {
      const passage: Passage = { kind: "passage", name: `${lineOf(need)} ${at}`, line: lineOf(need) };
      columns[at]?.push(passage);
      links.push([last, passage.name]);
      last = passage.name;
    }
    links.push([last, need.to]);
  }
  for (let round = 0; round < 4; round += 1) {
    for (const [index, column] of columns.entries()) {
      const adjacent = round % 2 === 0 ? columns[index - 1] : columns[index + 1];
      if (adjacent !== undefined) orderBy(column, adjacent, links);
    }
  }
  return columns;
}

/** How many outputs, at most, have to be there one after the other before each. */
function depthsOf(outputs: Output[], needs: Need[]): Map<string, number> {
  const before = new Map<string, string[]>();
  for (const { from, to } of needs) before.set(to, [...(before.get(to) ?? []), from]);
  const depths = new Map<string, number>();
  const open = new Set<string>();
  const find = (name: string): number => {
    const known = depths.get(name);
    if (known !== undefined) return known;
    // Run dependencies may go round in circles; the line that closes one does not move its output.
    if (open.has(name)) return -1;
    open.add(name);
    const depth = 1 + Math.max(-1, ...(before.get(name) ?? []).map(find));
    open.delete(name);
    depths.set(name, depth);
    return depth;
  };
  for (const { name } of outputs) find(name);
  return depths;
}

/** Orders a column by the middle of what each cell is tied to in the next one. */
function orderBy(column: Cell[], adjacent: Cell[], links: [string, string][]): void {
  const place = new Map(adjacent.map(({ name }, index) => [name, index]));
  const middle = new Map(
    column.map(({ name }, index) => {
      const tied = links
        .flatMap(([from, to]) => (from === name ? [place.get(to)] : to === name ? [place.get(from)] : []))
        .filter((at) => at !== undefined);
      return [name, tied.length === 0 ? index : tied.reduce((a, b) => a + b, 0) / tied.length];
    }),
  );
  column.sort((a, b) => (middle.get(a.name) ?? 0) - (middle.get(b.name) ?? 0));
}
