/** What page and worker say to each other. */

import type { Completion, Diagnostic, Hover, RenderedVariant } from "sidewinder/recipe";

/** How a variant file is read. */
export type VariantFormat = "variants" | "conda_build_config";

/** What is to be rendered. */
export interface Task {
  recipe: string;
  variants: string;
  format: VariantFormat;
  platform: string;
}

/** What came of it. */
export interface Outcome {
  /** Problems of each of the two texts. */
  problems: { recipe: Diagnostic[]; variants: Diagnostic[] };
  /** The packages, each once; `undefined` where the texts have errors. */
  packages: RenderedVariant[] | undefined;
  /** How long parsing and rendering took, in milliseconds. */
  milliseconds: number;
}

/** To the worker. */
export interface Request extends Task {
  id: number;
}

/** From the worker. */
export type Reply =
  | { kind: "outcome"; id: number; outcome: Outcome }
  | { kind: "failed"; id: number; message: string };

/** To the worker with completions and hover texts. */
export interface ToolsRequest extends Task {
  id: number;
  kind: "complete" | "hover";
  /** The place in the recipe, in UTF-16 code units. */
  offset: number;
}

/** From that worker: an answer, or why there is none. */
export interface ToolsReply {
  id: number;
  answer?: Completion[] | Hover | undefined;
  failed?: string;
}
